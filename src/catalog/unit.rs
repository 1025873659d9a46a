//! The units of metrics.

/// The unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// 0 to 100.
    Percent,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// Microseconds.
    Microseconds,
    /// Minutes.
    Minutes,
    /// A plain number.
    Count,
    /// Events per second.
    CountPerSecond,
    /// Events per minute.
    CountPerMinute,
    /// Events per five minutes.
    CountPerFiveMinutes,
    /// A number without unit, such as a state or a ratio.
    None,
}

impl Unit {
    /// The unit as HELP texts and documents write it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Percent => "percent",
            Self::Bytes => "bytes",
            Self::BytesPerSecond => "bytes per second",
            Self::Seconds => "seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
            Self::Minutes => "minutes",
            Self::Count => "count",
            Self::CountPerSecond => "count per second",
            Self::CountPerMinute => "count per minute",
            Self::CountPerFiveMinutes => "count per 5 minutes",
            Self::None => "none",
        }
    }
}
