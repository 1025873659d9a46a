//! Which warnings the shipped rules fire over the scrapes of a fleet, as promtool evaluates them, against a golden file
//! with a reason for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use plimsoll::exposition::Page;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::rules;
use crate::support::scrape::Scrape;

/// Before it, alerts may fire because there are no series yet.
const SETTLED_MINUTES: i64 = 20;

/// The golden file: every warning, and why it fires on a healthy fleet.
const KNOWN: &str = include_str!("../../fixtures/untagged-warnings.toml");

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Known {
    warning: Vec<Warning>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Warning {
    alert: String,
    database: String,
    reason: String,
}

/// The samples of each series, by minute since the start.
pub(crate) struct Scrapes {
    start: i64,
    samples: BTreeMap<String, BTreeMap<i64, f64>>,
    last: i64,
}

impl Scrapes {
    /// None yet; `start` is in seconds since 1970.
    pub(crate) fn since(start: i64) -> Self {
        Self { start, samples: BTreeMap::new(), last: 0 }
    }

    /// Adds what a scrape at `now` receives. promtool begins in 1970, so values that are times move there, too.
    pub(crate) fn add(&mut self, now: i64, page: Page, own: &[u8]) {
        self.last = (now - self.start) / 60;
        let page: Vec<u8> = Arc::new(page).text().flat_map(Vec::from).collect();
        for text in [&*page, own] {
            for series in Scrape::parse(std::str::from_utf8(text).unwrap()).series {
                let labels: Vec<_> = series.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
                let key = format!("{}{{{}}}", series.name, labels.join(","));
                #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit in a double")]
                let moved = if series.name.ends_with("_timestamp_seconds") { self.start as f64 } else { 0.0 };
                self.samples.entry(key).or_default().insert(self.last, series.value - moved);
            }
        }
    }

    /// Panics unless exactly the known warnings fire, and nothing more severe.
    pub(super) fn check(&self, rules: &str) {
        let known: Known = toml::from_str(KNOWN).unwrap();
        assert!(known.warning.iter().all(|warning| !warning.reason.is_empty()));
        let expected = |Warning { alert, database, .. }: &Warning| {
            let labels = format!("{{alertname={alert:?},database={database:?},severity=\"warning\"}}");
            json!({"labels": labels, "value": 1})
        };
        let fired = json!({
            "expr": fired(self.last - SETTLED_MINUTES),
            "eval_time": format!("{}m", self.last),
            "exp_samples": known.warning.iter().map(expected).collect::<Vec<_>>(),
        });
        let pending = json!({"expr": pending(self.last), "eval_time": format!("{}m", self.last), "exp_samples": [
            {"labels": "{}", "value": 1},
        ]});
        let test = json!({"interval": "1m", "input_series": self.input(), "promql_expr_test": [fired, pending]});
        rules::run("untagged", rules, &test);
    }

    /// Every series as promtool reads it.
    pub(crate) fn input(&self) -> Vec<Value> {
        let sample =
            |samples: &BTreeMap<i64, f64>, minute| samples.get(&minute).map_or("stale".to_owned(), f64::to_string);
        let values = |samples| (0..=self.last).map(|minute| sample(samples, minute)).collect::<Vec<_>>().join(" ");
        self.samples.iter().map(|(series, samples)| json!({"series": series, "values": values(samples)})).collect()
    }
}

/// What fired in the last `minutes`, with the name of the database or of its cluster or proxy as `database`.
fn fired(minutes: i64) -> String {
    let dimensions = ["dimension_DBInstanceIdentifier", "dimension_DBClusterIdentifier", "dimension_ProxyName"];
    let alerts = format!("max_over_time(ALERTS{{alertstate=\"firing\"}}[{minutes}m])");
    let dimensions = dimensions.map(|dimension| format!("\"{dimension}\"")).join(", ");
    format!("group by (alertname, severity, database) (label_join({alerts}, \"database\", \"\", {dimensions}))")
}

/// Whether the peaks of two minutes of one database were seen at all, and were too short.
fn pending(minutes: i64) -> String {
    let database = "dimension_DBInstanceIdentifier=\"billing\"";
    format!(
        "group(max_over_time(ALERTS{{alertname=\"RDSCPUUtilizationHigh\",{database},alertstate=\"pending\"}}[{minutes}m]))"
    )
}
