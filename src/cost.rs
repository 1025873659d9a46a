//! What CloudWatch bills for polling.
//!
//! `GetMetricData` is billed by the metrics requested, not by calls and not by datapoints. The forecast of a fleet before
//! its first poll, for `plimsoll cost`, has its place here too.

use crate::time::Seconds;

/// The list price of one metric requested, in us-east-1: $0.01 for 1,000.
///
/// <https://aws.amazon.com/cloudwatch/pricing/>
const DOLLARS_PER_METRIC: f64 = 0.01 / 1000.0;

/// The month of the forecast.
const MONTH: Seconds = Seconds::new(30 * 86_400);

/// What rounds of polling cost in 30 days, in US dollars: of each, its interval and the metrics that AWS bills for it.
pub fn dollars_per_month(rounds: impl IntoIterator<Item = (Seconds, usize)>) -> f64 {
    let metrics = |(interval, billed): (Seconds, usize)| number(billed) * seconds(MONTH) / seconds(interval);
    rounds.into_iter().map(metrics).sum::<f64>() * DOLLARS_PER_METRIC
}

#[expect(clippy::cast_precision_loss, reason = "no month has 2^53 seconds")]
fn seconds(duration: Seconds) -> f64 {
    duration.get().max(1) as f64
}

#[expect(clippy::cast_precision_loss, reason = "no fleet has 2^53 metrics")]
const fn number(count: usize) -> f64 {
    count as f64
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_interval_decides_what_a_metric_costs() {
        let check = |rounds: &[(i64, usize)], expected: f64| {
            let of_seconds = rounds.iter().map(|(interval, billed)| (Seconds::new(*interval), *billed));
            let dollars = dollars_per_month(of_seconds);
            assert!((dollars - expected).abs() < 1e-9, "{rounds:?}: {dollars}");
        };
        check(&[], 0.0);
        check(&[(60, 1)], 0.432);
        check(&[(300, 1)], 0.0864);
        check(&[(3600, 1), (86_400, 1)], 0.0072 + 0.0003);
        check(&[(60, 4), (300, 20)], 4.0 * 0.432 + 20.0 * 0.0864);
    }
}
