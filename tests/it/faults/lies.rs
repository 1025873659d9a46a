//! Answers that are well-formed and wrong: bounded, counted, and refused.

use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Options, Sim};

use crate::support::databases::{BRISK, REGION, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::targets::{connect, cpu};
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);

/// Levels of nesting: as deep as a response may be long, so that a reader that calls itself would need gigabytes of stack.
const DEPTH: usize = 1_000_000;

#[test]
fn a_value_that_cloudwatch_cannot_have_stored_is_dropped_and_counted() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let exporter = aws.launch().config(BRISK).start();
    wait_for("the first values", SOON, || exporter.cpu("orders").and(exporter.cpu("billing")));
    let dropped = || exporter.metrics().total("plimsoll_invalid_datapoints_dropped_total", &[]);
    assert_eq!(dropped(), 0);
    for impossible in [1e308, -1e308, f64::INFINITY, f64::NAN] {
        let before = dropped();
        aws.set_cpu(REGION, "orders", impossible);
        wait_for(&format!("{impossible} to be dropped"), SOON, || (dropped() > before).then_some(()));
        assert_eq!((exporter.cpu("orders"), exporter.cpu("billing")), (Some(50.0), Some(50.0)), "{impossible}");
    }
    aws.set_cpu(REGION, "orders", 60.0);
    wait_for("a possible value", SOON, || (exporter.cpu("orders") == Some(60.0)).then_some(()));
}

#[test]
fn metric_data_whose_pages_never_end_is_refused() {
    for effect in [Effect::SameMarker, Effect::EndlessPages] {
        let aws = SimulatedAws::start(databases(["orders"]), Options::default());
        let exporter = aws.launch().config(BRISK).start();
        wait_for("the first value", SOON, || exporter.cpu("orders"));
        aws.set_cpu(REGION, "orders", 60.0);
        wait_for("the next value", SOON, || (exporter.cpu("orders") == Some(60.0)).then_some(()));
        aws.fault(Fault::new(effect).operation("GetMetricData"));
        wait_for("a refusal", SOON, || {
            let refused = [("operation", "GetMetricData"), ("code", "too_large")];
            (exporter.metrics().total("plimsoll_aws_errors_total", &refused) > 0).then_some(())
        });
        let attempts = aws.counts().of("GetMetricData").attempts;
        assert!(attempts < 500, "{effect:?}: {attempts} requests");
        assert_eq!(exporter.cpu("orders"), Some(60.0), "{effect:?}");
    }
}

/// A listing whose database contains elements without end, each in the one before.
fn deep_listing() -> &'static [u8] {
    let (before, after) = (
        "<DescribeDBInstancesResponse><DescribeDBInstancesResult><DBInstances><DBInstance>",
        "</DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>",
    );
    let text = format!("{before}{}{}{after}", "<a>".repeat(DEPTH), "</a>".repeat(DEPTH));
    text.into_bytes().leak()
}

/// Metric data with a field, known or not, that holds lists without end, each in the one before: `{name: [[[…]]]}`.
fn deep_metric_data(field: &str) -> &'static [u8] {
    let name = std::iter::once(0x60 + u8::try_from(field.len()).unwrap()).chain(field.bytes());
    let lists = std::iter::repeat_n(0x81, DEPTH).chain([0x80]);
    std::iter::once(0xa1).chain(name).chain(lists).collect::<Vec<u8>>().leak()
}

#[tokio::test(flavor = "multi_thread")]
async fn nesting_without_end_ends_no_process() {
    let sim = Sim::start(databases(["orders"]), Options::default()).await.unwrap();
    let target = connect(&sim, &[REGION]).await.remove(0);
    let batch = cpu(&target).await;
    let now = || plimsoll::plan::Now::at(plimsoll::time::Timestamp::from_second(1_800_000_000));
    for field in ["MetricDataResults", "NextToken", "SomethingNew"] {
        let fault = sim.fault(Fault::new(Effect::Answer(200, deep_metric_data(field))).operation("GetMetricData"));
        let result = target.answers(&batch, now).await;
        let has_no_value = result.as_ref().is_ok_and(|result| result.answers[0].point().is_none());
        assert!(result.is_err() || has_no_value, "{field}: {result:?}");
        sim.lift(fault);
    }
    sim.fault(Fault::new(Effect::Answer(200, deep_listing())).operation("DescribeDBInstances"));
    let listing = target.list(plimsoll::resource::Lister::Instances).await;
    assert!(listing.as_ref().map_or(true, Vec::is_empty), "{listing:?}");
}
