//! The validated configuration.
//!
//! `file` parses the text of the file and reports every mistake; `selection` joins the result with the catalogue once.
//! Nothing here reads a file, the environment or a clock.

mod account;
mod capacity;
mod configuration;
mod cost;
mod defaults_mode;
mod discovery;
pub mod file;
mod filter;
mod guards;
mod labels;
mod lease;
mod legacy;
mod links;
mod metrics;
pub mod nearest;
mod overrides;
mod polling;
mod rules;
pub mod selection;
mod shard;
mod state;
pub mod tag_key;
mod tags;
#[cfg(test)]
mod tests;
mod timing;
mod web;
pub mod web_file;

pub use account::{Account, ExternalId, Regions};
pub use capacity::ConnectionTag;
pub use configuration::Config;
pub use cost::Cost;
pub use defaults_mode::DefaultsMode;
pub use filter::{Filter, Filters};
pub use guards::{Bound, Guard};
pub use labels::{LabelProfile, Labels};
pub use lease::{Lease, LeaseName, LeasePlace};
pub use legacy::Legacy;
pub use links::Links;
pub use metrics::{MetricChoice, Metrics, Profile};
pub use overrides::{Matcher, Override, Pattern, matches_all};
pub use polling::{AgeLimits, Polling};
pub use rules::Rules;
pub use selection::Selection;
pub use shard::Shard;
pub use state::State;
pub use tags::Tags;
pub use timing::Timing;
pub use web::Web;
