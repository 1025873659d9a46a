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
    /// The answer; if the call failed, nothing and a line in the log.
    pub(super) fn answer<T>(&self, target: &Target, answer: Result<T, Failure>) -> Option<T> {
        answer.inspect_err(|failure| self.failure(target, failure)).ok()
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
