//! Tag keys that were there before plimsoll, as meant: which level each one says.

use crate::level::AmountUnit;

/// What a tag key of the user's own says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Legacy {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Index into the configured severities; `None` where the value is a whole ladder.
    pub severity: Option<usize>,
    /// What a number without a unit counts; [`AmountUnit::Bare`] leaves it in the metric's own unit.
    pub unit: AmountUnit,
}
