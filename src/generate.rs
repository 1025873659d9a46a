//! Files made from the catalogue and the configuration: the alert rules.
//!
//! Text out. Nothing here reads a file, a clock or the state of a database.

pub mod rules;

pub use rules::{RuleOptions, rules};
