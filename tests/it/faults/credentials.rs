//! Without credentials, each call that needs them fails with its own cause.

use std::fmt::Write;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::databases::{ONCE, database, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;

const ACCOUNT: &str = "222222222222";

/// A region for each failure of `AssumeRole`, and its cause as a label.
const TROUBLES: [(&str, Effect, &str); 6] = [
    ("us-east-1", Effect::Denied, "denied"),
    ("us-east-2", Effect::Throttle, "throttled"),
    ("us-west-1", Effect::Expired, "expired"),
    ("us-west-2", Effect::ServerError500, "server"),
    ("ca-central-1", Effect::CutBody(100), "unreadable"),
    ("sa-east-1", Effect::Disconnect, "credentials"),
];

/// Waits until each listing of the region has failed once, only with that cause.
#[track_caller]
fn check(exporter: &Exporter, region: &str, code: &str) {
    let page = exporter.metrics();
    for operation in ["DescribeDBInstances", "DescribeDBClusters"] {
        let at = [("region", region), ("operation", operation)];
        let failures = page.counted("plimsoll_aws_errors_total", &at);
        assert_eq!(failures.len(), 1, "{region}: {failures:?}");
        assert_eq!((failures[0].label("code"), failures[0].value), (Some(code), 1.0), "{region}");
        assert_eq!(page.total("plimsoll_aws_requests_total", &at), 0, "{region}");
    }
}

#[test]
fn a_role_that_cannot_be_assumed_is_counted_by_its_cause() {
    let mut fleet = Fleet::empty(ACCOUNT);
    let mut config = String::new();
    for (region, ..) in TROUBLES {
        fleet.region(ACCOUNT, region).instances.insert("orders".to_owned(), database());
        let role = format!("role_arn = \"arn:aws:iam::{ACCOUNT}:role/plimsoll\"");
        writeln!(config, "[[account]]\nname = \"{region}\"\nregions = [\"{region}\"]\n{role}").unwrap();
    }
    let aws = SimulatedAws::start(fleet, Options::default());
    for (region, effect, _) in TROUBLES {
        aws.fault(Fault::new(effect).region(region).operation("AssumeRole"));
    }
    let exporter = aws.launch().config(&(config + ONCE)).start();
    exporter.wait_until_ready();
    for (region, _, code) in TROUBLES {
        check(&exporter, region, code);
    }
}

#[test]
fn no_credentials_at_all_are_a_cause() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let launch = aws.launch().env("AWS_ACCESS_KEY_ID", "").arg("--log.level=debug");
    let exporter = launch.config(ONCE).start();
    exporter.wait_until_ready();
    check(&exporter, "eu-west-1", "credentials");
    let log = exporter.log();
    for provider in ["Environment", "Profile", "WebIdentityToken", "Ec2InstanceMetadata"] {
        assert!(log.contains(provider), "{provider}");
    }
}
