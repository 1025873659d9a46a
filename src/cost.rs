//! What CloudWatch bills for polling.
//!
//! `GetMetricData` is billed by the metrics requested, not by calls and not by datapoints. The forecast of a fleet before
//! its first poll, for `plimsoll cost`, has its place here too.

/// The list price of one metric requested, in us-east-1: $0.01 for 1,000.
///
/// <https://aws.amazon.com/cloudwatch/pricing/>
const DOLLARS_PER_METRIC: f64 = 0.01 / 1000.0;

/// The seconds of 30 days.
const MONTH_SECONDS: f64 = 30.0 * 86_400.0;

/// What rounds of polling cost in 30 days, in US dollars: of each, its interval in seconds and the metrics that AWS bills
/// for it.
pub fn dollars_per_month(rounds: impl IntoIterator<Item = (u32, usize)>) -> f64 {
    let metrics = |(interval, billed): (u32, usize)| {
        // No fleet has more metrics than an f64 counts exactly.
        #[expect(clippy::cast_precision_loss, reason = "far below 2^53")]
        let billed = billed as f64;
        billed * MONTH_SECONDS / f64::from(interval.max(1))
    };
    rounds.into_iter().map(metrics).sum::<f64>() * DOLLARS_PER_METRIC
}

#[cfg(test)]
mod tests {
    use super::dollars_per_month;

    #[test]
    fn the_interval_decides_what_a_metric_costs() {
        let check = |rounds: &[(u32, usize)], expected: f64| {
            let dollars = dollars_per_month(rounds.iter().copied());
            assert!((dollars - expected).abs() < 1e-9, "{rounds:?}: {dollars}");
        };
        check(&[], 0.0);
        check(&[(60, 1)], 0.432);
        check(&[(300, 1)], 0.0864);
        check(&[(3600, 1), (86_400, 1)], 0.0072 + 0.0003);
        check(&[(60, 4), (300, 20)], 4.0 * 0.432 + 20.0 * 0.0864);
    }
}
