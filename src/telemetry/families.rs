//! Metric families with their labels.

use prometheus::core::Collector;
use prometheus::proto::{Metric, MetricFamily};
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

/// The sum of the counters that have these labels; no counter is created.
pub(super) fn total(counters: &impl Collector, labels: &[(&str, &str)]) -> f64 {
    let families = counters.collect();
    let all = families.iter().flat_map(MetricFamily::get_metric);
    let is_wanted = |metric: &&Metric| {
        let has = |(name, value): &(&str, &str)| {
            metric.get_label().iter().any(|label| label.name() == *name && label.value() == *value)
        };
        labels.iter().all(has)
    };
    all.filter(is_wanted).map(|metric| metric.get_counter().get_value()).sum()
}
