//! What a scope queries, and when that is counted again.

use std::sync::Arc;

use crate::cost::Demand;
use crate::time::{Seconds, Timestamp};

/// Metrics that never answer are queried seldom from some round on, which no listing shows.
const RENEWAL: Seconds = Seconds::HOUR;

/// The last forecast.
#[derive(Debug, Default)]
pub(super) struct Forecasts {
    pub(super) demand: Arc<Demand>,
    due: Option<Timestamp>,
}

impl Forecasts {
    /// Whether responses may have changed what is queried.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.due.is_some_and(|due| now >= due)
    }

    /// Replaces the forecast; returns the new one if it differs.
    pub(super) fn renew(&mut self, demand: Demand, now: Timestamp) -> Option<Arc<Demand>> {
        self.due = Some(now + RENEWAL);
        if demand == *self.demand {
            return None;
        }
        self.demand = Arc::new(demand);
        Some(Arc::clone(&self.demand))
    }
}
