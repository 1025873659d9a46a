//! Metric families with their labels.

use std::collections::HashMap;

use prometheus::core::{Collector, MetricVec, MetricVecBuilder};
use prometheus::proto::{Metric, MetricFamily};
use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec, Opts};

use crate::scope::ScopeName;

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

/// Removes every series of a scope.
pub(super) fn forget<B: MetricVecBuilder>(series: &MetricVec<B>, scope: &ScopeName) {
    let families = series.collect();
    for metric in families.iter().flat_map(MetricFamily::get_metric) {
        let labels: HashMap<&str, &str> = metric.get_label().iter().map(|pair| (pair.name(), pair.value())).collect();
        if labels.get("account") == Some(&&*scope.account) && labels.get("region") == Some(&&*scope.region) {
            // Fails only if there is no such series.
            let _ = series.remove(&labels);
        }
    }
}
