//! The catalogue: one row for every metric that plimsoll knows.
//!
//! Names of series, HELP texts, the poll plan, thresholds, rules and documents are made from a row.
//! Constant tables and functions of them. No configuration, no resource state, no I/O.

mod alert;
pub mod amount;
pub mod capacity;
pub mod class;
pub mod condition;
mod db_cluster;
mod db_instance;
mod db_volume;
mod denominator;
mod described;
mod docdb;
pub mod fact;
pub mod forecast;
mod interval_class;
pub mod measure;
mod metric_id;
pub mod name;
mod neptune;
mod provider;
mod ranges;
mod rds_proxy;
mod row;
mod row_builder;
mod rows;
mod side;
pub mod statistic;
mod unit;

pub use alert::{Alert, Busy, DefaultLevel, DefaultLevels};
pub use condition::Condition;
pub use denominator::Denominator;
pub use fact::{Fact, Form};
pub use forecast::Forecast;
pub use interval_class::IntervalClass;
pub use metric_id::MetricId;
pub use provider::Provider;
pub use row::{Row, SHARED_LIMIT, Sentinel};
pub use rows::{Catalog, find, rows};
pub use side::Side;
pub use statistic::Statistic;
pub use unit::Unit;

#[cfg(test)]
mod tests;
