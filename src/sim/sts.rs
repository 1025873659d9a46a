//! STS: `GetCallerIdentity`, `AssumeRole` and `AssumeRoleWithWebIdentity`.

use std::time::{Duration, SystemTime};

use super::arn::{access_key, role_account};
use super::error_response::ErrorResponse;
use super::form::Form;
use super::scope::Scope;
use super::simulation::Simulation;
use super::xml::Xml;

const NAMESPACE: &str = "https://sts.amazonaws.com/doc/2011-06-15/";
/// The secret of every session, which must appear in no log.
pub const SECRET_ACCESS_KEY: &str = "wJalrSimUtnFEMI/K7MDENG/bPxRfiCY0123456789";
/// The token of every session, which must appear in no log.
pub const SESSION_TOKEN: &str = "IQoJb3JpZ2luX2VjSimulatedToken//////////wEaCXVz";
/// The default duration of a session in seconds.
const SESSION_SECONDS: u64 = 3600;

/// Responds to `GetCallerIdentity`.
pub(super) fn caller_identity(scope: &Scope, request_id: &str) -> String {
    Xml::response("GetCallerIdentity", NAMESPACE, request_id, |xml| {
        xml.leaf("UserId", "AIDASIMULATED");
        xml.leaf("Account", &scope.account);
        xml.leaf("Arn", format!("arn:aws:iam::{}:user/simulated", scope.account));
    })
}

/// Responds to `AssumeRole`: any role of an account in the fleet, if the external id is that of the fleet.
pub(super) fn assume_role(
    simulation: &Simulation,
    scope: &Scope,
    now: SystemTime,
    form: &Form,
    id: &str,
) -> Result<String, ErrorResponse> {
    let session = Session::requested(form)?;
    let external_id = simulation.fleet.external_ids.get(session.account).map(String::as_str);
    let trusted = external_id.is_none() || form.get("ExternalId") == external_id;
    if !simulation.fleet.accounts.contains_key(session.account) || !trusted {
        return Err(session.denied(scope, "AssumeRole"));
    }
    Ok(session.response("AssumeRole", now, id))
}

/// Responds to `AssumeRoleWithWebIdentity`: any role of an account in the fleet, for any token.
pub(super) fn assume_role_with_token(
    simulation: &Simulation,
    scope: &Scope,
    now: SystemTime,
    form: &Form,
    id: &str,
) -> Result<String, ErrorResponse> {
    let session = Session::requested(form)?;
    let has_token = form.get("WebIdentityToken").is_some_and(|token| !token.is_empty());
    if !simulation.fleet.accounts.contains_key(session.account) || !has_token {
        return Err(session.denied(scope, "AssumeRoleWithWebIdentity"));
    }
    Ok(session.response("AssumeRoleWithWebIdentity", now, id))
}

/// A session of a role, as requested.
struct Session<'a> {
    role: &'a str,
    account: &'a str,
    name: &'a str,
    seconds: u64,
}

impl<'a> Session<'a> {
    fn requested(form: &'a Form) -> Result<Self, ErrorResponse> {
        let role = form.get("RoleArn").unwrap_or_default();
        let name = form.get("RoleSessionName").unwrap_or_default();
        if name.is_empty() {
            return Err(ErrorResponse::validation(
                "Value null at 'roleSessionName' failed to satisfy constraint: must not be null",
            ));
        }
        let account = role_account(role).ok_or_else(|| ErrorResponse::validation(format!("{role} is invalid")))?;
        let seconds = form.get("DurationSeconds").and_then(|text| text.parse().ok()).unwrap_or(SESSION_SECONDS);
        Ok(Self { role, account, name, seconds })
    }

    fn denied(&self, scope: &Scope, operation: &str) -> ErrorResponse {
        ErrorResponse::denied(&scope.account, &format!("sts:{operation} on resource: {}", self.role))
    }

    fn response(&self, operation: &str, now: SystemTime, id: &str) -> String {
        let Self { role, account, name: session, seconds } = self;
        let expiration = humantime::format_rfc3339_seconds(now + Duration::from_secs(*seconds));
        let name = role.rsplit('/').next().unwrap_or_default();
        Xml::response(operation, NAMESPACE, id, |xml| {
            xml.block("Credentials", |xml| {
                xml.leaf("AccessKeyId", access_key(account));
                xml.leaf("SecretAccessKey", SECRET_ACCESS_KEY);
                xml.leaf("SessionToken", SESSION_TOKEN);
                xml.leaf("Expiration", expiration);
            });
            xml.block("AssumedRoleUser", |xml| {
                xml.leaf("AssumedRoleId", format!("AROASIMULATED:{session}"));
                xml.leaf("Arn", format!("arn:aws:sts::{account}:assumed-role/{name}/{session}"));
            });
        })
    }
}
