//! Every failure is counted by attempt and by cause, and only the requested data is missing.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options, Tally};

use crate::support::databases::{ACCOUNT, CPU, CPU_LEVEL, INSTANCE, ONCE, databases, in_regions, one_database_in_each};
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

const HEALTHY: &str = "eu-west-1";

/// A region for each fault: its cause as a label, and the attempts that one call makes.
const FAULTS: [(&str, Effect, &str, u64); 6] = [
    ("us-east-1", Effect::Throttle, "throttled", 3),
    ("us-east-2", Effect::ServerError500, "server", 3),
    ("us-west-1", Effect::Html503, "server", 3),
    ("us-west-2", Effect::Denied, "denied", 1),
    ("ca-central-1", Effect::Expired, "expired", 1),
    ("sa-east-1", Effect::Disconnect, "other", 3),
];

/// The page after the first round if an operation fails in every region of [`FAULTS`].
#[track_caller]
fn page_when_fails(operation: &str) -> Scrape {
    let mut regions = vec![HEALTHY];
    regions.extend(FAULTS.map(|(region, ..)| region));
    let aws = SimulatedAws::start(one_database_in_each(&regions), Options::default());
    for (region, effect, ..) in FAULTS {
        aws.fault(Fault::new(effect).region(region).operation(operation));
    }
    let exporter = aws.launch().config(&in_regions(&regions, ONCE)).start();
    exporter.wait_until_ready();

    // A poll that failed is made again after a pause that grows; a listing is not made again here.
    let (page, calls) = wait_for("a pause between the calls of all regions", SOON, || {
        let (page, counts) = (exporter.metrics(), aws.counts());
        let tallies = FAULTS.map(|(region, ..)| counts.in_scope(ACCOUNT, region, operation));
        let is_over = |((region, _, _, attempts), tally): (&(&str, Effect, &str, u64), &Tally)| {
            let counted = page.total("plimsoll_aws_errors_total", &[("region", region), ("operation", operation)]);
            tally.attempts == attempts * tally.calls && counted == tally.attempts
        };
        FAULTS.iter().zip(&tallies).all(is_over).then(|| (page, tallies.map(|tally| tally.calls)))
    });
    for ((region, effect, code, attempts), calls) in FAULTS.into_iter().zip(calls) {
        let at = [("account", "default"), ("region", region), ("operation", operation)];
        assert_eq!(page.total("plimsoll_aws_requests_total", &at), attempts * calls, "{effect:?}");
        let failures = page.counted("plimsoll_aws_errors_total", &at);
        assert_eq!(failures.len(), 1, "{effect:?}: {failures:?}");
        assert_eq!(failures[0].label("code"), Some(code), "{effect:?}");
        assert_eq!(page.total("plimsoll_aws_errors_total", &at), attempts * calls, "{effect:?}");
        assert!(calls == 1 || operation == "GetMetricData", "{effect:?}: {calls} calls");
    }
    assert_eq!(page.total("plimsoll_aws_errors_total", &[("region", HEALTHY)]), 0);
    assert_eq!((page.cpu(HEALTHY), page.cpu_level(HEALTHY, "critical")), (Some(50.0), Some(90.0)));
    page
}

#[test]
fn without_metric_data_there_are_thresholds() {
    let page = page_when_fails("GetMetricData");
    for (region, effect, ..) in FAULTS {
        assert_eq!(page.count(CPU_LEVEL, &[(INSTANCE, region)]), 2, "{effect:?}");
        assert_eq!(page.count(CPU, &[(INSTANCE, region)]), 0, "{effect:?}");
    }
}

#[test]
fn without_clusters_there_are_instances() {
    let page = page_when_fails("DescribeDBClusters");
    for (region, effect, ..) in FAULTS {
        assert_eq!((page.cpu(region), page.cpu_level(region, "warning")), (Some(50.0), Some(80.0)), "{effect:?}");
    }
}

#[test]
fn without_instances_the_rest_is_served() {
    let page = page_when_fails("DescribeDBInstances");
    for (region, effect, ..) in FAULTS {
        assert_eq!(page.count("plimsoll_resource_info", &[("region", region)]), 0, "{effect:?}");
        let last_success = [("region", region), ("task", "instances")];
        assert!(page.value("plimsoll_last_success_timestamp_seconds", &last_success).is_some(), "{effect:?}");
    }
}

#[test]
fn failed_attempts_of_a_call_that_succeeds_are_counted() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    for operation in ["DescribeDBInstances", "GetMetricData"] {
        aws.fault(Fault::new(Effect::Throttle).operation(operation).times(2));
    }
    let exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    assert_eq!(page.cpu("orders"), Some(50.0));
    for operation in ["DescribeDBInstances", "GetMetricData"] {
        let throttled = [("operation", operation), ("code", "throttled")];
        assert_eq!(page.total("plimsoll_aws_requests_total", &[("operation", operation)]), 3);
        assert_eq!(page.total("plimsoll_aws_errors_total", &throttled), 2);
        assert_eq!(aws.counts().of(operation).calls, 1, "{operation}");
    }
}
