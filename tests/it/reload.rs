//! Reloads of the configuration: a good one takes over without a gap, and a bad one changes nothing.

use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options};

use crate::support::client::{self, Response};
use crate::support::databases::{ACCOUNT, BRISK, ONCE, databases, in_regions, one_database_in_each};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

const SOON: Duration = Duration::from_secs(20);
const GOOD: &str = "plimsoll_config_last_reload_successful";
const WHEN: &str = "plimsoll_config_last_reload_success_timestamp_seconds";
const METRICS_REQUESTED: &str = "plimsoll_cloudwatch_metrics_requested_total";

fn reload(exporter: &Exporter) -> Response {
    client::request(exporter.address(), "POST", "/-/reload", &[], b"").unwrap()
}

fn write(exporter: &Exporter, config: &str) {
    fs::write(exporter.config(), config).unwrap();
}

#[track_caller]
fn take_over(exporter: &Exporter, config: &str) {
    write(exporter, config);
    let response = reload(exporter);
    assert_eq!((response.status, &*response.text()), (200, "the configuration is in effect\n"), "{}", exporter.log());
}

fn other_prefix(config: &str) -> String {
    format!("{config}\n[tags]\nprefix = \"levels/\"\n")
}

/// The page of a configuration shows within a second.
#[track_caller]
fn wait_for_level(exporter: &Exporter, id: &str, level: Option<f64>) {
    wait_for("the levels", SOON, || (exporter.metrics().cpu_level(id, "critical") == level).then_some(()));
}

#[test]
fn a_new_prefix_changes_the_levels_keeps_the_values_and_costs_nothing() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.change(|fleet| {
        let tags = &mut fleet.instance("orders").unwrap().tags;
        tags.insert("levels/CPUUtilization".to_owned(), "70/75".to_owned());
    });
    let exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    let before = exporter.metrics();
    assert_eq!(before.value(GOOD, &[]), Some(1.0));
    aws.fault(Fault::new(Effect::Denied));
    take_over(&exporter, &other_prefix(ONCE));
    wait_for_level(&exporter, "orders", Some(75.0));
    let after = exporter.metrics();
    assert_eq!((after.cpu("orders"), after.value(GOOD, &[])), (Some(50.0), Some(1.0)));
    assert!(after.value(WHEN, &[]) >= before.value(WHEN, &[]) && before.value(WHEN, &[]).unwrap() > 1.7e9);
    assert_eq!(after.total(METRICS_REQUESTED, &[]), before.total(METRICS_REQUESTED, &[]));
    assert!(exporter.log().contains("configuration reloaded"));
    let polls = [("operation", "GetMetricData")];
    assert_eq!(after.total("plimsoll_aws_requests_total", &polls), before.total("plimsoll_aws_requests_total", &polls));
}

#[test]
fn a_bad_file_is_refused_with_the_lines_of_check_and_the_old_configuration_goes_on() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(BRISK).start();
    exporter.wait_until_ready();
    let when = exporter.metrics().value(WHEN, &[]);
    write(&exporter, "a = 1\n[polling]\nfast = 5\n");
    let response = reload(&exporter);
    let check = aws.launch().command().arg("check").arg("--config.file").arg(exporter.config()).output().unwrap();
    assert_eq!((response.status, response.text()), (400, String::from_utf8(check.stderr).unwrap()));
    assert_eq!(response.text().matches("plimsoll.toml:").count(), 2, "{}", response.text());
    let page = exporter.metrics();
    assert_eq!((page.value(GOOD, &[]), page.value(WHEN, &[])), (Some(0.0), when));
    assert!(exporter.log().contains("configuration not reloaded: the one before stays in effect"));
    aws.set_cpu("eu-west-1", "orders", 70.0);
    wait_for("a new value", SOON, || (exporter.cpu("orders") == Some(70.0)).then_some(()));
    write(&exporter, &format!("{BRISK}\n[web]\npages = false\n"));
    let response = reload(&exporter);
    assert!(response.status == 400 && response.text().contains("restart plimsoll"), "{}", response.text());
    take_over(&exporter, BRISK);
    assert_eq!(exporter.metrics().value(GOOD, &[]), Some(1.0));
    fs::remove_file(exporter.config()).unwrap();
    let response = reload(&exporter);
    assert!(response.status == 400 && response.text().contains("cannot read"), "{}", response.text());
}

#[test]
fn sighup_reloads_and_other_methods_are_refused() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let mut exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    write(&exporter, &other_prefix(ONCE));
    for method in ["GET", "HEAD", "PUT", "DELETE"] {
        let refused = client::request(exporter.address(), method, "/-/reload", &[], b"").map(|response| {
            assert_eq!(response.header("allow"), Some("POST"), "{method}");
            response.status
        });
        // The client of the tests reads no response to HEAD.
        assert!(method == "HEAD" || refused.unwrap() == 405, "{method}");
    }
    assert!(!exporter.log().contains("configuration reloaded"));
    exporter.signal("HUP");
    wait_for("the reload", SOON, || exporter.log().contains("configuration reloaded").then_some(()));
    assert_eq!(exporter.stop().code(), Some(0));
}

#[test]
fn regions_come_and_go_with_all_their_series_and_others_go_on() {
    let regions = ["eu-west-1", "us-east-1", "eu-north-1"];
    let (aws, folder) =
        (SimulatedAws::start(one_database_in_each(&regions), Options::default()), TempDir::new("state"));
    let state = format!("{ONCE}\n[state]\nfile = \"{}\"\n", folder.path().join("state").display());
    let mut exporter = aws.launch().config(&in_regions(&regions[..2], &state)).start();
    exporter.wait_until_ready();
    take_over(&exporter, &in_regions(&regions[1..], &state));
    wait_for("the new region", SOON, || exporter.cpu("eu-north-1"));
    let page = exporter.metrics();
    assert_eq!((page.cpu("us-east-1"), page.cpu("eu-west-1")), (Some(50.0), None));
    let gone: Vec<_> = page.series.iter().filter(|series| series.label("region") == Some("eu-west-1")).collect();
    assert!(gone.is_empty(), "{gone:?}");
    assert_eq!(page.value(METRICS_REQUESTED, &[("region", "us-east-1")]), Some(1.0), "polled once");
    assert!(exporter.log().contains("not watched any more"));
    // The state file has the scopes of the new configuration.
    exporter.stop();
    aws.fault(Fault::new(Effect::Hang));
    exporter.start_again();
    let page = exporter.metrics();
    assert_eq!((page.cpu("us-east-1"), page.cpu("eu-west-1")), (Some(50.0), None));
}

#[test]
fn scrapes_during_reloads_are_whole_pages_of_one_configuration_without_a_gap() {
    let regions = ["eu-west-1", "us-east-1", "eu-north-1"];
    let mut fleet = one_database_in_each(&regions);
    for region in regions {
        let database = fleet.region(ACCOUNT, region).instances.get_mut(region).unwrap();
        database.tags.insert("levels/CPUUtilization".to_owned(), "70/75".to_owned());
    }
    let aws = SimulatedAws::start(fleet, Options::default());
    let config = in_regions(&regions, ONCE);
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    wait_for("every value", SOON, || regions.iter().all(|id| exporter.cpu(id).is_some()).then_some(()));
    let done = AtomicBool::new(false);
    let scrape = || {
        let mut levels = Vec::new();
        while !done.load(Ordering::Relaxed) {
            levels.push(whole(&exporter.metrics(), &regions));
        }
        levels
    };
    let levels = thread::scope(|scope| {
        let scraper = scope.spawn(scrape);
        for round in 0..4 {
            let (text, level) = if round % 2 == 0 { (other_prefix(&config), 75.0) } else { (config.clone(), 90.0) };
            take_over(&exporter, &text);
            wait_for_level(&exporter, regions[0], Some(level));
        }
        done.store(true, Ordering::Relaxed);
        scraper.join().unwrap()
    });
    assert!(levels.len() > 10 && levels.contains(&75.0) && levels.contains(&90.0), "{levels:?}");
}

/// The level of all databases, each of which has its value.
fn whole(page: &Scrape, regions: &[&str; 3]) -> f64 {
    no_doubles(page);
    assert_eq!(regions.map(|id| page.cpu(id)), [Some(50.0); 3]);
    let levels = regions.map(|id| page.cpu_level(id, "critical"));
    assert_eq!(levels, [levels[0]; 3], "two configurations in one page");
    levels[0].unwrap()
}

/// No identity has two values.
fn no_doubles(page: &Scrape) {
    for name in ["aws_rds_cpuutilization_average", "aws_rds_cpuutilization_threshold"] {
        let all = page.find(name, &[]);
        let mut distinct: Vec<String> = all.iter().map(|series| format!("{:?}", series.labels)).collect();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), all.len(), "{name}");
    }
}
