//! The times of one query.

use crate::time::{Period, Seconds};

/// The times of one query.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timing {
    /// The period of one datapoint.
    pub period: Period,
    /// How far a query looks back.
    pub look_back: Seconds,
    /// How long a value is served after the end of its period.
    pub age_limit: Seconds,
    /// How long a query leaves out a period after its end, for periods of several minutes. CloudWatch publishes minute by
    /// minute: earlier, the datapoint would cover only the first minutes of the period.
    pub settle: Seconds,
    /// How long after the end of a period it is polled: the publication delay and the offset.
    pub poll_delay: Seconds,
}
