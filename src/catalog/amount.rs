//! Numbers with their unit, as short as people need them.

use crate::catalog::Unit;

/// Binary sizes, the largest first.
const SIZES: [(&str, f64); 4] =
    [("TiB", 1_099_511_627_776.0), ("GiB", 1_073_741_824.0), ("MiB", 1_048_576.0), ("KiB", 1024.0)];

/// A value in the metric's unit, such as `93.5 %`, `10 GiB` or `20 ms`; at most two decimals.
#[must_use]
pub fn amount(value: f64, unit: Unit) -> String {
    match unit {
        Unit::Percent => format!("{} %", number(value)),
        Unit::Bytes => size(value),
        Unit::BytesPerSecond => format!("{}/s", size(value)),
        Unit::Seconds if value != 0.0 && value.abs() < 1.0 => amount(value * 1000.0, Unit::Milliseconds),
        Unit::Seconds => format!("{} s", number(value)),
        Unit::Milliseconds => format!("{} ms", number(value)),
        Unit::Minutes => format!("{} min", number(value)),
        Unit::CountPerSecond => format!("{}/s", number(value)),
        Unit::CountPerMinute => format!("{}/min", number(value)),
        Unit::CountPerFiveMinutes => format!("{}/5min", number(value)),
        Unit::Count | Unit::None => number(value),
    }
}

/// Two decimals; more where they would all be zeroes.
fn number(value: f64) -> String {
    let rounded = (value * 100.0).round() / 100.0;
    if rounded == 0.0 && value != 0.0 { format!("{value:.1e}") } else { rounded.to_string() }
}

fn size(bytes: f64) -> String {
    let fitting = SIZES.iter().find(|(_, factor)| bytes.abs() >= *factor);
    fitting
        .map_or_else(|| format!("{} B", number(bytes)), |(name, factor)| format!("{} {name}", number(bytes / factor)))
}
