//! What can go wrong with AWS, as a closed set for labels and with the whole chain for the log.

use aws_sdk_rds::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;

/// Error codes that mean "slower, please", over all AWS services.
///
/// The set that the SDKs retry as throttling:
/// <https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html>.
const THROTTLING_CODES: [&str; 14] = [
    "BandwidthLimitExceeded",
    "EC2ThrottledException",
    "LimitExceededException",
    "PriorRequestNotComplete",
    "ProvisionedThroughputExceededException",
    "RequestLimitExceeded",
    "RequestThrottled",
    "RequestThrottledException",
    "SlowDown",
    "ThrottledException",
    "Throttling",
    "ThrottlingException",
    "TooManyRequestsException",
    "TransactionInProgressException",
];

/// Why a call failed: the values of the label `code`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// Too many calls for the account and region.
    Throttled,
    /// The credentials may not do this, or are not known.
    Denied,
    /// The credentials, or the signature made with them, are too old.
    Expired,
    /// No answer in time.
    TimeOut,
    /// AWS's own trouble.
    Server,
    /// Anything else: no connection, an answer that cannot be read.
    Other,
}

impl Cause {
    /// The value of the label `code`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Expired => "expired",
            Self::TimeOut => "timeout",
            Self::Server => "server",
            Self::Other => "other",
        }
    }

    /// The cause behind an error code, else behind an HTTP status.
    pub(super) fn of(code: Option<&str>, status: Option<u16>) -> Self {
        code.and_then(Self::of_code).or_else(|| status.and_then(Self::of_status)).unwrap_or(Self::Other)
    }

    fn of_code(code: &str) -> Option<Self> {
        match code {
            _ if THROTTLING_CODES.contains(&code) => Some(Self::Throttled),
            "ExpiredToken" | "ExpiredTokenException" | "RequestExpired" => Some(Self::Expired),
            "AccessDenied"
            | "AccessDeniedException"
            | "AuthFailure"
            | "IncompleteSignature"
            | "InvalidClientTokenId"
            | "InvalidSignatureException"
            | "OptInRequired"
            | "SignatureDoesNotMatch"
            | "UnauthorizedOperation"
            | "UnrecognizedClientException" => Some(Self::Denied),
            "RequestTimeout" | "RequestTimeoutException" => Some(Self::TimeOut),
            "InternalFailure" | "InternalServiceError" | "InternalServiceFault" | "ServiceUnavailable" => {
                Some(Self::Server)
            }
            _ => None,
        }
    }

    fn of_status(status: u16) -> Option<Self> {
        match status {
            401 | 403 => Some(Self::Denied),
            429 => Some(Self::Throttled),
            500..=599 => Some(Self::Server),
            _ => None,
        }
    }
}

/// A call that failed after all its attempts.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{operation} failed ({}): {chain}", cause.name())]
pub struct Failure {
    /// The operation, as AWS names it.
    pub operation: &'static str,
    /// The cause as a label.
    pub cause: Cause,
    /// Everything the SDK knows about it; for the log only.
    pub chain: String,
}

impl Failure {
    pub(super) fn new<E>(operation: &'static str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let cause = match error {
            SdkError::TimeoutError(_) => Cause::TimeOut,
            SdkError::DispatchFailure(failure) if failure.is_timeout() => Cause::TimeOut,
            _ => Cause::of(
                error.as_service_error().and_then(ProvideErrorMetadata::code),
                error.raw_response().map(|response| response.status().as_u16()),
            ),
        };
        Self { operation, cause, chain: DisplayErrorContext(error).to_string() }
    }

    pub(super) fn too_many_pages(operation: &'static str, limit: usize) -> Self {
        Self { operation, cause: Cause::Other, chain: format!("more than {limit} pages in one answer") }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_and_a_status_stands_in() {
        let check = |code, status, cause| assert_eq!(Cause::of(code, status), cause, "{code:?} {status:?}");
        check(Some("Throttling"), Some(400), Cause::Throttled);
        check(Some("ThrottledException"), Some(400), Cause::Throttled);
        check(Some("ExpiredToken"), Some(403), Cause::Expired);
        check(Some("ExpiredTokenException"), Some(400), Cause::Expired);
        check(Some("AccessDenied"), Some(403), Cause::Denied);
        check(Some("InternalServiceError"), Some(500), Cause::Server);
        check(Some("SomethingNew"), Some(503), Cause::Server);
        check(None, Some(401), Cause::Denied);
        check(None, Some(403), Cause::Denied);
        check(None, Some(429), Cause::Throttled);
        check(None, Some(502), Cause::Server);
        check(None, Some(400), Cause::Other);
        check(None, None, Cause::Other);
    }
}
