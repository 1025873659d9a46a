//! One failing region, operation, batch or result never removes or delays the series of another.

use std::time::{Duration, Instant};

use plimsoll::sim::{Effect, Fault, Options};

use crate::support::databases::{BRISK, CPU, REGION, databases, in_regions, one_database_in_each};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const LIVE: &str = "eu-west-1";
const TROUBLED: &str = "us-east-1";

const SOON: Duration = Duration::from_mins(1);
/// A scrape takes milliseconds; if it waited for AWS, it would take the ten seconds of an attempt.
const AT_ONCE: Duration = Duration::from_secs(5);

fn two_regions() -> SimulatedAws {
    SimulatedAws::start(one_database_in_each(&[LIVE, TROUBLED]), Options::default())
}

fn exporter_of_both(aws: &SimulatedAws) -> Exporter {
    aws.launch().config(&in_regions(&[LIVE, TROUBLED], BRISK)).start()
}

#[track_caller]
fn wait_for_cpu(exporter: &Exporter, id: &str, percent: f64) {
    wait_for(&format!("{id} at {percent} percent"), SOON, || {
        let start = Instant::now();
        let cpu = exporter.cpu(id);
        assert!(start.elapsed() < AT_ONCE, "a scrape took {:?}", start.elapsed());
        (cpu == Some(percent)).then_some(())
    });
}

/// New values of the live region are still served.
#[track_caller]
fn live_region_goes_on(aws: &SimulatedAws, exporter: &Exporter) {
    for percent in [60.0, 70.0] {
        aws.set_cpu(LIVE, LIVE, percent);
        wait_for_cpu(exporter, LIVE, percent);
    }
    assert_eq!(exporter.get("/-/healthy").status, 200);
}

#[test]
fn a_region_that_hangs_from_the_start_delays_no_other() {
    let aws = two_regions();
    aws.fault(Fault::new(Effect::Hang).region(TROUBLED));
    let exporter = exporter_of_both(&aws);
    wait_for_cpu(&exporter, LIVE, 50.0);
    assert_eq!(exporter.get("/-/ready").status, 503, "its first round is not over");
    live_region_goes_on(&aws, &exporter);
}

#[test]
fn a_region_that_begins_to_hang_keeps_its_last_values() {
    let aws = two_regions();
    let exporter = exporter_of_both(&aws);
    exporter.wait_until_ready();
    wait_for_cpu(&exporter, TROUBLED, 50.0);
    aws.fault(Fault::new(Effect::Hang).region(TROUBLED));
    aws.set_cpu(TROUBLED, TROUBLED, 99.0);
    live_region_goes_on(&aws, &exporter);
    let page = exporter.metrics();
    assert_eq!((page.cpu(TROUBLED), page.cpu_level(TROUBLED, "warning")), (Some(50.0), Some(80.0)));
    assert_eq!(exporter.get("/-/ready").status, 200);
}

#[test]
fn with_half_of_the_regions_failing_the_exporter_is_ready_and_recovers() {
    let aws = two_regions();
    aws.fault(Fault::new(Effect::ServerError500).region(TROUBLED));
    let exporter = exporter_of_both(&aws);
    exporter.wait_until_ready();
    live_region_goes_on(&aws, &exporter);
    assert_eq!(exporter.cpu(TROUBLED), None);
    aws.clear();
    wait_for_cpu(&exporter, TROUBLED, 50.0);
}

/// Two databases in one call, of which one gets spoiled results.
#[track_caller]
fn served_when_spoiled(effect: Effect) -> (SimulatedAws, Exporter) {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let exporter = aws.launch().config(BRISK).start();
    wait_for_cpu(&exporter, "orders", 50.0);
    aws.fault(Fault::new(effect).dimension_value("orders"));
    for id in ["orders", "billing"] {
        aws.set_cpu(REGION, id, 60.0);
    }
    wait_for_cpu(&exporter, "billing", 60.0);
    (aws, exporter)
}

#[test]
fn a_failed_result_keeps_the_last_good_value() {
    for effect in [Effect::InternalErrorResult, Effect::ForbiddenResult] {
        let (aws, exporter) = served_when_spoiled(effect);
        assert_eq!(exporter.cpu("orders"), Some(50.0), "{effect:?}");
        aws.clear();
        wait_for_cpu(&exporter, "orders", 60.0);
    }
}

#[test]
fn the_newest_point_of_a_partial_result_is_served() {
    let (_aws, exporter) = served_when_spoiled(Effect::PartialData);
    wait_for_cpu(&exporter, "orders", 60.0);
}

#[test]
fn a_failing_batch_does_not_affect_another() {
    // Five statistics of 150 databases are 750 queries: a full call for the first hundred, and one for the others.
    let config =
        format!("{BRISK}\n[metrics.CPUUtilization]\nstatistics = [\"Maximum\", \"Minimum\", \"p50\", \"p90\"]\n");
    let ids: Vec<String> = (0..150).map(|number| format!("db-{number:03}")).collect();
    let aws = SimulatedAws::start(databases(&ids), Options::default());
    aws.fault(Fault::new(Effect::ServerError500).dimension_value("db-000"));
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    wait_for_cpu(&exporter, "db-149", 50.0);
    let page = exporter.metrics();
    assert_eq!(page.count(CPU, &[]), 50);
    assert_eq!((page.cpu("db-099"), page.cpu("db-100")), (None, Some(50.0)));
    aws.clear();
    wait_for_cpu(&exporter, "db-000", 50.0);
    assert_eq!(exporter.metrics().count(CPU, &[]), 150);
}
