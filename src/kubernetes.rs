//! The Kubernetes API, of which plimsoll uses one object: the Lease by which one of two replicas polls.

mod connection;
mod error;
mod lease;

pub use error::KubernetesError;
pub use lease::KubernetesLease;
