//! The start with a fleet of several pages: polls begin with the first page, and the page is served when all is listed.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options};

use crate::support::databases::{CPU, CPU_LEVEL, ONCE, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// One round of one metric with so many statistics that a page of databases fills a call.
fn config() -> String {
    let statistics = r#"["Average", "Maximum", "Minimum", "Sum", "SampleCount", "p10", "p50", "p90", "p99", "tm90"]"#;
    format!("{ONCE}[metrics.CPUUtilization]\nstatistics = {statistics}\n")
}

const STATISTICS: u64 = 10;

const DATABASES: u64 = 250;

/// Longer than a busy machine takes for a start.
const LATE: Duration = Duration::from_secs(30);

const LIST: &str = "DescribeDBInstances";
const FETCH: &str = "GetMetricData";

#[test]
fn polls_begin_with_the_first_page_and_query_each_metric_once_in_full_calls() {
    let aws =
        SimulatedAws::start(databases((0..DATABASES).map(|number| format!("db-{number:03}"))), Options::default());
    // The second page of three comes late, though before the time-out of its attempt.
    aws.fault(Fault::new(Effect::Slow(Duration::from_secs(8))).operation(LIST).every(2));
    let exporter = aws.launch().config(&config()).start();
    wait_for("a poll", LATE, || (aws.counts().of(FETCH).calls > 0).then_some(()));
    assert_eq!(aws.counts().of(LIST).calls, 2, "the listing goes on");
    let forecast = "forecast of the cost of the first databases";
    wait_for(forecast, LATE, || exporter.log().contains(forecast).then_some(()));
    assert_eq!(exporter.get("/-/ready").status, 503);
    let page = exporter.metrics();
    assert_eq!((page.count(CPU, &[]), page.count(CPU_LEVEL, &[])), (0, 0));
    assert_eq!(page.total("plimsoll_resources", &[]), 0);

    exporter.wait_until_ready();
    let polls = aws.counts().of(FETCH);
    let expected = DATABASES * STATISTICS;
    assert_eq!(polls.queries, expected, "each once");
    assert_eq!(polls.calls, expected.div_ceil(500), "full");
    let page = exporter.metrics();
    let served = (page.count(CPU, &[]) as u64, page.count(CPU_LEVEL, &[]) as u64);
    assert_eq!(served, (DATABASES, 2 * DATABASES));
}
