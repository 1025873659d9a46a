//! What a person must know of a failed call: what is wrong, and what to do.
//!
//! A diagnosis is finer than a [`Cause`], because a remedy depends on more than a counter does. The messages of the SDK's
//! error chain are for developers: they are logged at debug only.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;

use super::cause::Cause;
use super::chain::links;
use super::permission::permission;

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Diagnosis {
    /// No source of credentials has any.
    NoCredentials,
    /// The profile that `AWS_PROFILE` names does not exist or has no credentials.
    NoProfile,
    /// A source of credentials failed.
    CredentialsFailed,
    /// AWS refuses to give credentials for a role.
    RoleRefused,
    /// The credentials were valid once.
    Expired,
    /// A permission is missing.
    NotPermitted,
    /// The metrics of an account are not shared with the monitoring account.
    NotLinked,
    /// AWS does not know the access key, or not in this region.
    UnknownKey,
    /// The secret does not belong to the key, or something changed the request on its way.
    WrongSignature,
    /// The name of the server does not resolve.
    NoSuchHost,
    /// The certificate of the server is not trusted.
    NotTrusted,
    /// The server cannot be reached.
    NoConnection,
    /// A refusal without an error code. Those of AWS have one.
    NotAws,
    /// AWS limits calls.
    Throttled,
    /// No answer in time.
    TimeOut,
    /// An error on AWS's side.
    Server,
    /// A response that ends early or cannot be parsed.
    Unreadable,
    /// A response or a listing beyond its limit.
    TooLarge,
    /// Anything else; AWS's message is all there is.
    Other,
}

/// A part of the message of `hyper-util` if a name does not resolve. The type of that error is private.
const UNRESOLVED: &str = "dns error";

/// A part of the messages of `rustls` about certificates. The SDK does not export the type of that error.
const CERTIFICATE: &str = "certificate";

impl Diagnosis {
    /// The diagnosis of an error with this cause. `code` is AWS's error code; `has_response` whether a server answered.
    pub(super) fn of(error: &(dyn Error + 'static), cause: Cause, code: Option<&str>, has_response: bool) -> Self {
        match cause {
            Cause::Credentials | Cause::Other if mentions(error, UNRESOLVED) => Self::NoSuchHost,
            Cause::Credentials | Cause::Other if mentions(error, CERTIFICATE) => Self::NotTrusted,
            Cause::Credentials => Self::of_credentials(error),
            Cause::Denied if credentials_error(error).is_some() => Self::RoleRefused,
            Cause::Denied => Self::of_denial(code),
            Cause::Expired => Self::Expired,
            Cause::Throttled => Self::Throttled,
            Cause::TimeOut => Self::TimeOut,
            Cause::Server => Self::Server,
            Cause::Unreadable => Self::Unreadable,
            Cause::TooLarge => Self::TooLarge,
            Cause::Other if !has_response => Self::NoConnection,
            Cause::Other if code.is_none() => Self::NotAws,
            Cause::Other => Self::Other,
        }
    }

    fn of_credentials(error: &(dyn Error + 'static)) -> Self {
        match credentials_error(error) {
            Some(CredentialsError::CredentialsNotLoaded(_)) => Self::NoCredentials,
            _ => Self::CredentialsFailed,
        }
    }

    fn of_denial(code: Option<&str>) -> Self {
        match code {
            None => Self::NotAws,
            Some("AuthFailure" | "InvalidClientTokenId" | "OptInRequired" | "UnrecognizedClientException") => {
                Self::UnknownKey
            }
            Some("IncompleteSignature" | "InvalidSignatureException" | "SignatureDoesNotMatch") => Self::WrongSignature,
            Some(_) => Self::NotPermitted,
        }
    }

    /// Whether the same is wrong with every operation of an account and region.
    #[must_use]
    pub const fn concerns_all_operations(self) -> bool {
        matches!(
            self,
            Self::NoCredentials
                | Self::NoProfile
                | Self::CredentialsFailed
                | Self::RoleRefused
                | Self::Expired
                | Self::UnknownKey
                | Self::WrongSignature
        )
    }

    /// What is wrong.
    #[must_use]
    pub const fn what(self) -> &'static str {
        match self {
            Self::NoCredentials => "no AWS credentials found",
            Self::NoProfile => "the AWS profile does not exist or has no credentials",
            Self::CredentialsFailed => "AWS credentials could not be obtained",
            Self::RoleRefused => "AWS does not let plimsoll assume the role",
            Self::Expired => "the AWS credentials have expired",
            Self::NotPermitted => "a permission is missing",
            Self::NotLinked => "plimsoll's own account is not allowed to see the metrics of `source_account`",
            Self::UnknownKey => "AWS does not know the access key in this region",
            Self::WrongSignature => "AWS does not accept the signature",
            Self::NoSuchHost => "the name of the AWS endpoint does not resolve",
            Self::NotTrusted => "the certificate of the AWS endpoint is not trusted",
            Self::NoConnection => "no connection to the AWS endpoint",
            Self::NotAws => "the server refused the call, and its answer is not one of AWS",
            Self::Throttled => "AWS limits the calls of this account and region",
            Self::TimeOut => "AWS did not answer in time",
            Self::Server => "AWS failed to answer the call",
            Self::Unreadable => "the answer ends early or cannot be read",
            Self::TooLarge => "the answer exceeds a limit",
            Self::Other => "AWS refused the call",
        }
    }

    /// What to do about it, if this operation failed.
    #[must_use]
    pub fn remedy(self, operation: &str) -> String {
        let remedy = match self {
            Self::NotPermitted => return format!("allow {} to the role or user of plimsoll", permission(operation)),
            Self::NoCredentials | Self::CredentialsFailed => {
                "run plimsoll with a role (EKS, ECS or EC2), or set AWS_PROFILE, or AWS_ACCESS_KEY_ID and \
                 AWS_SECRET_ACCESS_KEY; after `aws configure sso`, run `aws sso login`"
            }
            Self::NoProfile => {
                "correct AWS_PROFILE, or add the profile with credentials to ~/.aws/config or ~/.aws/credentials; \
                 `aws configure list-profiles` prints those that exist"
            }
            Self::RoleRefused => {
                "allow sts:AssumeRole on `role_arn` to plimsoll's own role, and name that role, and `external_id` if it \
                 is set, in the trust policy of `role_arn`"
            }
            Self::NotLinked => {
                "in CloudWatch of `source_account`, link it to the monitoring account that plimsoll's own identity belongs \
                 to, in each region; or remove `source_account` and allow cloudwatch:GetMetricData to `role_arn`"
            }
            Self::Expired => {
                "renew them: `aws sso login` for a profile, new variables and a restart for keys in the environment; if \
                 they are new, set the clock of this machine"
            }
            Self::UnknownKey => {
                "check AWS_ACCESS_KEY_ID and AWS_SESSION_TOKEN; if other regions work, enable this region for the account"
            }
            Self::WrongSignature => {
                "check AWS_SECRET_ACCESS_KEY, the clock of this machine, and proxies that change requests"
            }
            Self::NoSuchHost => {
                "check the spelling of the region, the DNS of this machine, and AWS_ENDPOINT_URL if it is set"
            }
            Self::NotTrusted => {
                "install the CA certificates of the system, or name those of your proxy in SSL_CERT_FILE"
            }
            Self::NoConnection => {
                "check the way to AWS (firewall, proxy, VPC endpoint), and AWS_ENDPOINT_URL if it is set"
            }
            Self::NotAws => "check AWS_ENDPOINT_URL if it is set, and proxies on the way to AWS",
            Self::Throttled => {
                "nothing, if it passes; else poll less often, or request a higher quota for the API: other programs share it"
            }
            Self::TimeOut => "nothing, if it passes; else check the way to AWS (firewall, proxy, VPC endpoint)",
            Self::Server => "nothing, if it passes: plimsoll tries again; else check AWS_ENDPOINT_URL if it is set",
            Self::Unreadable => "nothing, if it passes: plimsoll tries again; else check proxies on the way to AWS",
            Self::TooLarge => "report it to the authors of plimsoll: nothing should reach this limit",
            Self::Other => "read AWS's message; --log.level=debug shows the whole error",
        };
        remedy.to_owned()
    }
}

fn credentials_error<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a CredentialsError> {
    links(error).find_map(<dyn Error>::downcast_ref)
}

fn mentions(error: &(dyn Error + 'static), part: &str) -> bool {
    links(error).any(|link| link.to_string().contains(part))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_of_a_refusal_decides_what_is_to_be_done() {
        let check = |cause, code, has_response, expected| {
            assert_eq!(Diagnosis::of(&std::fmt::Error, cause, code, has_response), expected, "{cause:?} {code:?}");
        };
        check(Cause::Denied, Some("AccessDenied"), true, Diagnosis::NotPermitted);
        check(Cause::Denied, Some("InvalidClientTokenId"), true, Diagnosis::UnknownKey);
        check(Cause::Denied, Some("SignatureDoesNotMatch"), true, Diagnosis::WrongSignature);
        check(Cause::Denied, None, true, Diagnosis::NotAws);
        check(Cause::Other, None, false, Diagnosis::NoConnection);
        check(Cause::Other, None, true, Diagnosis::NotAws);
        check(Cause::Other, Some("InvalidParameterValue"), true, Diagnosis::Other);
    }

    #[test]
    fn a_missing_permission_is_named_by_its_service() {
        let check = |operation, permission| {
            let remedy = Diagnosis::NotPermitted.remedy(operation);
            assert_eq!(remedy, format!("allow {permission} to the role or user of plimsoll"));
        };
        check("DescribeDBInstances", "rds:DescribeDBInstances");
        check("GetMetricData", "cloudwatch:GetMetricData");
    }
}
