//! A failed call is one line in the log that names what is wrong and what to do.

use plimsoll::sim::{Effect, Fault, Options};
use serde_json::Value;

use crate::support::databases::{ONCE, databases};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;

/// A line that a person reads without scrolling.
const LINE_BYTES: usize = 500;
/// Beginnings of error chains of the SDK.
const CHAINS: [&str; 3] = ["dispatch failure", "service error", "unhandled error"];

/// The fields of the warnings about failed calls.
fn failures(exporter: &Exporter) -> Vec<Value> {
    let log = exporter.log();
    let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let failed = events.filter(|event| event["level"] == "WARN" && event["fields"]["message"] == "AWS call failed");
    failed.map(|event| event["fields"].clone()).collect()
}

/// Checks the warnings of the first round: one for each of these operations, with these parts of cause and remedy.
#[track_caller]
fn check(launch: Launch, operations: &[&str], cause: &str, remedy: &str) {
    let exporter = launch.config(ONCE).start();
    exporter.wait_until_ready();
    let failures = failures(&exporter);
    let mut failed: Vec<_> = failures.iter().map(|fields| fields["operation"].as_str().unwrap()).collect();
    failed.sort_unstable();
    if operations == [ANY] {
        assert_eq!(failed.len(), 1, "{failures:?}");
    } else {
        assert_eq!(failed, operations, "{failures:?}");
    }
    for fields in &failures {
        let [is, todo] = ["cause", "remedy"].map(|field| fields[field].as_str().unwrap());
        assert!(is.contains(cause), "{fields}");
        assert!(todo.contains(remedy), "{fields}");
        assert!(fields.to_string().len() < LINE_BYTES, "{fields}");
    }
    let log = exporter.log();
    assert!(!CHAINS.iter().any(|chain| log.contains(chain)), "{log}");
}

/// One line for all operations, whichever failed first.
const ANY: &str = "any";
const BOTH: &[&str] = &["DescribeDBClusters", "DescribeDBInstances"];

#[test]
fn without_credentials_one_line_names_where_to_set_them() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let launch = aws.launch().env("AWS_ACCESS_KEY_ID", "");
    check(launch, &[ANY], "no AWS credentials found", "AWS_ACCESS_KEY_ID");
}

#[test]
fn a_profile_that_does_not_exist_is_named() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let launch = aws.launch().env("AWS_ACCESS_KEY_ID", "").env("AWS_PROFILE", "nosuch");
    check(launch, &[ANY], "does not exist or has no credentials (AWS_PROFILE=nosuch)", "correct AWS_PROFILE");
}

#[test]
fn a_refusal_of_aws_names_the_remedy() {
    let refused = |code, message| {
        format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>")
    };
    let unknown = refused("InvalidClientTokenId", "The security token included in the request is invalid.").leak();
    let unsigned = refused("SignatureDoesNotMatch", "The signature we calculated does not match.").leak();
    let both: [(Effect, &str, &str); 4] = [
        (Effect::Expired, "the AWS credentials have expired", "aws sso login"),
        (Effect::Answer(403, unknown.as_bytes()), "does not know the access key", "enable this region"),
        (Effect::Answer(403, unsigned.as_bytes()), "does not accept the signature", "AWS_SECRET_ACCESS_KEY"),
        (Effect::Answer(404, b"<html>nginx</html>"), "not one of AWS", "AWS_ENDPOINT_URL"),
    ];
    for (effect, cause, remedy) in both {
        let aws = SimulatedAws::start(databases(["orders"]), Options::default());
        aws.fault(Fault::new(effect));
        let operations = if remedy == "AWS_ENDPOINT_URL" { BOTH } else { &[ANY] };
        check(aws.launch(), operations, cause, remedy);
    }
}

#[test]
fn a_missing_permission_is_named() {
    for (operation, permission) in
        [("DescribeDBInstances", "allow rds:DescribeDBInstances"), ("GetMetricData", "allow cloudwatch:GetMetricData")]
    {
        let aws = SimulatedAws::start(databases(["orders"]), Options::default());
        aws.fault(Fault::new(Effect::Denied).operation(operation));
        check(aws.launch(), &[operation], "a permission is missing (", permission);
    }
}

#[test]
fn a_role_that_cannot_be_assumed_names_the_trust_policy() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Denied).operation("AssumeRole"));
    let role =
        "[[account]]\nname = \"prod\"\nregions = [\"eu-west-1\"]\nrole_arn = \"arn:aws:iam::222222222222:role/x\"\n";
    let exporter = aws.launch().config(&format!("{role}{ONCE}")).start();
    exporter.wait_until_ready();
    let failures = failures(&exporter);
    assert_eq!(failures.len(), 1, "{failures:?}");
    assert!(failures[0]["remedy"].as_str().unwrap().contains("trust policy"), "{failures:?}");
}

#[test]
fn a_wrong_endpoint_or_region_names_what_to_check() {
    // A region that does not exist has a name that does not resolve: https://www.rfc-editor.org/rfc/rfc6761#section-6.4.
    let launch = Launch::against("http://rds.eu-wst-1.invalid");
    check(launch, BOTH, "does not resolve", "check the spelling of the region");
    check(Launch::against("http://127.0.0.1:1"), BOTH, "no connection to the AWS endpoint", "AWS_ENDPOINT_URL");
}

#[test]
fn the_error_chain_is_logged_at_debug() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Expired));
    let exporter = aws.launch().arg("--log.level=debug").config(ONCE).start();
    exporter.wait_until_ready();
    assert!(exporter.log().contains("service error: unhandled error"), "{}", exporter.log());
}
