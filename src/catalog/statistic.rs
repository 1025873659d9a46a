//! A statistic as a parsed value: the five names, percentiles and trimmed means.
//!
//! Text in, value out, and back to the one spelling that is sent and named after. It knows no metric.

use std::fmt;
use std::str::FromStr;

/// A CloudWatch statistic.
///
/// Syntax: <https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/Statistics-definitions.html>.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Statistic {
    /// The mean of the period.
    Average,
    /// The highest value of the period.
    Maximum,
    /// The lowest value of the period.
    Minimum,
    /// The sum over the period: it grows with the period's length.
    Sum,
    /// How many samples the period has.
    SampleCount,
    /// A percentile in thousandths of a percent: 99 900 is `p99.9`.
    Percentile(u32),
    /// A mean of the values between two percentiles, in thousandths of a percent: `TM(10%:90%)`.
    TrimmedMean(u32, u32),
}

/// One percent, in the unit of percentiles and bounds.
const PERCENT: u32 = 1_000;

/// The highest percentile there is.
const WHOLE: u32 = 100 * PERCENT;

/// How many decimals a percentile may have; `CloudWatch` takes more, but nobody means them.
const DECIMALS: usize = 3;

/// A text that is no statistic.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "cannot read statistic {text:?}: it must be Average, Maximum, Minimum, Sum, SampleCount, \
     a percentile from p0 to p100 such as p99.9, or a trimmed mean such as tm90 or TM(10%:90%), \
     with at most {DECIMALS} decimals"
)]
pub struct StatisticError {
    /// The text as found.
    pub text: String,
}

impl FromStr for Statistic {
    type Err = StatisticError;

    /// Reads AWS's spelling, in any case.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let lower = text.to_ascii_lowercase();
        let statistic = match lower.as_str() {
            "average" => Some(Self::Average),
            "maximum" => Some(Self::Maximum),
            "minimum" => Some(Self::Minimum),
            "sum" => Some(Self::Sum),
            "samplecount" => Some(Self::SampleCount),
            other => percentile(other).or_else(|| trimmed_mean(other)),
        };
        statistic.ok_or_else(|| StatisticError { text: text.to_owned() })
    }
}

fn percentile(text: &str) -> Option<Statistic> {
    text.strip_prefix('p').and_then(thousandths).map(Statistic::Percentile)
}

fn trimmed_mean(text: &str) -> Option<Statistic> {
    let bounds = text.strip_prefix("tm")?;
    let (low, high) = match bounds.strip_prefix('(') {
        None => (0, thousandths(bounds)?),
        Some(":)") => return None,
        Some(inner) => {
            let (low, high) = inner.strip_suffix(')')?.split_once(':')?;
            (bound(low, 0)?, bound(high, WHOLE)?)
        }
    };
    (low < high).then_some(Statistic::TrimmedMean(low, high))
}

/// One bound of a trimmed mean; bounds that are values instead of percentiles are not supported.
fn bound(text: &str, left_out: u32) -> Option<u32> {
    if text.is_empty() { Some(left_out) } else { thousandths(text.strip_suffix('%')?) }
}

fn thousandths(text: &str) -> Option<u32> {
    let (whole, decimals) = text.split_once('.').unwrap_or((text, "0"));
    let is_number = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(whole) || !is_number(decimals) || whole.len() > 3 || decimals.len() > DECIMALS {
        return None;
    }
    let decimals: u32 = format!("{decimals:0<DECIMALS$}").parse().ok()?;
    let value = whole.parse::<u32>().ok()? * PERCENT + decimals;
    (value <= WHOLE).then_some(value)
}

/// The spelling that queries to `CloudWatch` use, and that series are named after.
impl fmt::Display for Statistic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::Average => formatter.write_str("Average"),
            Self::Maximum => formatter.write_str("Maximum"),
            Self::Minimum => formatter.write_str("Minimum"),
            Self::Sum => formatter.write_str("Sum"),
            Self::SampleCount => formatter.write_str("SampleCount"),
            Self::Percentile(value) => write!(formatter, "p{}", Percentage(value)),
            Self::TrimmedMean(0, high) => write!(formatter, "tm{}", Percentage(high)),
            Self::TrimmedMean(low, high) => write!(formatter, "TM({}%:{}%)", Percentage(low), Percentage(high)),
        }
    }
}

/// Thousandths of a percent, written in percent without trailing zeros.
struct Percentage(u32);

impl fmt::Display for Percentage {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, rest) = (self.0 / PERCENT, self.0 % PERCENT);
        if rest == 0 {
            return write!(formatter, "{whole}");
        }
        let decimals = format!("{rest:0DECIMALS$}");
        write!(formatter, "{whole}.{}", decimals.trim_end_matches('0'))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: Statistic, spelled: &str) {
        assert_eq!(text.parse(), Ok(expected), "{text}");
        assert_eq!(expected.to_string(), spelled, "{text}");
        assert_eq!(spelled.parse(), Ok(expected), "{spelled}");
    }

    #[test]
    fn statistics_are_read_and_spelled_as_aws_does() {
        check("Average", Statistic::Average, "Average");
        check("maximum", Statistic::Maximum, "Maximum");
        check("Minimum", Statistic::Minimum, "Minimum");
        check("SUM", Statistic::Sum, "Sum");
        check("SampleCount", Statistic::SampleCount, "SampleCount");
        check("p90", Statistic::Percentile(90_000), "p90");
        check("p99.9", Statistic::Percentile(99_900), "p99.9");
        check("p99.90", Statistic::Percentile(99_900), "p99.9");
        check("p0.05", Statistic::Percentile(50), "p0.05");
        check("p100", Statistic::Percentile(100_000), "p100");
        check("TM(10%:90%)", Statistic::TrimmedMean(10_000, 90_000), "TM(10%:90%)");
        check("TM(99.5%:)", Statistic::TrimmedMean(99_500, 100_000), "TM(99.5%:100%)");
        check("tm90", Statistic::TrimmedMean(0, 90_000), "tm90");
        check("TM(:90%)", Statistic::TrimmedMean(0, 90_000), "tm90");
    }

    #[test]
    fn what_is_no_statistic_is_refused_with_the_text_and_the_choices() {
        for text in [
            "",
            "avg",
            "Average ",
            "p",
            "p101",
            "p100.1",
            "p-1",
            "p9,5",
            "p99.1234",
            "p.5",
            "p5.",
            "p1e1",
            "tm",
            "tm0",
            "tm101",
            "TM()",
            "TM(:)",
            "TM(90%:10%)",
            "TM(10:90)",
            "TM(10%:90%",
            "TM(10%;90%)",
            "PR(1:2)",
            "IQM",
        ] {
            let error = text.parse::<Statistic>().unwrap_err();
            assert_eq!(error.text, text);
            assert!(error.to_string().contains("p99.9"), "{error}");
        }
    }
}
