//! The series about the state file; none of them is served without one.

use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGaugeVec};

use super::families::{counter, int_gauge};
use crate::time::Timestamp;

/// No labels: there is one state file.
const NONE: &[&str] = &[];

pub(super) struct StateSeries {
    loaded: IntGaugeVec,
    last_write: IntGaugeVec,
    errors: IntCounterVec,
}

impl StateSeries {
    pub(super) fn new() -> Self {
        Self {
            loaded: int_gauge(
                "plimsoll_state_loaded_timestamp_seconds",
                "When the state was saved with which plimsoll started; of several scopes, the oldest.",
                NONE,
            ),
            last_write: int_gauge(
                "plimsoll_state_last_write_timestamp_seconds",
                "When the state file was last written.",
                NONE,
            ),
            errors: counter("plimsoll_state_write_errors_total", "Failed attempts to write the state file.", NONE),
        }
    }

    pub(super) fn collectors(&self) -> [Box<dyn Collector>; 3] {
        [Box::new(self.loaded.clone()), Box::new(self.last_write.clone()), Box::new(self.errors.clone())]
    }

    /// Serves the errors from 0 on, so that `increase` sees the first one.
    pub(super) fn expect(&self) {
        self.errors.with_label_values(NONE);
    }

    pub(super) fn loaded(&self, saved_at: Timestamp) {
        self.loaded.with_label_values(NONE).set(saved_at.as_second());
    }

    pub(super) fn written(&self, now: Timestamp) {
        self.last_write.with_label_values(NONE).set(now.as_second());
    }

    pub(super) fn failed(&self) {
        self.errors.with_label_values(NONE).inc();
    }
}
