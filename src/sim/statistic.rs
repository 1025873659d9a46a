//! Statistics of the samples of one period: the five plain ones, percentiles and trimmed means.
//!
//! Definitions: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>.
#![expect(clippy::cast_precision_loss, reason = "a period has at most some thousand samples")]

/// A statistic as a request names it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Statistic {
    Average,
    Minimum,
    Maximum,
    Sum,
    SampleCount,
    /// `p99.9`: the share in percent.
    Percentile(f64),
    /// `tm90`, `TM(10%:90%)`: the bounds in percent.
    TrimmedMean(f64, f64),
}

impl Statistic {
    /// Reads a name, as `CloudWatch` does: the plain ones as written, the others with `p` and `tm` in either case.
    pub(super) fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "Average" => Self::Average,
            "Minimum" => Self::Minimum,
            "Maximum" => Self::Maximum,
            "Sum" => Self::Sum,
            "SampleCount" => Self::SampleCount,
            _ => {
                let name = name.to_ascii_lowercase();
                if let Some(bounds) = name.strip_prefix("tm(").and_then(|rest| rest.strip_suffix(')')) {
                    let (low, high) = bounds.split_once(':')?;
                    Self::TrimmedMean(percent(low.strip_suffix('%')?)?, percent(high.strip_suffix('%')?)?)
                } else if let Some(high) = name.strip_prefix("tm") {
                    Self::TrimmedMean(0.0, percent(high)?)
                } else {
                    Self::Percentile(percent(name.strip_prefix('p')?)?)
                }
            }
        })
    }

    /// The statistic of the samples of one period; `None` without samples, and for a percentile if a sample is negative.
    pub(super) fn of(self, samples: &[f64]) -> Option<f64> {
        let count = samples.len() as f64;
        let sum: f64 = samples.iter().sum();
        let sorted = || {
            let mut sorted = samples.to_vec();
            sorted.sort_by(f64::total_cmp);
            sorted
        };
        if samples.is_empty() {
            return None;
        }
        match self {
            Self::Average => Some(sum / count),
            Self::Minimum => sorted().first().copied(),
            Self::Maximum => sorted().last().copied(),
            Self::Sum => Some(sum),
            Self::SampleCount => Some(count),
            Self::Percentile(share) => percentile(&sorted(), share),
            Self::TrimmedMean(low, high) => trimmed_mean(&sorted(), low, high),
        }
    }
}

/// A share from 0 to 100, written with digits and a point.
fn percent(text: &str) -> Option<f64> {
    let plain = text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse().ok().filter(|share| plain && (0.0..=100.0).contains(share))
}

fn percentile(sorted: &[f64], share: f64) -> Option<f64> {
    if *sorted.first()? < 0.0 {
        return None;
    }
    let rank = share / 100.0 * (sorted.len() - 1) as f64;
    let (below, part) = (rank.floor(), rank.fract());
    let at = |rank: f64| sorted.iter().zip(0_u32..).find(|(_, n)| f64::from(*n) >= rank).map(|(value, _)| *value);
    let low = at(below)?;
    Some(low + (at(below + 1.0).unwrap_or(low) - low) * part)
}

fn trimmed_mean(sorted: &[f64], low: f64, high: f64) -> Option<f64> {
    let (low, high) = (percentile(sorted, low)?, percentile(sorted, high)?);
    let kept: Vec<f64> = sorted.iter().copied().filter(|value| (low..=high).contains(value)).collect();
    Some(kept.iter().sum::<f64>() / kept.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, samples: &[f64], expected: Option<f64>) {
        let value = Statistic::parse(name).expect(name).of(samples);
        let is_close = value.zip(expected).is_none_or(|(value, expected)| (value - expected).abs() < 1e-9);
        assert!(
            value.is_some() == expected.is_some() && is_close,
            "{name} of {samples:?}: {value:?}, not {expected:?}"
        );
    }

    #[test]
    fn statistics_of_a_period() {
        let five = [5.0, 1.0, 3.0, 2.0, 4.0];
        check("Average", &five, Some(3.0));
        check("Minimum", &five, Some(1.0));
        check("Maximum", &five, Some(5.0));
        check("Sum", &five, Some(15.0));
        check("SampleCount", &five, Some(5.0));
        check("p50", &five, Some(3.0));
        check("p90", &five, Some(4.6));
        check("p100", &five, Some(5.0));
        check("tm50", &five, Some(2.0));
        check("TM(25%:75%)", &five, Some(3.0));
    }

    #[test]
    fn no_samples_have_no_statistic_and_negative_ones_no_percentile() {
        check("Average", &[], None);
        check("p90", &[-1.0, 3.0], None);
        check("p99.9", &[0.125], Some(0.125));
    }

    #[test]
    fn other_names_are_no_statistics() {
        for name in ["", "average", "p", "p101", "p-1", "pNaN", "tm", "TM(10:90)", "Avg", "p1e1"] {
            assert_eq!(Statistic::parse(name), None, "{name}");
        }
    }
}
