//! Dashboards and rules that people made for other exporters find their series here.

use std::time::Duration;

use plimsoll::sim::{Fleet, Options};

use crate::support::prometheus::Prometheus;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// Their queries, by source.
const PUBLIC: &str = include_str!("../fixtures/dashboards/public.promql");

/// The one line that the example file recommends for them.
const LINE: &str = r#"
regions = ["eu-west-1"]

[metrics]
statistics = ["Average", "Maximum"]
"#;

#[test]
fn every_query_of_seven_public_dashboards_and_rule_files_returns_data() {
    let queries: Vec<&str> = PUBLIC.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).collect();
    assert_eq!(queries.len(), 90, "the fixture is as it was");
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let exporter = aws.launch().config(LINE).start();
    exporter.wait_until_ready();
    let prometheus = Prometheus::start(exporter.address(), "", None);
    wait_for("a forecast, which takes two scrapes", Duration::from_secs(30), || {
        let forecast = prometheus.query("predict_linear(aws_rds_free_storage_space_average[12h], 12 * 3600)");
        (!forecast.is_empty()).then_some(())
    });
    let empty: Vec<&str> = queries.into_iter().filter(|query| prometheus.query(query).is_empty()).collect();
    assert!(empty.is_empty(), "without data: {empty:#?}");
}
