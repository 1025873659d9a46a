//! Two accounts of the configuration that see the same databases.

use std::time::Duration;

use plimsoll::sim::Options;

use crate::support::databases::{ACCOUNT, CPU, CPU_LEVEL, ONCE, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);
const ELSEWHERE: &str = "plimsoll_resources_served_elsewhere";

#[test]
fn what_one_account_serves_another_one_neither_serves_nor_polls() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let role = format!("role_arn = \"arn:aws:iam::{ACCOUNT}:role/plimsoll\"");
    let config = format!("{ONCE}\n[[account]]\nname = \"one\"\n[[account]]\nname = \"other\"\n{role}\n");
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    wait_for("both databases", SOON, || (exporter.metrics().count(CPU, &[]) == 2).then_some(()));
    let page = exporter.metrics();
    assert_eq!(page.count(CPU_LEVEL, &[("severity", "critical")]), 2);
    assert_eq!(page.total(ELSEWHERE, &[]), 2);
    assert_eq!(page.total("plimsoll_cloudwatch_metrics_requested_total", &[]), 2);
    assert_eq!(aws.counts().of("GetMetricData").billed, 2);
    let lines = |text: &str| exporter.log().lines().filter(|line| line.contains(text)).count();
    assert!((1..=2).contains(&lines("another account of the configuration serves them")));
    assert!(exporter.get("/").text().contains("Another account of the configuration serves"));
}

#[test]
fn two_accounts_can_share_one_by_filters() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let role = format!("role_arn = \"arn:aws:iam::{ACCOUNT}:role/plimsoll\"");
    let config = format!(
        "{ONCE}\n[[account]]\nname = \"one\"\ninclude = [{{ id = \"orders\" }}]\n\
         [[account]]\nname = \"other\"\n{role}\nexclude = [{{ id = \"orders\" }}]\n"
    );
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    wait_for("both databases", SOON, || (exporter.metrics().count(CPU, &[]) == 2).then_some(()));
    let page = exporter.metrics();
    assert_eq!(page.total(ELSEWHERE, &[]), 0);
    for account in ["one", "other"] {
        assert_eq!(page.total("plimsoll_resources", &[("account", account), ("kind", "db-instance")]), 1, "{account}");
    }
    assert_eq!(page.count("plimsoll_account_info", &[]), 1, "one name for one account id");
}
