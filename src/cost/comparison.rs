//! What the same fleet costs by other means, with their documented defaults.

use serde::Serialize;

use super::demand::Demand;
use super::price::{ALARM, Dollars, METRIC_REQUESTED, METRIC_UPDATE, number, polls_of_month};
use crate::plan::Savings;
use crate::time::Seconds;

/// What something else costs in a month.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Alternative {
    /// Its name.
    pub name: &'static str,
    /// What it costs.
    pub dollars: Dollars,
    /// What is assumed.
    pub assumption: &'static str,
    /// Where its price or default is documented.
    pub source: &'static str,
}

/// The default of YACE's flag `scraping-interval`.
const YACE_INTERVAL: Seconds = Seconds::new(300);

/// The metrics of one instance that `qonto/prometheus-rds-exporter` fetches.
const QONTO_METRICS: usize = 21;

/// The metrics of one instance that `percona/rds_exporter` fetches.
const PERCONA_METRICS: usize = 50;

/// Other ways to watch what a demand is for; `levels` are alarms to make, `instances` those that publish.
pub(super) fn alternatives(demand: &Demand, levels: usize, instances: usize) -> Vec<Alternative> {
    let metrics = demand.metrics();
    let each_minute = |count: usize| number(count) * polls_of_month(Seconds::MINUTE);
    let each_scrape = |count: usize| Dollars::exactly(each_minute(count) * METRIC_REQUESTED);
    let nothing_saved = Savings::default();
    let yace = demand.kept(&nothing_saved).map(|(_, _, count)| (count.billed, count.queries));
    vec![
        Alternative {
            name: "CloudWatch alarms",
            dollars: Dollars::exactly(number(levels) * ALARM),
            assumption: "one alarm for each level; no metric reaches Prometheus",
            source: "https://aws.amazon.com/cloudwatch/pricing/",
        },
        Alternative {
            name: "CloudWatch metric streams",
            dollars: Dollars::exactly(each_minute(metrics) * METRIC_UPDATE),
            assumption: "one update of each metric every minute; Firehose and aggregates come on top",
            source: "https://aws.amazon.com/cloudwatch/pricing/",
        },
        Alternative {
            name: "YACE",
            dollars: yace.map(|count| Dollars::of_month(count, YACE_INTERVAL)).sum(),
            assumption: "every 5 minutes, its default; dimensionNameRequirements leaves aggregates out",
            source: "https://github.com/prometheus-community/yet-another-cloudwatch-exporter",
        },
        Alternative {
            name: "cloudwatch_exporter",
            dollars: each_scrape(metrics),
            assumption: "one Prometheus server that scrapes every minute; AWS's free requests are not deducted",
            source: "https://github.com/prometheus/cloudwatch_exporter",
        },
        Alternative {
            name: "prometheus-rds-exporter",
            dollars: each_scrape(instances * QONTO_METRICS),
            assumption: "its own 21 metrics of each instance; one Prometheus server that scrapes every minute",
            source: "https://github.com/qonto/prometheus-rds-exporter",
        },
        Alternative {
            name: "rds_exporter",
            dollars: each_scrape(instances * PERCONA_METRICS),
            assumption: "its own 50 metrics of each instance; one Prometheus server that scrapes every minute",
            source: "https://github.com/percona/rds_exporter",
        },
    ]
}
