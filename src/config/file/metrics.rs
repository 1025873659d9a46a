//! Reads `[metrics]`: the profile, and statistics, intervals, levels and the `for` of rules by metric.

use std::collections::BTreeMap;

use super::metric_names::{Named, metric};
use super::polling::INTERVAL;
use super::reader::{Section, Value, suggest_choice};
use super::waits;
use crate::catalog::{Provider, Row, SHARED_LIMIT, Side, Statistic, measure};
use crate::config::{Config, MetricChoice, Metrics, Profile};
use crate::level::{self, AmountUnit, Level, Reason, Writer, Written};
use crate::resource::{Engine, Kind, Role};

/// The most statistics added to one metric: each is a series for every resource, and every sixth is billed anew.
const MAX_STATISTICS: usize = 10;

/// `config` is what was read so far: the catalogue and the severities.
pub(super) fn read(mut section: Section, config: &Config) -> Metrics {
    let mut metrics = Config::default().metrics;
    section.set(&mut metrics.profile, "profile", |value| {
        value.choice(&[
            ("none", Profile::None),
            ("alerting", Profile::Alerting),
            ("dashboards", Profile::Dashboards),
            ("all", Profile::All),
        ])
    });
    section.set(&mut metrics.statistics, "statistics", |list| Some(statistics(list, statistic)));
    for entry in section.remaining() {
        let Some(named) = metric(&entry, &config.catalog, &["profile", "statistics"]) else {
            continue;
        };
        let Some(choices) = choices(&entry, named, &config.severities) else {
            continue;
        };
        if metrics.choices.iter().any(|other| named.ids().contains(&other.metric)) {
            entry.error("names a metric a second time, in another spelling", "remove one of them");
        }
        metrics.choices.extend(choices);
    }
    metrics
}

/// The index of the severity that a value names.
pub(super) fn severity(value: &Value, severities: &[String]) -> Option<usize> {
    let text = value.text()?;
    let found = severities.iter().position(|name| name == text);
    if found.is_none() {
        let names = severities.iter().map(String::as_str);
        value.error(format_args!("is not a severity: {text:?}"), suggest_choice(text, names));
    }
    found
}

/// The same choice for each of the metrics.
fn choices(entry: &Value, named: Named, severities: &[String]) -> Option<Vec<MetricChoice>> {
    let mut section = entry.section()?;
    // The path has the catalogue's spelling, because later checks find values by their path.
    section.table_value.path = format!("metrics.{}", named.name());
    let mut choice = MetricChoice {
        metric: named.first().id(),
        statistics: Vec::new(),
        interval: None,
        threshold: None,
        rule_for: None,
        waits: BTreeMap::new(),
        aggregates: Vec::new(),
    };
    section.set(&mut choice.statistics, "statistics", |list| {
        Some(statistics(queried(list, named)?, |entry| statistic_of(entry, named)))
    });
    section.set(&mut choice.interval, "interval", |value| queried(value, named)?.duration(INTERVAL).map(Some));
    section.set(&mut choice.threshold, "threshold", |value| threshold(value, named, severities).map(Some));
    waits::of_metric(&mut section, &mut choice, named, severities);
    section.set(&mut choice.aggregates, "aggregates", |list| Some(aggregates(list, named)));
    section.finish();
    Some(named.ids().into_iter().map(|metric| MetricChoice { metric, ..choice.clone() }).collect())
}

fn statistics(list: &Value, read: impl Fn(&Value) -> Option<Statistic>) -> Vec<Statistic> {
    let entries = list.entries();
    if entries.len() > MAX_STATISTICS {
        list.error(format_args!("has {} statistics", entries.len()), format_args!("write at most {MAX_STATISTICS}"));
    }
    entries.iter().filter_map(read).collect()
}

fn statistic(entry: &Value) -> Option<Statistic> {
    let text = entry.text()?;
    let statistic = text.parse::<Statistic>().ok();
    if statistic.is_none() {
        let what = format_args!("cannot have {text:?}");
        entry.error(
            what,
            "write Average, Maximum, Minimum, Sum, SampleCount, a percentile such as `p99` \
             or a trimmed mean such as `tm90`",
        );
    }
    statistic
}

/// The value of a key about queries, unless CloudWatch is not queried for the metric.
fn queried<'v, 'a>(value: &'v Value<'a>, named: Named) -> Option<&'v Value<'a>> {
    if named.rows().any(Row::is_polled) {
        return Some(value);
    }
    let parts = named.rows().find_map(|row| match row.provider {
        Provider::Computed([one, other]) => Some(format!("write it for `{one}` and `{other}`")),
        _ => None,
    });
    let what = format!("has no effect: CloudWatch is not queried for `{}`", named.name());
    value.error(what, parts.unwrap_or_else(|| "remove it".to_owned()));
    None
}

/// A statistic that all rows of the metric have.
fn statistic_of(entry: &Value, named: Named) -> Option<Statistic> {
    let (text, statistic) = (entry.text()?, statistic(entry)?);
    if !named.rows().all(|row| row.has_statistic(statistic)) {
        let what = format_args!("cannot have {text:?}: CloudWatch has no percentile of a metric that may be -1");
        entry.error(what, "write Average, Maximum or Minimum");
        return None;
    }
    Some(statistic)
}

/// Reads the aggregates over the members of a cluster. Each one is billed for every cluster.
fn aggregates(list: &Value, named: Named) -> Vec<Option<Role>> {
    let has = |is_of: fn(Kind) -> bool| named.rows().any(|row| is_of(row.kind));
    // https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/dimensions.html: other clusters have none.
    let is_of_aurora = |row: &Row| Engine::KNOWN.iter().any(|engine| engine.is_aurora() && row.is_of_engine(*engine));
    if has(Kind::is_instance) && !named.rows().any(is_of_aurora) {
        list.error(
            "has no effect: CloudWatch has aggregates only for Aurora clusters, and Aurora has no such metric",
            "remove it",
        );
    }
    if !has(Kind::is_instance) {
        list.error(
            "selects members of a cluster, but only the cluster itself has this metric",
            "remove it: the metric is queried anyway",
        );
    }
    let mut kept = Vec::new();
    for entry in list.entries() {
        let role = entry.choice(&[("cluster", None), ("writer", Some(Role::Writer)), ("reader", Some(Role::Reader))]);
        let Some(role) = role else { continue };
        if kept.contains(&role) {
            entry.error("has an entry twice", "remove one of them");
        } else if role.is_none() && has(Kind::is_cluster) {
            entry.error("has `cluster`, but this metric is queried for clusters anyway", "remove it");
        }
        kept.push(role);
    }
    kept
}

/// A ladder of levels that are valid for the metric and that its values can cross.
pub(super) fn threshold(value: &Value, named: Named, severities: &[String]) -> Option<Written> {
    let text = value.text_or_number()?;
    let report = |reason| {
        let (what, remedy) = describe(text, named, Some(severities), reason);
        value.error(what, remedy);
    };
    checked(text, named, severities.len(), measure::judge).map_err(report).ok()
}

/// One level that is valid for the metric. Values need not be able to cross it: it is a limit to which a guard moves
/// other levels.
pub(super) fn bound(value: &Value, named: Named) -> Option<Level> {
    let text = value.text_or_number()?;
    let report = |reason| {
        let (what, remedy) = describe(text, named, None, reason);
        value.error(what, remedy);
    };
    match checked(text, named, 1, measure::judge_bound).map_err(report).ok()? {
        Written::Ladder(levels) => levels.into_iter().flatten().next(),
        Written::Off => {
            value.error("must be a number", "write a level such as `90` or `10GiB`, or remove it");
            None
        }
    }
}

/// Checks whether a ladder is valid for a row.
type Check = fn(&Row, &[Option<Level>]) -> Result<(), Reason>;

fn checked(text: &str, named: Named, severities: usize, check: Check) -> Result<Written, Reason> {
    let written = level::parse(text, severities, Writer::Configuration)?;
    let mut alerting = named.rows().filter(|row| row.alert.is_some()).peekable();
    alerting.peek().ok_or(Reason::NoDirection)?;
    if let Written::Ladder(levels) = &written {
        alerting.try_for_each(|row| check(row, levels))?;
    }
    Ok(written)
}

/// What is wrong with a level, and what to write instead: a ladder of `severities`, or one level if there are none.
fn describe(text: &str, named: Named, severities: Option<&[String]>, reason: Reason) -> (String, String) {
    let metric = named.name();
    let alert = named.rows().find_map(|row| row.alert.map(|alert| (row.unit.name(), alert)));
    match (reason, alert) {
        (Reason::NoDirection, _) | (_, None) => (
            format!(
                "has no effect: `{metric}` cannot have a level, because neither high \
                 nor low values are bad"
            ),
            "remove it".to_owned(),
        ),
        (Reason::TooManyLevels, _) => too_many(text, severities),
        (Reason::WrongUnit, Some((unit, _))) => {
            let written = level::parse(text, severities.map_or(1, <[String]>::len), Writer::Configuration);
            let is_share = written.is_ok_and(|written| written.has_unit(AmountUnit::Percent));
            let sum = named.rows().find_map(Row::sum).filter(|_| is_share);
            let remedy = sum.map(|sum| format!("write a share under `{}`: {SHARED_LIMIT}", sum.metric));
            let what = format!("has a unit that `{metric}` cannot have: {text:?}");
            (what, remedy.unwrap_or_else(|| format!("the metric is in {unit}")))
        }
        (Reason::NeedsUnit, _) => (
            format!("has no unit and is too small to be a number of bytes: {text:?}"),
            "write a unit, such as `10GiB`".to_owned(),
        ),
        (Reason::Implausible, Some((unit, alert))) => {
            let off = if severities.is_some() { ", or `off`" } else { "" };
            let levels = severities.map_or(1, <[String]>::len);
            if checked(text, named, levels, measure::judge_bound).is_ok() {
                let what = format!("has a level that is always or never crossed: {text:?}");
                return (what, format!("write levels below 100 %{off}"));
            }
            let what = format!("is outside the range of levels for `{metric}`: {text:?}");
            (what, format!("write levels from {} to {} ({unit}){off}", alert.plausible.0, alert.plausible.1))
        }
        (Reason::WrongOrder, Some((_, alert))) => (
            format!("has its levels in the wrong order: {text:?}"),
            format!("write the least severe level first; for `{metric}`, {} values are worse", side(alert.bad)),
        ),
        _ => {
            let forms = match severities {
                Some(_) if level::is_meant_as_off(text) => "write `off` to have no level",
                Some(_) => "write `90`, `80/90`, `10GiB`, `20%`, `30s`, `-/90` or `off`",
                None => "write `90`, `10GiB`, `20%` or `30s`",
            };
            (format!("cannot be read as a level: {text:?}"), forms.to_owned())
        }
    }
}

fn too_many(text: &str, severities: Option<&[String]>) -> (String, String) {
    match severities {
        Some(names) => (
            format!("has more levels than severities: {text:?}"),
            format!("write at most {}: {}", names.len(), names.join("/")),
        ),
        None => (format!("has more than one level: {text:?}"), "write one level, such as `90` or `10GiB`".to_owned()),
    }
}

fn side(bad: Side) -> &'static str {
    match bad {
        Side::High => "high",
        Side::Low => "low",
    }
}
