//! What polling costs: counted by what `plan` decides to query, before anything is spent and while plimsoll runs.
//!
//! `GetMetricData` is billed by the metrics requested, not by calls and not by datapoints. Values in, dollars and texts out.

mod budget;
mod comparison;
mod demand;
mod forecast;
mod price;
mod report;

pub use budget::{Outlook, outlook};
pub use comparison::Alternative;
pub use demand::Demand;
pub use forecast::{Forecast, MetricForecast, ScopeForecast, forecast};
pub use price::{Dollars, METRIC_REQUESTED};
