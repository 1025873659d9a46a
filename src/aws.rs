//! Calls to AWS; the only room that uses the SDK.
//!
//! It lists resources and fetches metrics. `scope` and `plan` decide what to request.

mod attempt;
mod cause;
mod chain;
mod clients;
mod connection;
mod credentials;
mod diagnosis;
mod failure;
mod identity;
mod inventory;
mod limiter;
mod local_region;
mod operations;
mod optional;
mod parameters;
mod partition;
mod permission;
mod policy;
mod points;
mod proxies;
mod proxy_tags;
mod regions;
mod whole;

pub use attempt::{Attempt, Observer};
pub use cause::Cause;
pub use clients::Target;
pub use connection::{Access, ConnectError, Connection, Connector, connect};
pub use diagnosis::Diagnosis;
pub use failure::Failure;
pub use inventory::ListingPages;
pub use limiter::LimiterStatus;
pub use local_region::has_local_region;
pub use operations::operations;
pub use parameters::parameters_permission;
pub use permission::{GET_METRIC_DATA, LIST_REGIONS, permission};
pub use policy::policy;
