//! A mute from the tag to the page: it begins and ends on time even if AWS does not answer.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll::level::mute::Mute;
use plimsoll::level::mute::written::listed_window;
use plimsoll::sim::{Effect, Fault, Options};
use plimsoll::time::Timestamp;

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
        tags.insert("plimsoll/mute".to_owned(), Mute::until(Timestamp::from_second(end)).to_string());
    });
    let level = || exporter.metrics().cpu_level("orders", "critical");
    wait_for("the mute", LATE, || level().is_none().then_some(()));
    aws.fault(Fault::new(Effect::Denied));

    let page = exporter.metrics();
    let orders = [(INSTANCE, "orders")];
    assert_eq!(page.value("plimsoll_muted", &orders), Some(1.0));
    let served = page.value("plimsoll_mute_end_timestamp_seconds", &orders);
    assert_eq!(served.map(|end| end.to_string()), Some(end.to_string()));
    assert_eq!(page.cpu("orders"), Some(95.0), "a muted database is polled as ever");
    assert_eq!(page.cpu_level("billing", "critical"), Some(90.0), "its neighbour has its level");
    let crossed = || exporter.log().contains("level crossed while muted").then_some(());
    wait_for("the crossed level in the log", LATE, crossed);

    wait_for("the end of the mute", LATE, || level().map(|_| ()));
    assert!(now() >= end, "{} seconds early", end - now());
    assert_eq!(exporter.metrics().count("plimsoll_muted", &[]), 0);
}

/// The longest mute that the guard allows.
const ALLOWED_SECONDS: i64 = 10;

#[test]
fn a_guard_limits_a_mute_to_the_time_before_its_end() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let guard = format!("[[guard]]\nname = \"production\"\nlongest_mute = \"{ALLOWED_SECONDS}s\"\n");
    let exporter = aws.launch().config(&format!("{BRISK}\n{guard}")).start();
    exporter.wait_until_ready();

    let end = now() + MUTED_SECONDS + ALLOWED_SECONDS;
    aws.change(|fleet| {
        let tags = &mut fleet.instance("orders").unwrap().tags;
        tags.insert("plimsoll/mute".to_owned(), Mute::until(Timestamp::from_second(end)).to_string());
    });
    let issue = || exporter.metrics().count("plimsoll_threshold_issue", &[("reason", "outside_guard")]);
    wait_for("the issue", LATE, || (issue() == 1).then_some(()));
    aws.fault(Fault::new(Effect::Denied));
    assert!(exporter.log().contains("production"), "the log names the guard");
    assert_eq!(exporter.metrics().cpu_level("orders", "critical"), Some(90.0));

    let level = || exporter.metrics().cpu_level("orders", "critical");
    wait_for("the mute", LATE, || level().is_none().then_some(()));
    assert!(now() >= end - ALLOWED_SECONDS, "{} seconds early", end - ALLOWED_SECONDS - now());
    wait_for("the end of the issue", LATE, || (issue() == 0).then_some(()));
    wait_for("the end of the mute", LATE, || level().map(|_| ()));
    assert!(now() >= end, "{} seconds early", end - now());
    assert_eq!(exporter.metrics().count("plimsoll_threshold_issue", &[]), 0);
}

/// A maintenance window of two hours around a time, as AWS lists it.
fn window_around(time: i64) -> String {
    let bound = |time: i64| {
        // 1970-01-01 was a Thursday.
        let day = ["thu", "fri", "sat", "sun", "mon", "tue", "wed"][usize::try_from(time / 86_400 % 7).unwrap()];
        format!("{day}:{:02}:{:02}", time / 3_600 % 24, time / 60 % 60)
    };
    format!("{}-{}", bound(time - 3_600), bound(time + 3_600))
}

#[test]
fn a_mute_in_the_maintenance_window_moves_with_it() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let list = |window: String| {
        aws.change(|fleet| fleet.instance("orders").unwrap().maintenance_window = window);
    };
    aws.change(|fleet| {
        let tags = &mut fleet.instance("orders").unwrap().tags;
        tags.insert("plimsoll/mute".to_owned(), "maintenance-window".to_owned());
    });
    let window = window_around(now());
    list(window.clone());
    let exporter = aws.launch().config(BRISK).start();
    exporter.wait_until_ready();
    let level = || exporter.metrics().cpu_level("orders", "critical");
    assert_eq!(level(), None);
    let page = exporter.metrics();
    assert_eq!(page.value("plimsoll_muted", &[(INSTANCE, "orders")]), Some(1.0));
    let end = page.value("plimsoll_mute_end_timestamp_seconds", &[(INSTANCE, "orders")]).unwrap();
    let remaining = end - f64::from(u32::try_from(now()).unwrap());
    assert!((3_000.0..=3_660.0).contains(&remaining), "{remaining}");
    let explained = exporter.get("/api/v1/resources/arn:aws:rds:eu-west-1:123456789012:db:orders").json();
    let cpu = &explained["metrics"][0];
    let muted = listed_window(&window).map(|mute| mute.to_string());
    assert_eq!((cpu["metric"].as_str(), cpu["muted"].as_str()), (Some("CPUUtilization"), muted.as_deref()));

    list(window_around(now() + 43_200));
    wait_for("the level after the window moved", LATE, || level().map(|_| ()));
    assert_eq!(exporter.metrics().count("plimsoll_muted", &[]), 0);
}
