//! Classes of polling intervals.

/// How often a metric is queried; the configuration sets the interval of each class.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IntervalClass {
    /// Every minute: metrics that page people.
    Fast,
    /// Every five minutes: all others, and metrics that CloudWatch has every five minutes.
    Slow,
    /// Every hour: volume sizes and metrics that CloudWatch has every hour.
    Sparse,
    /// Every day: backup sizes.
    Daily,
}
