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
}

impl Provider {
    /// The optional call that returns the values.
    #[must_use]
    pub const fn call(self) -> Option<OptionalCall> {
        match self {
            Self::CloudWatch | Self::Forecast(_) => None,
            Self::Describe(fact) => fact.call(),
        }
    }

    /// How a level is compared with the value that is served.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::CloudWatch | Self::Forecast(_) => Form::Plain,
            Self::Describe(fact) => fact.form(),
        }
    }
}
