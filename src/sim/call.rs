//! Reads a request: its protocol, operation, account and region.
//!
//! Signatures are not verified; account and region come from the credential in the `Authorization` header.

use std::fmt;

use hyper::Method;
use hyper::http::request::Parts;
use serde_json::Value;

use super::arn::{account_of, role_account};
use super::document::from_cbor;
use super::error_response::ErrorResponse;
use super::form::Form;
use super::scope::Scope;

/// The protocol of a request and its response.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Protocol {
    /// awsQuery: a form in, XML out.
    Query,
    /// Smithy RPC v2 CBOR.
    Cbor,
    /// AWS JSON 1.0.
    Json10,
    /// AWS JSON 1.1.
    Json11,
    /// AWS REST JSON, whose path names the operation.
    RestJson,
}

/// The parameters of a request.
#[derive(Debug, Clone)]
pub(super) enum Input {
    Form(Form),
    Tree(Value),
}

impl fmt::Display for Input {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Form(form) => form.fmt(text),
            Self::Tree(tree) => tree.fmt(text),
        }
    }
}

/// One request.
#[derive(Debug)]
pub(super) struct Call {
    pub scope: Scope,
    pub operation: &'static str,
    pub input: Input,
    /// Whether this is the first attempt of the call, and not a retry.
    pub first: bool,
}

const OPERATIONS: [&str; 18] = [
    "GetMetricData",
    "ListMetrics",
    "DescribeDBInstances",
    "DescribeDBClusters",
    "DescribeDBProxies",
    "ListTagsForResource",
    "DescribeDBParameters",
    "DescribeDBClusterParameters",
    "DescribePendingMaintenanceActions",
    "DescribeDBMajorEngineVersions",
    "DescribeAccountAttributes",
    "DescribeEvents",
    "DescribeBlueGreenDeployments",
    "GetCallerIdentity",
    "AssumeRole",
    ASSUME_WITH_TOKEN,
    "ListRegions",
    "GetResources",
];

/// The operation that no key signs: a token in the request proves who calls.
const ASSUME_WITH_TOKEN: &str = "AssumeRoleWithWebIdentity";

const LIST_REGIONS_PATH: &str = "/listRegions";
const CLOUDWATCH_PATH: &str = "/service/GraniteServiceVersion20100801/operation/";
const CLOUDWATCH_TARGET: &str = "GraniteServiceVersion20100801.";
const TAGGING_TARGET: &str = "ResourceGroupsTaggingAPI_20170126.";

/// The protocol of a request, also if its operation is unknown.
pub(super) fn protocol(parts: &Parts) -> Protocol {
    match header(parts, "x-amz-target") {
        _ if parts.uri.path().starts_with(CLOUDWATCH_PATH) => Protocol::Cbor,
        _ if parts.uri.path() == LIST_REGIONS_PATH => Protocol::RestJson,
        Some(target) if target.starts_with(CLOUDWATCH_TARGET) => Protocol::Json10,
        Some(_) => Protocol::Json11,
        None => Protocol::Query,
    }
}

impl Call {
    /// Reads a request.
    pub(super) fn read(parts: &Parts, body: &[u8], home_account: &str) -> Result<Self, ErrorResponse> {
        let text = || std::str::from_utf8(body).map_err(|error| ErrorResponse::malformed(error.to_string()));
        let (name, input) = match protocol(parts) {
            Protocol::Cbor => {
                let name = parts.uri.path().strip_prefix(CLOUDWATCH_PATH).unwrap_or_default().to_owned();
                (name, Input::Tree(from_cbor(body).map_err(ErrorResponse::malformed)?))
            }
            Protocol::Json10 | Protocol::Json11 => {
                let target = header(parts, "x-amz-target").unwrap_or_default();
                let name = target.strip_prefix(CLOUDWATCH_TARGET).or_else(|| target.strip_prefix(TAGGING_TARGET));
                let tree = serde_json::from_slice(body).map_err(|error| ErrorResponse::malformed(error.to_string()))?;
                (name.unwrap_or_default().to_owned(), Input::Tree(tree))
            }
            Protocol::RestJson => {
                let tree = serde_json::from_slice(body).map_err(|error| ErrorResponse::malformed(error.to_string()))?;
                ("ListRegions".to_owned(), Input::Tree(tree))
            }
            Protocol::Query => {
                let form = match parts.method {
                    Method::GET => parts.uri.query().unwrap_or_default(),
                    _ => text()?,
                };
                let form = Form::parse(form);
                (form.get("Action").unwrap_or_default().to_owned(), Input::Form(form))
            }
        };
        let operation = OPERATIONS
            .into_iter()
            .find(|operation| *operation == name)
            .ok_or_else(|| ErrorResponse::unknown_operation(&name))?;
        let signed = header(parts, "authorization").and_then(|text| signed_by(text, home_account));
        let scope = signed.or_else(|| unsigned(operation, &input));
        let first =
            header(parts, "amz-sdk-request").is_none_or(|text| text.split(';').any(|part| part.trim() == "attempt=1"));
        Ok(Self { scope: scope.ok_or_else(ErrorResponse::unsigned)?, operation, input, first })
    }
}

impl Call {
    /// The same call without the token of a page of metric data.
    pub(super) fn for_first_page(&self) -> Self {
        let mut input = self.input.clone();
        if let Input::Tree(Value::Object(fields)) = &mut input {
            fields.remove("NextToken");
        }
        Self { scope: self.scope.clone(), operation: self.operation, input, first: self.first }
    }
}

fn header<'a>(parts: &'a Parts, name: &str) -> Option<&'a str> {
    parts.headers.get(name)?.to_str().ok()
}

/// Reads `AWS4-HMAC-SHA256 Credential=<key>/<date>/<region>/<service>/aws4_request, …`.
fn signed_by(authorization: &str, home_account: &str) -> Option<Scope> {
    let credential = authorization.split_once("Credential=")?.1;
    let mut parts = credential.split(',').next()?.split('/');
    let key = parts.next().filter(|key| !key.is_empty())?;
    let region = parts.nth(1)?.to_owned();
    let account = account_of(key).unwrap_or(home_account).to_owned();
    Some(Scope { account, region })
}

/// The account of the role that a token is exchanged for.
fn unsigned(operation: &str, input: &Input) -> Option<Scope> {
    let Input::Form(form) = input else { return None };
    let account = role_account(form.get("RoleArn").filter(|_| operation == ASSUME_WITH_TOKEN)?)?;
    Some(Scope { account: account.to_owned(), region: String::new() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(authorization: &str, expected: Option<(&str, &str)>) {
        let scope = signed_by(authorization, "111111111111");
        assert_eq!(
            scope.as_ref().map(|scope| (scope.account.as_str(), scope.region.as_str())),
            expected,
            "{authorization}"
        );
    }

    #[test]
    fn the_credential_contains_account_and_region() {
        let with_key =
            |key: &str| format!("AWS4-HMAC-SHA256 Credential={key}/20261121/eu-west-1/rds/aws4_request, Signature=0");
        check(&with_key("AKIAEXAMPLE"), Some(("111111111111", "eu-west-1")));
        check(&with_key("ASIASIM0222222222222"), Some(("222222222222", "eu-west-1")));
        check(&with_key(""), None);
        check("Bearer token", None);
    }
}
