//! What to query when, in batches as large as AWS allows, and what a result is.
//!
//! Functions of resources, their levels, the selection and the response history.

mod batch;
mod due;
mod now;
mod poll_group;
mod response_history;
mod result;
mod savings;
mod window;

pub use batch::{Batch, DueMetric, QUERIES_PER_CALL, Query, STATISTICS_PER_BILLED_METRIC, batches, billed_metrics};
pub use due::{DueRound, PolledResource, WantedMetric, due_metrics, wanted_metrics};
pub use now::Now;
pub use poll_group::{PollGroup, Task, next_due};
pub use response_history::{Pace, ResponseHistory};
pub use result::{BatchResult, Point, QueryResult, newest};
pub use savings::Savings;
pub use window::Window;

#[cfg(test)]
mod tests;
