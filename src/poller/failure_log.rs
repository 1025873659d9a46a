//! Log lines of failed calls: one line with the remedy, not one for each call that fails for the same reason.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use crate::aws::{Diagnosis, Failure, Target};

/// The same failure is logged as a warning at most this often; the counters have every attempt.
const PAUSE: Duration = Duration::from_mins(10);

/// When each failure of one scope was last logged as a warning: diagnoses and operations are closed sets.
#[derive(Debug, Default)]
pub(super) struct FailureLog {
    logged: Mutex<HashMap<(Diagnosis, &'static str), Instant>>,
}

impl FailureLog {
    /// The response of a call; a failure is logged.
    pub(super) fn response<T>(&self, target: &Target, result: Result<T, Failure>) -> Option<T> {
        result.inspect_err(|failure| self.failure(target, failure)).ok()
    }

    /// Logs a failure: as a warning, or at debug if the same one was logged a short while ago.
    pub(super) fn failure(&self, target: &Target, failure: &Failure) {
        let (account, region) = (&*target.account, &*target.region);
        let Failure { operation, .. } = *failure;
        if self.is_new(failure, Instant::now()) {
            let (code, cause, remedy) = (failure.cause.name(), failure.what(), failure.remedy());
            warn!(account, region, operation, code, cause, remedy, "AWS call failed");
        }
        debug!(account, region, operation, error = failure.chain, "error chain of a failed AWS call");
    }

    fn is_new(&self, failure: &Failure, now: Instant) -> bool {
        let operation = if failure.diagnosis.concerns_all_operations() { "" } else { failure.operation };
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        let before = logged.get(&(failure.diagnosis, operation));
        let is_new = before.is_none_or(|before| now.duration_since(*before) >= PAUSE);
        if is_new {
            logged.insert((failure.diagnosis, operation), now);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Cause;

    fn failure(operation: &'static str, diagnosis: Diagnosis) -> Failure {
        Failure { operation, cause: Cause::Other, diagnosis, message: String::new(), chain: String::new() }
    }

    #[test]
    fn the_same_failure_is_new_again_after_a_pause() {
        let (log, start) = (FailureLog::default(), Instant::now());
        let check = |operation, diagnosis, after: Duration, expected| {
            let is_new = log.is_new(&failure(operation, diagnosis), start + after);
            assert_eq!(is_new, expected, "{operation} {diagnosis:?} after {after:?}");
        };
        let soon = Duration::from_secs(5);
        check("DescribeDBInstances", Diagnosis::Throttled, Duration::ZERO, true);
        check("DescribeDBInstances", Diagnosis::Throttled, soon, false);
        check("GetMetricData", Diagnosis::Throttled, soon, true);
        check("DescribeDBInstances", Diagnosis::TimeOut, soon, true);
        check("DescribeDBInstances", Diagnosis::Throttled, PAUSE, true);
        // Wrong credentials fail every call for one reason.
        check("DescribeDBInstances", Diagnosis::Expired, soon, true);
        check("GetMetricData", Diagnosis::Expired, soon, false);
    }
}
