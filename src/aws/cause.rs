//! The cause of a failed call, from a closed set, for labels.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;
use aws_sdk_rds::error::ErrorMetadata;

use super::chain::links;
use super::whole::Defect;

/// Error codes of throttling, of all AWS services.
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
    /// The credentials do not allow the call, or are unknown.
    Denied,
    /// There are no credentials, or obtaining them failed without an error code of AWS.
    Credentials,
    /// The credentials, or the signature made with them, are too old.
    Expired,
    /// No answer in time.
    TimeOut,
    /// An error on AWS's side.
    Server,
    /// A response that ends early, or that cannot be parsed.
    Unreadable,
    /// A response or a listing beyond its limit.
    TooLarge,
    /// Anything else, such as no connection.
    Other,
}

impl Cause {
    /// Every cause there is.
    pub const ALL: [Self; 9] = [
        Self::Throttled,
        Self::Denied,
        Self::Credentials,
        Self::Expired,
        Self::TimeOut,
        Self::Server,
        Self::Unreadable,
        Self::TooLarge,
        Self::Other,
    ];

    /// The value of the label `code`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Throttled => "throttled",
            Self::Denied => "denied",
            Self::Credentials => "credentials",
            Self::Expired => "expired",
            Self::TimeOut => "timeout",
            Self::Server => "server",
            Self::Unreadable => "unreadable",
            Self::TooLarge => "too_large",
            Self::Other => "other",
        }
    }

    /// The cause of an error: by its code, else by its sources, else by the HTTP status.
    pub(super) fn of(error: &(dyn Error + 'static), code: Option<&str>, status: Option<u16>) -> Self {
        let code = code.and_then(Self::of_code);
        code.or_else(|| Self::of_sources(error)).or_else(|| status.and_then(Self::of_status)).unwrap_or(Self::Other)
    }

    /// The cause by the sources of an error: first a defect, then a code of AWS (in the error of the call for credentials),
    /// then missing credentials.
    fn of_sources(error: &(dyn Error + 'static)) -> Option<Self> {
        let defect = |error: &(dyn Error + 'static)| error.downcast_ref().map(Self::of_defect);
        let code =
            |error: &(dyn Error + 'static)| error.downcast_ref::<ErrorMetadata>()?.code().and_then(Self::of_code);
        let credentials = |error: &(dyn Error + 'static)| error.is::<CredentialsError>().then_some(Self::Credentials);
        links(error)
            .find_map(defect)
            .or_else(|| links(error).find_map(code))
            .or_else(|| links(error).find_map(credentials))
    }

    const fn of_defect(defect: &Defect) -> Self {
        match defect {
            Defect::Broken(_) | Defect::Unclosed => Self::Unreadable,
            Defect::TooLarge | Defect::TooManyRecords => Self::TooLarge,
        }
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
            // AWS reports success, but the SDK could not read the response.
            200..=299 => Some(Self::Unreadable),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_decides_and_without_one_the_status() {
        let check = |code, status, cause| {
            assert_eq!(Cause::of(&std::fmt::Error, code, status), cause, "{code:?} {status:?}");
        };
        let check_all =
            |codes: &[&'static str], status, cause| codes.iter().for_each(|code| check(Some(*code), status, cause));
        // Those that the SDKs of AWS take for throttling, in the protocols of all services.
        let throttling = [
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "RequestThrottledException",
            "TooManyRequestsException",
            "ProvisionedThroughputExceededException",
            "TransactionInProgressException",
            "RequestLimitExceeded",
            "BandwidthLimitExceeded",
            "LimitExceededException",
            "RequestThrottled",
            "SlowDown",
            "PriorRequestNotComplete",
            "EC2ThrottledException",
        ];
        check_all(&throttling, Some(400), Cause::Throttled);
        check_all(&["ExpiredToken", "ExpiredTokenException", "RequestExpired"], Some(400), Cause::Expired);
        let of_key_or_clock = ["InvalidClientTokenId", "UnrecognizedClientException", "RequestTimeTooSkewed"];
        check_all(&of_key_or_clock, Some(403), Cause::Denied);
        let of_signature = ["SignatureDoesNotMatch", "InvalidSignatureException", "AuthFailure"];
        check_all(&of_signature, Some(400), Cause::Denied);
        check_all(&["AccessDenied", "AccessDeniedException", "OptInRequired"], Some(400), Cause::Denied);
        check_all(&["RequestTimeout", "RequestTimeoutException"], Some(400), Cause::TimeOut);
        check_all(&["InternalFailure", "InternalServiceError", "ServiceUnavailable"], Some(500), Cause::Server);
        check(Some("SomethingNew"), Some(503), Cause::Server);
        check(None, Some(401), Cause::Denied);
        check(None, Some(403), Cause::Denied);
        check(None, Some(429), Cause::Throttled);
        for status in [500, 502, 503, 504] {
            check(None, Some(status), Cause::Server);
        }
        check(None, Some(400), Cause::Other);
        check(None, Some(200), Cause::Unreadable);
        check(None, None, Cause::Other);
    }
}
