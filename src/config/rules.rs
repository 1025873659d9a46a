//! How rules are generated.

use std::collections::BTreeMap;
use std::time::Duration;

/// How rules are generated.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rules {
    /// How often Prometheus scrapes plimsoll.
    pub scrape_interval: Duration,
    /// How far a rule looks back to span failed scrapes; if `None`, it is computed from the scrape interval.
    pub bridge: Option<Duration>,
    /// A rule warns of a mute that ends later than this from now, or never.
    pub longest_mute: Duration,
    /// The least `for` of alerts of a severity, by its index: it makes rules wait longer, never shorter.
    pub waits: BTreeMap<usize, Duration>,
}

impl Default for Rules {
    fn default() -> Self {
        Self {
            scrape_interval: Duration::from_mins(1),
            bridge: None,
            longest_mute: Duration::from_hours(14 * 24),
            waits: BTreeMap::new(),
        }
    }
}
