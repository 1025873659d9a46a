//! Metric families with their labels.

use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec, Opts};

/// The labels of a scope.
pub(super) const SCOPE: [&str; 2] = ["account", "region"];

/// A counter.
pub(super) fn counter(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

/// A gauge of floating-point numbers.
pub(super) fn gauge(name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    GaugeVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

/// A gauge of whole numbers.
pub(super) fn int_gauge(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    IntGaugeVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

/// A count as the value of a gauge.
pub(super) fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
