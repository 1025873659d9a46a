//! Files made from the catalogue and the configuration: the alert rules, the dashboards, the reference of metrics and the
//! runbooks.
//!
//! Text out, and a comparison with the rules that are deployed. Nothing here reads a file, a clock or the state of a database.

pub mod dashboards;
mod links;
pub mod metrics;
pub mod rules;
pub mod runbooks;

pub use dashboards::{Dashboard, dashboards};
pub use links::link;
pub use metrics::metrics;
pub use rules::{DeployedAlert, RuleFile, RuleFormat, RuleOptions, check, deployed, rule_files, rules, version};
pub use runbooks::runbooks;
