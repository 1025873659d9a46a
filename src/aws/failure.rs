//! Failed calls to AWS: the cause for labels, the diagnosis for people and the error chain for the log at debug.

use std::error::Error;

use aws_sdk_rds::error::{ErrorMetadata, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

use super::cause::Cause;
use super::chain::{chain, links, message};
use super::diagnosis::Diagnosis;

/// The variable that names the profile in the files of the AWS CLI.
const PROFILE: &str = "AWS_PROFILE";

/// A call that failed after all its attempts.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{operation} failed: {}; {}", self.what(), self.remedy())]
pub struct Failure {
    /// The operation, as AWS names it.
    pub operation: &'static str,
    /// The cause as a label.
    pub cause: Cause,
    /// What is wrong, for people.
    pub diagnosis: Diagnosis,
    /// AWS's own message, or which limit was exceeded; one line of bounded length, empty if there is none.
    pub message: String,
    /// The messages of the error and of its sources, in one line of bounded length; for the log at debug only.
    pub chain: String,
}

impl Failure {
    pub(super) fn new<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let code = error.as_service_error().and_then(ProvideErrorMetadata::code);
        let status = error.raw_response().map(|response| response.status().as_u16());
        let cause = match error {
            SdkError::TimeoutError(_) => Cause::TimeOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Cause::TimeOut,
            _ => Cause::of(error, code, status),
        };
        let diagnosis = Diagnosis::of(error, cause, code, status.is_some());
        // The SDK's error does not name the profile.
        let profile = std::env::var(PROFILE).ok().filter(|name| !name.is_empty());
        let (diagnosis, text) = match profile.filter(|_| diagnosis == Diagnosis::NoCredentials) {
            Some(profile) => (Diagnosis::NoProfile, message(&format!("{PROFILE}={profile}"))),
            None => (diagnosis, message(text_of_aws(error))),
        };
        Self { operation, cause, diagnosis, message: text, chain: chain(error) }
    }

    /// A failure because valid responses together exceed a limit.
    pub(super) fn too_large(operation: &'static str, limit: String) -> Self {
        let (cause, diagnosis) = (Cause::TooLarge, Diagnosis::TooLarge);
        Self { operation, cause, diagnosis, chain: limit.clone(), message: limit }
    }

    /// A failure because the metrics of an account are not shared with the one that queries them.
    pub(super) const fn not_linked(operation: &'static str) -> Self {
        let (cause, diagnosis) = (Cause::Denied, Diagnosis::NotLinked);
        Self { operation, cause, diagnosis, chain: String::new(), message: String::new() }
    }

    /// What is wrong, with AWS's message.
    #[must_use]
    pub fn what(&self) -> String {
        let what = self.diagnosis.what();
        if self.message.is_empty() { what.to_owned() } else { format!("{what} ({})", self.message) }
    }

    /// What to do about it.
    #[must_use]
    pub fn remedy(&self) -> String {
        self.diagnosis.remedy(self.operation)
    }
}

/// The message of AWS's answer, or of its answer to the call for credentials; empty if there is none.
fn text_of_aws<E>(error: &SdkError<E, HttpResponse>) -> &str
where
    E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
{
    let of_call = error.as_service_error().and_then(ProvideErrorMetadata::message);
    of_call.or_else(|| links(error).find_map(metadata_message)).unwrap_or_default()
}

fn metadata_message<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a str> {
    error.downcast_ref::<ErrorMetadata>()?.message()
}
