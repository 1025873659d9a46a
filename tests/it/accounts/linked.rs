//! Accounts whose metrics a monitoring account shows.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::databases::{BRISK, CPU, CPU_LEVEL, database};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);
const MONITORING: &str = "111111111111";
const SHOP: &str = "222222222222";
const BANK: &str = "333333333333";
const REGION: &str = "eu-west-1";

/// A database of the same name in each account.
fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(MONITORING);
    for account in [MONITORING, SHOP, BANK] {
        fleet.region(account, REGION).instances.insert("orders".to_owned(), database());
    }
    fleet
}

/// The monitoring account, and the others through it.
fn config() -> String {
    let linked = |name: &str, id: &str| {
        format!(
            "[[account]]\nname = \"{name}\"\nrole_arn = \"arn:aws:iam::{id}:role/tags\"\nsource_account = \"{id}\"\n"
        )
    };
    format!("{BRISK}\n[[account]]\nname = \"monitoring\"\n{}{}", linked("shop", SHOP), linked("bank", BANK))
}

fn cpu(exporter: &Exporter, account: &str) -> Option<f64> {
    exporter.metrics().value(CPU, &[("account_id", account)])
}

fn level(exporter: &Exporter, account: &str) -> Option<f64> {
    exporter.metrics().value(CPU_LEVEL, &[("account_id", account), ("severity", "critical")])
}

#[track_caller]
fn wait_for_cpu(exporter: &Exporter, account: &str, percent: f64) {
    wait_for("the CPU", SOON, || (cpu(exporter, account) == Some(percent)).then_some(()));
}

fn set_cpu(aws: &SimulatedAws, account: &str, percent: f64) {
    aws.metric(account, REGION, "DBInstanceIdentifier=orders", "CPUUtilization").pin(Some(percent));
}

#[test]
fn metrics_come_through_the_monitoring_account_and_tags_through_the_role() {
    let mut fleet = fleet();
    fleet.link(MONITORING, SHOP);
    fleet.link(MONITORING, BANK);
    let aws = SimulatedAws::start(fleet, Options::default());
    set_cpu(&aws, SHOP, 70.0);
    set_cpu(&aws, BANK, 60.0);
    let exporter = aws.launch().config(&config()).start();
    exporter.wait_until_ready();
    for (account, percent) in [(MONITORING, 50.0), (SHOP, 70.0), (BANK, 60.0)] {
        wait_for_cpu(&exporter, account, percent);
        assert_eq!(level(&exporter, account), Some(90.0), "{account}");
        assert!(aws.counts().in_scope(account, REGION, "DescribeDBInstances").calls > 0, "{account}");
    }
    for account in [SHOP, BANK] {
        assert_eq!(aws.counts().in_scope(account, REGION, "GetMetricData").calls, 0, "{account}");
    }
}

#[test]
fn without_a_link_there_are_no_values_and_the_levels_and_the_other_accounts_stay() {
    let mut fleet = fleet();
    fleet.link(MONITORING, SHOP);
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = aws.launch().config(&config()).start();
    exporter.wait_until_ready();
    wait_for_cpu(&exporter, SHOP, 50.0);
    wait_for("the remedy", SOON, || exporter.log().contains("link it to the monitoring account").then_some(()));
    let denied = [("account", "bank"), ("operation", "GetMetricData"), ("code", "denied")];
    assert!(exporter.metrics().total("plimsoll_aws_errors_total", &denied) > 0);
    assert_eq!((cpu(&exporter, BANK), level(&exporter, BANK)), (None, Some(90.0)));
}

#[test]
fn an_account_whose_role_fails_keeps_the_others() {
    let mut fleet = fleet();
    fleet.link(MONITORING, SHOP);
    fleet.external_ids.insert(BANK.to_owned(), "another-id".to_owned());
    let aws = SimulatedAws::start(fleet, Options::default());
    let secret = "external-id-4711";
    let exporter = aws.launch().config(&format!("{}external_id = \"{secret}\"\n", config())).start();
    exporter.wait_until_ready();
    aws.fault(Fault::new(Effect::Hang).account(BANK));
    for percent in [60.0, 70.0] {
        set_cpu(&aws, SHOP, percent);
        wait_for_cpu(&exporter, SHOP, percent);
    }
    assert_eq!((cpu(&exporter, BANK), level(&exporter, BANK)), (None, None));
    assert!(exporter.log().contains("sts:AssumeRole"), "the remedy");
    for page in ["/", "/metrics", "/api/v1/resources"] {
        assert!(!exporter.get(page).text().contains(secret), "{page}");
    }
    assert!(!exporter.log().contains(secret));
}
