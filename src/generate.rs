//! Files made from the catalogue and the configuration: the alert rules, the dashboards and the reference of metrics.
//!
//! Text out. Nothing here reads a file, a clock or the state of a database.

pub mod dashboards;
pub mod metrics;
pub mod rules;

pub use dashboards::{Dashboard, dashboards};
pub use metrics::metrics;
pub use rules::{RuleOptions, rules};
