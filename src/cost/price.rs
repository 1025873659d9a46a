//! List prices in us-east-1, in US dollars, and the two ways in which AWS may count statistics.
//!
//! <https://aws.amazon.com/cloudwatch/pricing/>

use std::iter::Sum;
use std::ops::Add;

use serde::Serialize;

use crate::time::Seconds;

/// The month of every forecast.
const MONTH: Seconds = Seconds::new(30 * 86_400);

/// One metric requested by `GetMetricData`, and one request of `GetMetricStatistics`.
pub const METRIC_REQUESTED: f64 = 0.01 / 1000.0;

/// One alarm on one metric, at standard resolution, in a month.
pub(super) const ALARM: f64 = 0.10;

/// One metric update of a metric stream.
pub(super) const METRIC_UPDATE: f64 = 0.003 / 1000.0;

/// A sum in US dollars, by both ways in which AWS may count.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Dollars {
    /// As AWS publishes it: up to five statistics of a metric in one request count as one metric.
    pub lower: f64,
    /// Each statistic counts as a metric.
    pub upper: f64,
}

impl Dollars {
    /// The same by both ways.
    pub(super) const fn exactly(dollars: f64) -> Self {
        Self { lower: dollars, upper: dollars }
    }

    /// What costs so much at an interval for a month: metrics by the lower and by the upper count.
    pub(super) fn of_month((lower, upper): (usize, usize), interval: Seconds) -> Self {
        let dollars = |count: usize| number(count) * polls_of_month(interval) * METRIC_REQUESTED;
        Self { lower: dollars(lower), upper: dollars(upper) }
    }
}

impl Add for Dollars {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { lower: self.lower + other.lower, upper: self.upper + other.upper }
    }
}

impl Sum for Dollars {
    fn sum<I: Iterator<Item = Self>>(all: I) -> Self {
        all.fold(Self::default(), Self::add)
    }
}

#[expect(clippy::cast_precision_loss, reason = "no month has 2^53 seconds")]
pub(super) fn polls_of_month(interval: Seconds) -> f64 {
    MONTH.get() as f64 / interval.get().max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "no fleet has 2^53 metrics")]
pub(super) const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_decides_what_a_metric_costs() {
        let check = |interval: i64, expected: f64| {
            let Dollars { lower, upper } = Dollars::of_month((1, 2), Seconds::new(interval));
            assert!((lower - expected).abs() < 1e-9, "every {interval} s: {lower}");
            assert!((upper - 2.0 * expected).abs() < 1e-9, "every {interval} s: {upper}");
        };
        check(60, 0.432);
        check(300, 0.0864);
        check(3600, 0.0072);
        check(86_400, 0.0003);
    }
}
