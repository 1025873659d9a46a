//! A mute from the tag to the page: it ends on time although AWS no longer answers anything.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll::level::mute::Mute;
use plimsoll::sim::{Effect, Fault, Options};

use crate::support::databases::{BRISK, INSTANCE, REGION, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// Longer than a busy machine takes for a discovery and a page.
const MUTED_SECONDS: i64 = 20;
const LATE: Duration = Duration::from_mins(1);

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().try_into().unwrap()
}

#[test]
fn a_mute_ends_on_the_page_while_aws_is_down() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    aws.set_cpu(REGION, "orders", 95.0);
    let exporter = aws.launch().config(BRISK).start();
    exporter.wait_until_ready();
    assert_eq!(exporter.metrics().cpu_level("orders", "critical"), Some(90.0));

    let end = now() + MUTED_SECONDS;
    aws.change(|fleet| {
        let tags = &mut fleet.instance("orders").unwrap().tags;
        tags.insert("plimsoll/mute".to_owned(), Mute::Until(end).to_string());
    });
    let level = || exporter.metrics().cpu_level("orders", "critical");
    wait_for("the mute", LATE, || level().is_none().then_some(()));
    aws.fault(Fault::new(Effect::Denied));

    let page = exporter.metrics();
    let orders = [(INSTANCE, "orders")];
    assert_eq!(page.value("plimsoll_muted", &orders), Some(1.0));
    let told = page.value("plimsoll_mute_end_timestamp_seconds", &orders);
    assert_eq!(told.map(|end| end.to_string()), Some(end.to_string()));
    assert_eq!(page.cpu("orders"), Some(95.0), "a muted database is polled as ever");
    assert_eq!(page.cpu_level("billing", "critical"), Some(90.0), "its neighbour has its level");
    let crossed = || exporter.log().contains("level crossed while muted").then_some(());
    wait_for("the crossed level in the log", LATE, crossed);

    wait_for("the end of the mute", LATE, || level().map(|_| ()));
    assert!(now() >= end, "{} seconds early", end - now());
    assert_eq!(exporter.metrics().count("plimsoll_muted", &[]), 0);
}
