//! What to query when, in batches as large as AWS allows, and what a result is.
//!
//! Functions of resources, their levels, the selection and the response history.

mod batch;
mod due;
mod lease;
mod limiter;
mod now;
mod packer;
mod poll_group;
mod response_history;
mod result;
mod savings;
mod schedule;
mod window;

pub use batch::{Batch, DueMetric, QUERIES_PER_CALL, Query, STATISTICS_PER_BILLED_METRIC, billed_metrics};
pub use due::{DueRound, PolledResource, WantedMetric, due_by_resource, due_metrics, wanted_metrics};
pub use lease::{Lease, LeaseRecord};
pub use limiter::{Epoch, Limiter, Quota, Wait};
pub use now::Now;
pub use packer::{Pack, Packer, batches};
pub use poll_group::{PollGroup, Task};
pub use response_history::{Pace, Quiet, ResponseHistory};
pub use result::{BatchResult, Point, QueryResult, ResponseCounts, is_stored, newest};
pub use savings::Savings;
pub use schedule::next_due;
pub use window::Window;

#[cfg(test)]
mod tests;
