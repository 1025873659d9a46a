//! Grafana's names of units.
//!
//! <https://github.com/grafana/grafana/blob/main/packages/grafana-data/src/valueFormats/categories.ts>

use crate::catalog::{Row, Unit};

/// A number of things.
pub(super) const COUNT: &str = "short";

/// 0.5 is shown as 50 %.
pub(super) const RATIO: &str = "percentunit";

/// Seconds, shown as minutes, hours or days where they are many.
pub(super) const SECONDS: &str = "s";

/// Dollars of the United States.
pub(super) const DOLLARS: &str = "currencyUSD";

/// Bytes, in powers of 1024.
pub(super) const BYTES: &str = "bytes";

/// Something a second.
pub(super) const PER_SECOND: &str = "cps";

/// Text.
pub(super) const TEXT: &str = "string";

/// The unit of a metric's values. Where Grafana has none, it is a suffix.
pub(super) const fn of(row: &Row) -> &'static str {
    match row.unit {
        Unit::Percent => "percent",
        Unit::Bytes => BYTES,
        Unit::BytesPerSecond => "binBps",
        Unit::Seconds => SECONDS,
        Unit::Milliseconds => "ms",
        Unit::Microseconds => "µs",
        Unit::Minutes => "m",
        Unit::Count => COUNT,
        Unit::CountPerSecond => PER_SECOND,
        Unit::CountPerMinute => "cpm",
        Unit::CountPerFiveMinutes => "suffix: in 5 min",
        Unit::None => "none",
    }
}
