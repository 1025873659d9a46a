//! Calls that a missing permission does not make a failure: what they return is optional.

use super::failure_log::FailureLog;
use crate::aws::{Cause, Target};
use crate::plan::Task;
use crate::resource::{GroupName, OptionalCall};
use crate::scope::{OptionalRead, ParameterRead};
use crate::time::Timestamp;

/// Reads a parameter group.
///
/// A missing permission is not logged as a failure: the next source of the limit is used.
pub(super) async fn read_parameters(target: &Target, group: &GroupName, failures: &FailureLog) -> ParameterRead {
    match target.max_connections(group).await {
        Err(failure) if failure.cause == Cause::Denied => ParameterRead::Denied,
        Err(failure) => {
            failures.failure(target, &failure);
            ParameterRead::Failed
        }
        Ok(setting) => ParameterRead::Found(setting),
    }
}

/// What an optional call returned. The scope logs once that AWS refuses it.
pub(super) async fn read_optional(
    target: &Target,
    (call, window): (OptionalCall, (Timestamp, Timestamp)),
    failures: &FailureLog,
) -> OptionalRead {
    match target.optional(call, window).await {
        Err(failure) if failure.cause == Cause::Denied => OptionalRead::Denied,
        result => {
            failures.response(target, Task::Optional(call), result).map_or(OptionalRead::Failed, OptionalRead::Found)
        }
    }
}
