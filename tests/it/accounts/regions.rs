//! `regions = ["all"]`: the regions that are enabled for an account.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options};

use crate::support::databases::{CPU, ONCE, one_database_in_each};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

#[test]
fn every_enabled_region_is_watched() {
    let regions = ["eu-west-1", "me-central-1", "us-east-1"];
    let aws = SimulatedAws::start(one_database_in_each(&regions), Options::default());
    let exporter = aws.launch().config(&format!("regions = [\"all\"]\n{ONCE}")).start();
    exporter.wait_until_ready();
    wait_for("all regions", SOON, || (exporter.metrics().count(CPU, &[]) == regions.len()).then_some(()));
    assert!(exporter.log().contains("eu-west-1, me-central-1, us-east-1"), "the regions are logged");
}

#[test]
fn a_refusal_names_the_permission_and_the_regions_of_every_account_are_watched() {
    let aws = SimulatedAws::start(one_database_in_each(&["eu-west-1", "me-central-1"]), Options::default());
    aws.fault(Fault::new(Effect::Denied).operation("ListRegions"));
    let exporter = aws.launch().config(&format!("regions = [\"all\"]\n{ONCE}")).start();
    wait_for("the region of every account", SOON, || (exporter.metrics().count(CPU, &[]) == 1).then_some(()));
    let log = exporter.log();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("cannot list enabled regions")).collect();
    assert!(lines.len() == 1 && lines[0].contains("account:ListRegions"), "{lines:?}");
    let denied = [("operation", "ListRegions"), ("code", "denied")];
    assert_eq!(exporter.metrics().total("plimsoll_aws_errors_total", &denied), 1);
}

#[test]
fn explain_lists_every_enabled_region() {
    let regions = ["eu-west-1", "me-central-1"];
    let aws = SimulatedAws::start(one_database_in_each(&regions), Options::default());
    let folder = crate::support::TempDir::new("explain");
    let file = folder.write("plimsoll.toml", &format!("regions = [\"all\"]\n{ONCE}"));
    let mut command = aws.launch().command();
    let command = command.args(["explain", "me-central-1", "--aws", "--config.file", file.to_str().unwrap()]);
    let output = command.output().unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("me-central-1"),
        "{text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
}
