//! One rule per metric with a bad side: its value against the thresholds of its database, all severities at once.

use std::time::Duration;

use super::file::Rule;
use super::forecast;
use super::own::LAST_SUCCESS;
use super::promql::{Form, Identity};
use super::state;
use crate::catalog::{Form as ValueForm, Provider, Row, Sentinel, Side, Unit};
use crate::config::Selection;
use crate::config::selection::{Selected, Timing};
use crate::resource::Kind;

/// The runbook page that all metric rules of a service share, behind its prefix.
const RUNBOOK: &str = "MetricThreshold";

/// The label that holds the level until the description is made.
const LEVEL: &str = "level";

/// What a rule says for a side that is bad.
struct Words {
    suffix: &'static str,
    beyond: &'static str,
    compare: &'static str,
    /// Picks the worst of several values.
    worst: &'static str,
    /// Picks the strictest of several levels.
    strictest: &'static str,
}

impl Words {
    const fn of(bad: Side) -> Self {
        match bad {
            Side::High => Self { suffix: "High", beyond: "above", compare: ">", worst: "max", strictest: "min" },
            Side::Low => Self { suffix: "Low", beyond: "below", compare: "<", worst: "min", strictest: "max" },
        }
    }
}

/// In the catalogue's order; whether a metric has a default level does not matter.
pub(super) fn rules(form: &Form, selection: &Selection) -> Vec<Rule> {
    selection.metrics.iter().filter_map(|selected| rule(form, selection, selected)).collect()
}

fn rule(form: &Form, selection: &Selection, selected: &Selected) -> Option<Rule> {
    let row = selected.row;
    let alert = row.alert?;
    let words = Words::of(alert.bad);
    let name = alert_name(row) + words.suffix;
    let summary = format!("{} is {} the threshold of its database.", row.metric, words.beyond);
    let expression = expression(form, selection, selected, &words)?;
    let rule = Rule::new(form, &name, expression, &summary, description(row, &words)).without(LEVEL);
    let keep_firing = Duration::from_secs(alert.keep_firing_seconds.into());
    Some(
        rule.waiting(selected.rule_for)
            .lingering(keep_firing)
            .runbook(form, &format!("{}{RUNBOOK}", row.kind.service.runbook_prefix)),
    )
}

/// The prefix of the service, not repeated, and the metric in CamelCase: `EBSIOBalance%` → `EBSIOBalance`.
fn alert_name(row: &Row) -> String {
    let words = row.metric.split(|one: char| !one.is_ascii_alphanumeric());
    let metric: String = words.map(capitalised).collect();
    let prefix = row.kind.service.alert_prefix;
    if metric.starts_with(prefix) { metric } else { format!("{prefix}{metric}") }
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}

/// Duplicates are aggregated away and the stricter level wins: a stale replica may page early, but never mute.
///
/// The level is joined as the label `level`, for the description: looking it up there would cost one query per alert.
/// Both sides of the join are aggregated to the labels that it matches on, so neither has duplicates, and both have
/// the same levels, so no alert is lost.
///
/// How long an operation takes means nothing while hardly any runs. Without values of how many there are, the rule fires
/// all the same.
///
/// What other kinds have of the metric has none of these dimensions and no level: at most one kind of a service judges
/// a metric.
fn expression(form: &Form, selection: &Selection, selected: &Selected, words: &Words) -> Option<String> {
    let (row, Words { strictest, compare, .. }) = (selected.row, words);
    let identity = Identity::of(&[row.kind]);
    let (ids, levels) = (identity.list(), form.routed(&identity, &["severity"]));
    let value = match row.provider {
        Provider::Forecast(forecast) => forecast::expression(form, forecast, row)?,
        Provider::CloudWatch | Provider::Describe(_) => value(form, selection, selected, words.worst)?,
    };
    let level = format!("{strictest} by ({levels}) ({})", form.bridged(&row.threshold_series(), ""));
    let idle = idle(form, selection, row).unwrap_or_default();
    Some(format!(
        "(\n{value}\n  {compare} on ({ids}) group_right ()\n{level}\n{idle})\n  \
         * on ({levels}) group_left ({LEVEL})\ncount_values by ({levels}) (\"{LEVEL}\", {level})"
    ))
}

/// The present value, by identity; `None` if nothing is served.
///
/// Where -1 says that replication is broken, the lag measured before it counts until the rule on that fires: else a lag
/// alert would end when its replication stops, and for a while nothing would be wrong.
///
/// A value that grows by itself is low on what is new, too: it must have been higher before.
fn value(form: &Form, selection: &Selection, selected: &Selected, worst: &str) -> Option<String> {
    let row = selected.row;
    let ids = Identity::of(&[row.kind]).list();
    let series = row.compared_series()?;
    let value = match row.sentinel {
        Sentinel::BrokenReplication => form.measured(&series, state::replication::wait(selection) + form.bridge()),
        Sentinel::None | Sentinel::Dropped => form.bridged(&series, ""),
    };
    let value = match row.provider.form() {
        ValueForm::Plain => format!("{worst} by ({ids}) ({value})"),
        ValueForm::Until => format!("min by ({ids}) ({value}) - time()"),
        ValueForm::Since => since(form, row.kind, &format!("max by ({ids}) ({value})"))?,
    };
    Some(if row.alert.is_some_and(|alert| alert.only_once_fallen) {
        format!("{value}\n  < on ({ids})\nmax by ({ids}) ({})", form.earlier(&series, seen(form, selected.timing)))
    } else {
        value
    })
}

/// How long ago the newest of these times was when its kind was listed last: while listings fail, times stand still
/// and have an alert of their own.
fn since(form: &Form, kind: Kind, time: &str) -> Option<String> {
    let listed = form.bridged(LAST_SUCCESS, &format!("task=\"{}\"", kind.lister?.name()));
    Some(format!("max by (account_id, region) ({listed})\n  - on (account_id, region) group_right ()\n{time}"))
}

/// The part of an expression that leaves out databases in which the operations take next to no time together.
fn idle(form: &Form, selection: &Selection, row: &Row) -> Option<String> {
    let busy = row.alert?.busy?;
    let is_it = |other: &&Selected| other.row.kind == row.kind && other.row.metric == busy.operations;
    let operations = selection.metrics.iter().find(is_it)?.row;
    let ids = Identity::of(&[row.kind]).list();
    let most = |row: &Row| format!("max by ({ids}) ({})", form.bridged(&row.series(row.statistic), ""));
    let (operations, duration, at_a_time) = (most(operations), most(row), busy.at_a_time);
    Some(format!("  unless on ({ids})\n{operations}\n  * on ({ids})\n{duration}\n  < {at_a_time}\n"))
}

/// From the start of a datapoint's period to the last moment at which it counts: what was scraped before then is older
/// than any value that counts now, whichever replica served it.
fn seen(form: &Form, timing: Timing) -> Duration {
    let counts = Duration::from_secs(u64::from(timing.period_seconds) + u64::from(timing.age_limit_seconds));
    Duration::from_mins((counts + form.bridge()).as_secs().div_ceil(60))
}

/// Names the database, the value and the level.
fn description(row: &Row, words: &Words) -> String {
    let resource = Identity::of(&[row.kind]).resource();
    let value = shown(row.unit, "$value", "printf \"%.4g\"");
    let level = shown(row.unit, &format!("$labels.{LEVEL}"), "reReplaceAll `(\\.\\d{3})\\d+` `$1`");
    let title = row.title();
    format!("{title} of {resource} is {value}, {} its {{{{ $labels.severity }}}} threshold of {level}.", words.beyond)
}

/// A template that prints a number in a unit as people write it; `plain` shortens a number that gets no prefix.
fn shown(unit: Unit, number: &str, plain: &str) -> String {
    let (print, after) = match unit {
        Unit::Percent => (plain, "%"),
        Unit::Bytes => ("humanize1024", "B"),
        Unit::BytesPerSecond => ("humanize1024", "B/s"),
        Unit::Seconds => ("humanizeDuration", ""),
        Unit::Milliseconds => (plain, " ms"),
        Unit::Microseconds => (plain, " us"),
        Unit::Minutes => (plain, " min"),
        Unit::Count => ("humanize", ""),
        Unit::CountPerSecond => ("humanize", "/s"),
        Unit::CountPerMinute => ("humanize", "/min"),
        Unit::CountPerFiveMinutes => ("humanize", " in 5 min"),
        Unit::None => (plain, ""),
    };
    format!("{{{{ {number} | {print} }}}}{after}")
}
