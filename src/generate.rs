//! Files made from the catalogue and the configuration: the alert rules and the reference of metrics.
//!
//! Text out. Nothing here reads a file, a clock or the state of a database.

pub mod metrics;
pub mod rules;

pub use metrics::metrics;
pub use rules::{RuleOptions, rules};
