//! The join of configuration and catalogue: what is asked, how often, and how long it lives.
//!
//! Made once; no other room reads catalogue rows together with configuration for that.

use std::time::Duration;

use crate::catalog::{Row, Statistic};
use crate::level::Written;

/// Every metric of the catalogue with what the configuration says of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Selection {
    /// In the catalogue's order.
    pub metrics: Vec<Selected>,
}

/// One metric as it is to be polled, judged and drawn.
#[derive(Debug, Clone, PartialEq)]
pub struct Selected {
    /// The catalogue row.
    pub row: &'static Row,
    /// The statistic that levels are compared with, first, then those to show; no duplicates.
    pub statistics: Vec<Statistic>,
    /// How often it is asked.
    pub interval: Duration,
    /// The period of its queries, how far they look back and how long a value lives.
    pub timing: Timing,
    /// Whether the profile or the configuration asks for it even without a level.
    pub asked_without_level: bool,
    /// The configured level for every resource without a more specific one.
    pub threshold: Option<Written>,
    /// What its rule waits for.
    pub rule_for: Duration,
}

/// The times of one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timing {
    /// Seconds of one datapoint.
    pub period_seconds: u32,
    /// Seconds that a query looks back.
    pub look_back_seconds: u32,
    /// Seconds a value lives after the end of its period.
    pub age_limit_seconds: u32,
}
