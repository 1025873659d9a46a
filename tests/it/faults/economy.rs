//! The cost of requests: only needed metrics, in as few calls as possible, counted as AWS bills them.

use std::time::Duration;

use plimsoll::sim::{Counts, Fleet, Options, Tally};

use crate::support::client;
use crate::support::databases::{CPU_LEVEL, ONCE, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

/// The counts of requests, once the exporter and the simulated AWS agree on them.
#[track_caller]
fn agreed(aws: &SimulatedAws, exporter: &Exporter) -> Counts {
    wait_for("both sides to have counted the same", SOON, || {
        let page = exporter.metrics();
        let counts = aws.counts();
        let tally = counts.of("GetMetricData");
        let ours = [
            page.total("plimsoll_cloudwatch_metrics_requested_total", &[]),
            page.total("plimsoll_cloudwatch_queries_total", &[]),
            page.total("plimsoll_aws_requests_total", &[("operation", "GetMetricData")]),
        ];
        (ours == [tally.billed, tally.queries, tally.attempts]).then_some(counts)
    })
}

#[test]
fn metrics_are_counted_as_billed_and_requested_in_full_calls() {
    // Seven statistics: AWS bills five as one metric, so each database costs two. 71 databases fill a call.
    let statistics = r#"statistics = ["Maximum", "Minimum", "p50", "p90", "p99", "SampleCount"]"#;
    let config = format!("{ONCE}\n[metrics.CPUUtilization]\ninterval = \"1m\"\n{statistics}\n");
    let ids: Vec<String> = (0..250).map(|number| format!("db-{number:03}")).collect();
    let aws = SimulatedAws::start(databases(&ids), Options::default());
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    let optional = [
        "DescribePendingMaintenanceActions",
        "DescribeDBMajorEngineVersions",
        "DescribeAccountAttributes",
        "DescribeEvents",
        "DescribeBlueGreenDeployments",
    ];
    // The exporter is ready before its optional calls are made, and a round may be under way.
    let counts = wait_for("whole rounds and the optional calls", SOON, || {
        let counts = agreed(&aws, &exporter);
        let whole = counts.of("GetMetricData").calls.is_multiple_of(4);
        (whole && optional.iter().all(|operation| counts.of(operation).attempts > 0)).then_some(counts)
    });
    let requested = counts.of("GetMetricData");
    // More than one round if a minute began.
    let rounds = requested.calls / 4;
    let of_rounds = [4, 4, 1750, 250, 500].map(|once| once * rounds);
    assert_eq!(
        [requested.calls, requested.attempts, requested.queries, requested.metrics, requested.billed],
        of_rounds
    );
    assert_eq!(counts.of("DescribeDBInstances").attempts, 3, "pages of a hundred");
    assert_eq!(counts.of("DescribeDBClusters").attempts, 1);
    assert!(optional.iter().all(|operation| counts.of(operation).attempts == 1), "{counts:#?}");
    assert_eq!(counts.total().attempts, 8 + 4 * rounds, "and nothing else, ListMetrics least of all: {counts:#?}");
}

#[test]
fn a_realistic_fleet_is_requested_in_full_calls_of_one_page() {
    let aws = SimulatedAws::start(Fleet::seeded(1, 300), Options::default());
    let exporter = aws.launch().start();
    exporter.wait_until_ready();
    let counts = agreed(&aws, &exporter);
    let requested = counts.of("GetMetricData");
    assert!(requested.queries > 3000, "{requested:#?}");
    // All calls but the last of a round hold 500 queries or nearly so.
    assert!(requested.queries >= 400 * requested.calls, "{requested:#?}");
    assert_eq!(requested.attempts, requested.calls);
    for operation in ["ListMetrics", "GetResources"] {
        assert_eq!(counts.of(operation).attempts, 0, "{operation}");
    }
}

#[test]
fn scrapes_never_reach_aws() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    let before = aws.counts().total();
    for _ in 0..25 {
        assert_eq!(exporter.metrics().cpu("orders"), Some(50.0));
        let zipped =
            client::request(exporter.address(), "GET", "/metrics", &[("Accept-Encoding", "gzip")], b"").unwrap();
        assert_eq!(zipped.status, 200);
        assert_eq!(exporter.get("/").status, 200);
    }
    assert_eq!(aws.counts().total(), before);
}

#[test]
fn without_a_profile_cloudwatch_is_never_called() {
    let config = "[metrics]\nprofile = \"none\"\n[polling]\ndiscovery = \"1s\"\n";
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    wait_for("a second listing", SOON, || (aws.counts().of("DescribeDBInstances").calls > 1).then_some(()));
    assert_eq!(exporter.metrics().count(CPU_LEVEL, &[]), 2);
    assert_eq!(aws.counts().of("GetMetricData"), Tally::default());
}
