//! When a value of a metric is bad, and the default levels.

use super::condition::Condition;
use super::denominator::Denominator;
use super::side::Side;
use crate::resource::{Described, Engine};
use crate::time::Seconds;

/// When a value is bad, and the levels that apply if no other source sets one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Alert {
    /// The side on which values are bad.
    pub bad: Side,
    /// The lowest and the highest level a person can mean, in the metric's unit, both inclusive.
    pub plausible: (f64, f64),
    /// What `20pct` is a share of, for metrics that are not percentages themselves.
    pub relative_to: Option<Denominator>,
    /// Default levels; the first entry that matches by engine and condition applies.
    pub defaults: &'static [DefaultLevels],
    /// The least time that a rule waits (`for`).
    pub min_for: Seconds,
    /// The rule's `keep_firing_for`, for rows of which one value is enough and for forecasts.
    pub keep_firing: Seconds,
    /// The operations whose duration the value is: while they take almost no time in total, no value is bad.
    pub busy: Option<Busy>,
    /// Whether values grow over time, so that a low one is bad only if it was higher before.
    pub only_once_fallen: bool,
}

/// How much a database must be waiting for operations, so that their duration matters.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Busy {
    /// The metric with their number per second.
    pub operations: &'static str,
    /// Operations per second times duration in seconds: how many were running at a time, on average.
    pub at_a_time: f64,
}

/// Default levels for some engines and conditions.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DefaultLevels {
    /// Empty means every engine of the row.
    pub engines: &'static [Engine],
    /// All must hold.
    pub when: &'static [Condition],
    /// The least severe level.
    pub warning: Option<DefaultLevel>,
    /// The most severe level: only where crossing it means an outage within hours.
    pub critical: Option<DefaultLevel>,
    /// Where the numbers come from.
    pub source: &'static str,
    /// Why these numbers, and on which databases crossing them is no trouble.
    pub why: &'static str,
}

/// One default level.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum DefaultLevel {
    /// In the metric's own unit.
    Value(f64),
    /// A share of the row's denominator, 0.1 for 10 percent.
    Share(f64),
    /// `20pct and 100GiB`: a share of the row's denominator and an amount in the metric's own unit, crossed only together.
    Both(f64, f64),
}

impl DefaultLevels {
    pub(super) fn apply_to(&self, resource: &Described) -> bool {
        (self.engines.is_empty() || self.engines.contains(&resource.engine))
            && self.when.iter().all(|condition| condition.holds(resource))
    }
}
