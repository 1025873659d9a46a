//! The series about the configuration file.

use prometheus::core::Collector;
use prometheus::{GaugeVec, IntGaugeVec};

use super::families::{gauge, int_gauge};
use crate::time::Timestamp;

/// No labels: there is one configuration.
const NONE: &[&str] = &[];

pub(super) struct ConfigSeries {
    catalog: GaugeVec,
    successful: IntGaugeVec,
    last_success: IntGaugeVec,
}

impl ConfigSeries {
    pub(super) fn new() -> Self {
        Self {
            catalog: gauge(
                "plimsoll_catalog_info",
                "The version of the alert rules that this configuration and catalogue need; always 1.",
                &["version"],
            ),
            successful: int_gauge(
                "plimsoll_config_last_reload_successful",
                "1 if the configuration was good when it was last read, else 0: the one before stays in effect.",
                NONE,
            ),
            last_success: int_gauge(
                "plimsoll_config_last_reload_success_timestamp_seconds",
                "When a good configuration was last read, at the start or by a reload.",
                NONE,
            ),
        }
    }

    pub(super) fn collectors(&self) -> [Box<dyn Collector>; 3] {
        [Box::new(self.catalog.clone()), Box::new(self.successful.clone()), Box::new(self.last_success.clone())]
    }

    pub(super) fn took_effect(&self, rules: &str, now: Timestamp) {
        self.catalog.reset();
        self.catalog.with_label_values(&[rules]).set(1.0);
        self.successful.with_label_values(NONE).set(1);
        self.last_success.with_label_values(NONE).set(now.as_second());
    }

    pub(super) fn refused(&self) {
        self.successful.with_label_values(NONE).set(0);
    }
}
