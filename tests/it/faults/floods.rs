//! Endless responses are cut off and counted, and their memory is freed.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options};

use crate::support::databases::{BRISK, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

/// The memory that may still be in use after an attack.
const KEPT_KIB: u64 = 10 * 1024;

/// Waits until a call failed with that cause; databases and levels are still served.
#[track_caller]
fn attack(effect: Effect, operation: &str, code: &str) {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let exporter = aws.launch().config(BRISK).start();
    exporter.wait_until_ready();
    wait_for("the first value", SOON, || exporter.cpu("orders"));
    let before = exporter.resident_kib();
    aws.fault(Fault::new(effect).operation(operation));
    wait_for_errors(&exporter, operation, code, 3);
    aws.clear();
    let counted = exporter.metrics().total("plimsoll_aws_requests_total", &[("operation", operation)]);
    wait_for("calls that succeed again", SOON, || {
        let requests = exporter.metrics().total("plimsoll_aws_requests_total", &[("operation", operation)]);
        (requests > counted + 2).then_some(())
    });
    let page = exporter.metrics();
    assert_eq!((page.cpu("orders"), page.cpu_level("orders", "critical")), (Some(50.0), Some(90.0)));
    let (after, peak) = (exporter.resident_kib(), exporter.peak_kib());
    eprintln!("{effect:?} {operation}: {before} KiB, {after} KiB after, at most {peak} KiB");
    assert!(after < before + KEPT_KIB, "{before} KiB became {after} KiB");
}

fn wait_for_errors(exporter: &Exporter, operation: &str, code: &str, errors: u64) {
    wait_for(&format!("{operation} to fail as {code}"), SOON, || {
        let failed = [("operation", operation), ("code", code)];
        (exporter.metrics().total("plimsoll_aws_errors_total", &failed) >= errors).then_some(())
    });
}

#[test]
fn a_listing_without_an_end_is_cut_off() {
    attack(Effect::EndlessBody, "DescribeDBInstances", "too_large");
}

#[test]
fn metric_data_without_an_end_is_cut_off() {
    attack(Effect::EndlessBody, "GetMetricData", "too_large");
}

#[test]
fn pages_in_a_loop_are_an_error() {
    attack(Effect::SameMarker, "DescribeDBInstances", "too_large");
}
