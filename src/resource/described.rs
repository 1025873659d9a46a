//! What the Describe calls return for instances, clusters and proxies, and the descriptions made from it.
//!
//! Responses of the SDK and the JSON of the AWS command line both become these types, so that they give the same result.
//! An empty string counts as absent.

mod cluster;
mod date;
mod field;
mod instance;
mod processors;
mod proxy;
mod settings;
mod status_info;
mod storage;

pub use cluster::{Cluster, Member, Scaling};
pub use date::{PendingValues, Time};
pub use field::{Tag, arn_location, tags};
pub use instance::{CertificateDetails, Instance, InstanceGroup};
pub use processors::ProcessorFeature;
pub use proxy::Proxy;
pub use settings::CommonSettings;
pub use status_info::StatusInfo;
pub use storage::Storage;
