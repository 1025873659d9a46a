//! Dozens of accounts and regions start side by side.

use std::fmt::Write;
use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::databases::{CPU, ONCE, database};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);
const HOME: &str = "100000000000";
const REGIONS: [&str; 5] = ["eu-west-1", "eu-central-1", "us-east-1", "us-west-2", "ap-south-1"];
const ACCOUNTS: usize = 8;
const HANGING: &str = "100000000003";

#[test]
fn forty_scopes_start_side_by_side_and_one_that_hangs_delays_no_other() {
    let (mut fleet, mut config) = (Fleet::empty(HOME), ONCE.to_owned());
    for number in 0..ACCOUNTS {
        let account = format!("1000000000{number:02}");
        for region in REGIONS {
            fleet.region(&account, region).instances.insert("orders".to_owned(), database());
        }
        let role = format!("role_arn = \"arn:aws:iam::{account}:role/plimsoll\"");
        writeln!(config, "[[account]]\nname = \"team-{number}\"\n{role}\nregions = {REGIONS:?}").unwrap();
    }
    let aws = SimulatedAws::start(fleet, Options::default());
    aws.fault(Fault::new(Effect::Hang).account(HANGING).region("eu-west-1"));
    let exporter = aws.launch().config(&config).start();
    let others = ACCOUNTS * REGIONS.len() - 1;
    wait_for("all other scopes", SOON, || (exporter.metrics().count(CPU, &[]) == others).then_some(()));
    assert_eq!(exporter.metrics().count(CPU, &[("account_id", HANGING)]), REGIONS.len() - 1);
    assert_eq!(exporter.get("/-/ready").status, 503, "the first round of one scope is not over");
    aws.clear();
    wait_for("the last scope", SOON, || (exporter.metrics().count(CPU, &[]) == others + 1).then_some(()));
    exporter.wait_until_ready();
}
