//! `plimsoll check --aws` on the first day: what is allowed, what is missing, what it will cost.

use std::process::Output;

use plimsoll::sim::{Cluster, Effect, Fault, Fleet, Instance, Options};
use serde_json::Value;

use crate::support::TempDir;
use crate::support::databases::{ACCOUNT, REGION, databases};
use crate::support::simulated::SimulatedAws;

/// A hundred databases, of which one has a class and one an engine that nobody knows yet, and a cluster.
fn fleet() -> Fleet {
    let mut fleet = databases((0..98).map(|number| format!("db-{number}")));
    let region = fleet.region(ACCOUNT, REGION);
    let new = Instance { class: "db.m99.large".to_owned(), ..Instance::of("postgres") };
    region.instances.insert("new".to_owned(), new);
    let member = Instance { cluster: Some("web".to_owned()), ..Instance::of("aurora-postgresql") };
    region.instances.insert("web-1".to_owned(), member);
    let cluster =
        Cluster { engine: "aurora-postgresql".to_owned(), writer: Some("web-1".to_owned()), ..Cluster::default() };
    region.clusters.insert("web".to_owned(), cluster);
    fleet
}

/// A check of an AWS with these faults: the report, and whether it passed.
fn check(faults: &[Fault]) -> (SimulatedAws, String, bool) {
    let aws = SimulatedAws::start(fleet(), Options::default());
    for fault in faults {
        aws.fault(fault.clone());
    }
    let Output { status, stdout, stderr } = aws.launch().command().args(["check", "--aws"]).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&stderr), "");
    (aws, String::from_utf8(stdout).unwrap(), status.success())
}

/// The actions of the policy in a report.
fn policy(report: &str) -> Vec<String> {
    let Some((_, after)) = report.split_once("add this to the policy of arn:aws:iam::123456789012:user/simulated:\n")
    else {
        return Vec::new();
    };
    let json = after.split_inclusive("\n}\n").next().unwrap();
    let policy: Value = serde_json::from_str(json).unwrap_or_else(|error| panic!("{error}: {json}"));
    let statements = policy["Statement"].as_array().unwrap();
    let actions = statements.iter().flat_map(|one| one["Action"].as_array().unwrap());
    actions.map(|action| action.as_str().unwrap().to_owned()).collect()
}

fn denied(operation: &str) -> Fault {
    Fault::new(Effect::Denied).operation(operation)
}

#[test]
fn where_everything_is_allowed_it_passes_and_costs_less_than_a_cent() {
    let (aws, report, passed) = check(&[]);
    assert!(passed, "{report}");
    for part in [
        "Account default, region eu-west-1",
        "identity: arn:aws:iam::123456789012:user/simulated",
        "allowed    rds:DescribeDBInstances (required)",
        "allowed    rds:DescribeDBClusters (required)",
        "allowed    cloudwatch:GetMetricData (required)",
        "allowed    rds:DescribeDBParameters (optional)",
        "allowed    rds:DescribeEvents (optional)",
        "found: 100 instances",
        "engines not known: none",
        "classes not known: db.m99.large",
        "in 30 days",
        "Metrics queried every 1m: averages over 1m, at most 3m 5s old; alerts wait",
        "This check requested 1 metrics, which costs $0.00001",
        "Everything that is required is allowed.",
    ] {
        assert!(report.contains(part), "no {part:?} in {report}");
    }
    assert!(policy(&report).is_empty(), "{report}");
    assert_eq!(aws.counts().of("GetMetricData").billed, 1);
}

#[test]
fn what_is_denied_is_named_with_the_policy_that_is_missing() {
    let check = |operations: &[&str], actions: &[&str], passes: bool| {
        let faults: Vec<Fault> = operations.iter().map(|operation| denied(operation)).collect();
        let (_, report, passed) = check(&faults);
        assert_eq!(policy(&report), actions, "{report}");
        assert_eq!(passed, passes, "{report}");
        for action in actions {
            assert!(report.contains(&format!("FAILED     {action}")), "{report}");
        }
    };
    check(&["GetMetricData"], &["cloudwatch:GetMetricData"], false);
    check(&["DescribeEvents"], &["rds:DescribeEvents"], true);
    let both = ["rds:DescribeAccountAttributes", "rds:DescribeDBInstances"];
    check(&["DescribeDBInstances", "DescribeAccountAttributes"], &both, false);
}

/// Once for the account, whatever the number of its regions: those that every account has, if it is denied.
#[test]
fn where_aws_lists_the_regions_that_permission_is_tried_once() {
    let check = |faults: &[Fault], passes: bool| {
        let aws = SimulatedAws::start(fleet(), Options::default());
        for fault in faults {
            aws.fault(fault.clone());
        }
        let folder = TempDir::new("all-regions");
        let file = folder.write("plimsoll.toml", "regions = [\"all\"]\n");
        let arguments = ["check", "--aws", "--config.file", file.to_str().unwrap()];
        let Output { status, stdout, stderr } = aws.launch().command().args(arguments).output().unwrap();
        assert_eq!(String::from_utf8_lossy(&stderr), "");
        let report = String::from_utf8(stdout).unwrap();
        assert_eq!(status.success(), passes, "{report}");
        assert_eq!(aws.counts().of("ListRegions").calls, 1);
        assert_eq!(report.matches("account:ListRegions (required)").count(), 1, "{report}");
        report
    };
    assert_eq!(check(&[], true).matches("region ").count(), 1);
    let report = check(&[denied("ListRegions")], false);
    assert_eq!(policy(&report), ["account:ListRegions"], "{report}");
    assert!(report.matches("\nAccount default, region ").count() > 10, "{report}");
}

#[test]
fn wrong_credentials_are_found_out_by_one_call() {
    let body =
        b"<ErrorResponse><Error><Code>InvalidClientTokenId</Code><Message>invalid</Message></Error></ErrorResponse>";
    let (aws, report, passed) = check(&[Fault::new(Effect::Answer(403, body))]);
    assert!(!passed, "{report}");
    for part in ["AWS_ACCESS_KEY_ID", "Something that is required failed.", "requested 0 metrics"] {
        assert!(report.contains(part), "no {part:?} in {report}");
    }
    assert_eq!(aws.counts().total().calls, aws.counts().of("GetCallerIdentity").calls);
}
