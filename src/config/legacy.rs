//! Tag keys that existed before plimsoll, and the level that each one sets.

use crate::level::AmountUnit;

/// The meaning of one existing tag key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Legacy {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Index into the configured severities; `None` if the value is a ladder with all levels.
    pub severity: Option<usize>,
    /// The unit of a number that has none in the tag; [`AmountUnit::Bare`] means the metric's own unit.
    pub unit: AmountUnit,
}
