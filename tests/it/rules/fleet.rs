//! Databases, their samples of each scrape, and the promtool test made from them.
//!
//! Scrapes are a minute apart. promtool reads YAML, of which JSON is a part.

use std::collections::BTreeMap;

use plimsoll::catalog::{Row, Unit};
use plimsoll::resource::Kind;
use serde_json::{Value, json};

const ACCOUNT: &str = "123456789012";
/// The region of databases whose story names no other.
pub(super) const HOME: &str = "eu-west-1";

/// One series of a database.
#[derive(Clone)]
pub(super) struct Series {
    pub name: String,
    /// Labels besides the identity.
    pub labels: Vec<(&'static str, &'static str)>,
    /// One for each scrape, as promtool writes them.
    pub samples: Vec<String>,
}

/// An alert that fires from one scrape on until another.
#[derive(Clone)]
pub(super) struct Firing {
    pub severity: &'static str,
    pub value: u32,
    pub level: u32,
    pub from: usize,
    pub until: usize,
}

/// The series of a database, and the alerts that must fire for it.
pub(super) struct Story {
    /// The kind of the databases, which decides the label of their identifier.
    pub kind: Kind,
    pub database: &'static str,
    pub region: &'static str,
    pub series: Vec<Series>,
    pub firing: Vec<Firing>,
}

/// The alert of a metric.
pub(super) struct Alert {
    pub name: String,
    pub row: &'static Row,
    /// `above` or `below`.
    pub beyond: &'static str,
}

/// Further labels of every series, and those that alerts must carry.
#[derive(Default)]
pub(super) struct Extra {
    pub on_series: Vec<(&'static str, &'static str)>,
    pub on_alerts: Vec<(&'static str, &'static str)>,
}

impl Story {
    /// The same story with `sample` in place of the samples of some scrapes, in all series.
    pub(super) fn but_at(mut self, scrapes: &[usize], sample: &str) -> Self {
        for series in &mut self.series {
            for scrape in scrapes {
                sample.clone_into(&mut series.samples[*scrape]);
            }
        }
        self
    }

    /// The series as promtool reads them.
    pub(super) fn input(&self, extra: &Extra) -> Vec<Value> {
        let identity = self.identity();
        let input = |series: &Series| {
            let identity = identity.iter().map(|(name, value)| format!("{name}={value:?}"));
            let more = series.labels.iter().chain(&extra.on_series).map(|(name, value)| format!("{name}={value:?}"));
            let labels: Vec<_> = identity.chain(more).collect();
            json!({"series": format!("{}{{{}}}", series.name, labels.join(",")), "values": series.samples.join(" ")})
        };
        self.series.iter().map(input).collect()
    }

    /// Every dimension has the name of the database as its value.
    fn identity(&self) -> Vec<(String, &'static str)> {
        let place = [("account_id".to_owned(), ACCOUNT), ("region".to_owned(), self.region)];
        let dimensions = self.kind.dimensions.iter().map(|name| (format!("dimension_{name}"), self.database));
        place.into_iter().chain(dimensions).collect()
    }

    /// As descriptions name the resource.
    fn title(&self) -> String {
        vec![self.database; self.kind.dimensions.len()].join("/")
    }

    /// The alerts that fire at a scrape.
    fn alerts(&self, alert: &Alert, moment: usize, extra: &Extra) -> Vec<Value> {
        let now = self.firing.iter().filter(|firing| (firing.from..firing.until).contains(&moment));
        now.map(|firing| self.expected(alert, firing, extra)).collect()
    }

    fn expected(&self, alert: &Alert, firing: &Firing, extra: &Extra) -> Value {
        let (Self { region, .. }, Alert { row, beyond, .. }) = (self, alert);
        let database = self.title();
        let severity = firing.severity;
        let identity = self.identity();
        let more = [("severity", severity)].into_iter().chain(extra.on_alerts.iter().copied());
        let labels: BTreeMap<String, &str> =
            identity.into_iter().chain(more.map(|(name, value)| (name.to_owned(), value))).collect();
        let (value, level) = (printed(row.unit, firing.value), printed(row.unit, firing.level));
        json!({"exp_labels": labels, "exp_annotations": {
            "summary": format!("{} is {beyond} its threshold.", row.metric),
            "description": format!(
                "{} of {database} ({region}, account {ACCOUNT}) is {value}, {beyond} its {severity} threshold of {level}.",
                row.title(),
            ),
        }})
    }
}

/// The checks of one alert: these databases fire at these scrapes, and no other.
pub(super) fn checks(alert: &Alert, stories: &[Story], extra: &Extra, moments: &[usize]) -> Vec<Value> {
    let check = |moment: &usize| {
        let alerts: Vec<_> = stories.iter().flat_map(|story| story.alerts(alert, *moment, extra)).collect();
        json!({"eval_time": format!("{moment}m"), "alertname": alert.name, "exp_alerts": alerts})
    };
    moments.iter().map(check).collect()
}

/// A number below 60 as an annotation prints it in its unit.
fn printed(unit: Unit, number: u32) -> String {
    let unit = match unit {
        Unit::Percent => "%",
        Unit::Bytes => "B",
        Unit::BytesPerSecond => "B/s",
        Unit::Seconds => "s",
        Unit::Milliseconds => " ms",
        Unit::Microseconds => " us",
        Unit::Minutes => " min",
        Unit::CountPerSecond => "/s",
        Unit::CountPerMinute => "/min",
        Unit::CountPerFiveMinutes => " in 5 min",
        Unit::Count | Unit::None => "",
    };
    format!("{number}{unit}")
}
