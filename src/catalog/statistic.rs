//! A statistic as a parsed value: the five names, percentiles and trimmed means.

use std::fmt;

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

impl fmt::Display for Statistic {
    fn fmt(&self, _formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}
