//! Log lines of failed calls: one line with the remedy, not one for each call that fails for the same reason. It also keeps
//! which tasks fail, for people who do not read the log.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use tracing::{debug, warn};

use crate::aws::{Diagnosis, Failure, Target};
use crate::explain::{CallFailure, ScopeFailures};
use crate::plan::Task;

/// The same failure is logged as a warning at most this often; the counters have every attempt.
const PAUSE: Duration = Duration::from_mins(10);

/// The same until a first listing succeeds, because nothing is watched yet.
const FIRST_PAUSE: Duration = Duration::from_mins(2);

/// The failures of one scope.
#[derive(Debug, Default)]
pub(super) struct FailureLog(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// When each failure was last logged as a warning: diagnoses and operations are closed sets.
    logged: HashMap<(Diagnosis, &'static str), Instant>,
    /// The last failure of each task that has not succeeded since.
    failing: BTreeMap<Task, CallFailure>,
    has_listed: bool,
}

impl FailureLog {
    /// The response of a call of a task; a failure is logged and kept until the task succeeds.
    pub(super) fn response<T>(&self, target: &Target, task: Task, result: Result<T, Failure>) -> Option<T> {
        self.record(task, result.as_ref().err());
        result.inspect_err(|failure| self.failure(target, failure)).ok()
    }

    /// Keeps the failure of a task, or drops it if there is none.
    fn record(&self, task: Task, failure: Option<&Failure>) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.has_listed |= failure.is_none() && matches!(task, Task::List(_));
        let Some(failure) = failure else {
            state.failing.remove(&task);
            return;
        };
        let (operation, cause, remedy) = (failure.operation.to_owned(), failure.what(), failure.remedy());
        state.failing.insert(task, CallFailure { operation, cause, remedy });
    }

    /// What fails in the account and region of a target.
    pub(super) fn failures(&self, target: &Target) -> ScopeFailures {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut calls: Vec<CallFailure> = Vec::new();
        for call in state.failing.values() {
            if !calls.iter().any(|other| other.cause == call.cause && other.remedy == call.remedy) {
                calls.push(call.clone());
            }
        }
        let (account, region) = (target.account.to_string(), target.region.to_string());
        ScopeFailures { account, region, never_listed: !state.has_listed, calls }
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
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let pause = if state.has_listed { PAUSE } else { FIRST_PAUSE };
        let before = state.logged.get(&(failure.diagnosis, operation));
        let is_new = before.is_none_or(|before| now.duration_since(*before) >= pause);
        if is_new {
            state.logged.insert((failure.diagnosis, operation), now);
        }
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::aws::Cause;
    use crate::resource::Lister;

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
        log.record(Task::List(Lister::Instances), None);
        check("DescribeDBInstances", Diagnosis::Throttled, Duration::ZERO, true);
        check("DescribeDBInstances", Diagnosis::Throttled, soon, false);
        check("GetMetricData", Diagnosis::Throttled, soon, true);
        check("DescribeDBInstances", Diagnosis::TimeOut, soon, true);
        check("DescribeDBInstances", Diagnosis::Throttled, PAUSE, true);
        // Wrong credentials fail every call for one reason.
        check("DescribeDBInstances", Diagnosis::Expired, soon, true);
        check("GetMetricData", Diagnosis::Expired, soon, false);
    }

    #[test]
    fn until_something_was_listed_the_same_failure_is_repeated_each_two_minutes() {
        let (log, start) = (FailureLog::default(), Instant::now());
        let failed = failure("DescribeDBInstances", Diagnosis::NoCredentials);
        let is_new = |minutes| log.is_new(&failed, start + Duration::from_mins(minutes));
        assert_eq!([is_new(0), is_new(1), is_new(2), is_new(4)], [true, false, true, true]);
        log.record(Task::List(Lister::Instances), None);
        assert_eq!([is_new(6), is_new(14)], [false, true]);
    }
}
