//! Where the values of a metric come from.

use super::fact::{Fact, Form};
use super::forecast::Forecast;
use crate::resource::OptionalCall;

/// Where the values of a metric come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Provider {
    /// CloudWatch, which is queried and bills each metric.
    CloudWatch,
    /// A Describe call, which costs nothing: the listing, or an optional one.
    Describe(Fact),
    /// The alert rule, which computes it from the series of another metric. Nothing is served.
    Forecast(Forecast),
    /// plimsoll, which adds up two metrics of the same kind at CloudWatch. A value is the sum of two datapoints of one
    /// statistic and one period, and there is none where either of them is missing.
    Computed([&'static str; 2]),
}

impl Provider {
    /// The optional call that returns the values.
    #[must_use]
    pub const fn call(self) -> Option<OptionalCall> {
        match self {
            Self::CloudWatch | Self::Forecast(_) | Self::Computed(_) => None,
            Self::Describe(fact) => fact.call(),
        }
    }

    /// How a level is compared with the value that is served.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::CloudWatch | Self::Forecast(_) | Self::Computed(_) => Form::Plain,
            Self::Describe(fact) => fact.form(),
        }
    }

    /// Whether the values are made of those of another metric of the same kind.
    #[must_use]
    pub fn is_from(self, metric: &str) -> bool {
        match self {
            Self::CloudWatch | Self::Describe(_) => false,
            Self::Forecast(forecast) => forecast.metric() == metric,
            Self::Computed(parts) => parts.contains(&metric),
        }
    }
}
