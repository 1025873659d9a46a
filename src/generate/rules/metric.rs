//! One rule per metric with a bad side: it compares values with the thresholds of all severities.

use std::time::Duration;

use super::file::Rule;
use super::forecast;
use super::own::LAST_SUCCESS;
use super::promql::{Form, Identity};
use super::state;
use crate::catalog::{Form as ValueForm, Provider, Row, Sentinel, Side, Unit};
use crate::config::Selection;
use crate::config::Timing;
use crate::config::selection::Selected;
use crate::resource::{Kind, Service};
use crate::time::Seconds;

/// The label that holds the level until the description is made.
const LEVEL: &str = "level";

/// The parts of a rule that depend on the bad side.
struct SideTerms {
    suffix: &'static str,
    beyond: &'static str,
    /// How a value compares to a level that it is beyond.
    crosses: &'static str,
    /// How a level compares to a value that is beyond it.
    crossed: &'static str,
    /// The aggregation that selects the worst of several values.
    worst: &'static str,
    /// The aggregation that selects the strictest of several levels.
    strictest: &'static str,
}

impl SideTerms {
    const fn of(bad: Side) -> Self {
        match bad {
            Side::High => {
                Self { suffix: "High", beyond: "above", crosses: ">", crossed: "<", worst: "max", strictest: "min" }
            }
            Side::Low => {
                Self { suffix: "Low", beyond: "below", crosses: "<", crossed: ">", worst: "min", strictest: "max" }
            }
        }
    }
}

/// The rules of a service in the catalogue's order, also for metrics without a default level.
pub(super) fn rules(form: &Form, selection: &Selection, service: &Service) -> Vec<Rule> {
    let of_service = selection.metrics.iter().filter(|selected| selected.row.kind.service == service);
    of_service.flat_map(|selected| of_metric(form, selection, selected)).collect()
}

/// One rule for all severities, and one more for each severity that waits differently from the first one.
///
/// The first one excludes these, so that it also has the alerts of severities that nobody configured here.
fn of_metric(form: &Form, selection: &Selection, selected: &Selected) -> Vec<Rule> {
    let first = selected.waits.first().copied().unwrap_or(selected.rule_for);
    let waits = form.severities().iter().zip(&selected.waits);
    let others: Vec<_> = waits.filter(|(_, wait)| **wait != first).map(|(name, wait)| (name.as_str(), *wait)).collect();
    let names: Vec<&str> = others.iter().map(|(name, _)| *name).collect();
    let matcher = if names.is_empty() { String::new() } else { format!("severity!~\"{}\"", names.join("|")) };
    let all = rule(form, selection, selected, &matcher).map(|rule| rule.waiting(first));
    let of_one = |(name, wait): (&str, Duration)| {
        let rule = rule(form, selection, selected, &format!("severity=\"{name}\""))?;
        // The alert has this label anyway; with it, no two rules have the same name and labels.
        Some(rule.severity(name).waiting(wait))
    };
    all.into_iter().chain(others.into_iter().filter_map(of_one)).collect()
}

/// A rule for the levels that a matcher selects.
fn rule(form: &Form, selection: &Selection, selected: &Selected, matcher: &str) -> Option<Rule> {
    let row = selected.row;
    let alert = row.alert?;
    let terms = SideTerms::of(alert.bad);
    let name = alert_name(row)?;
    let summary = format!("{} is {} its threshold.", row.metric, terms.beyond);
    let expression = expression(form, selection, selected, matcher)?;
    let rule = Rule::new(form, &name, expression, &summary, description(row, &terms)).without(LEVEL);
    let keep_firing = Duration::from(alert.keep_firing);
    let rule = rule.about(form, &Identity::of(&[row.kind]));
    Some(rule.lingering(keep_firing))
}

/// The name of the rule on a metric: the prefix of the service, not repeated, the metric in `CamelCase`, and its bad
/// side, such as `RDSEBSIOBalanceLow`. `None` if no side is bad, because then there is no rule.
pub(in crate::generate) fn alert_name(row: &Row) -> Option<String> {
    let suffix = SideTerms::of(row.alert?.bad).suffix;
    let words = row.metric.split(|one: char| !one.is_ascii_alphanumeric());
    let metric: String = words.map(capitalised).collect();
    let prefix = row.kind.service.alert_prefix;
    let prefix = if metric.starts_with(prefix) { "" } else { prefix };
    Some(format!("{prefix}{metric}{suffix}"))
}

fn capitalised(word: &str) -> String {
    let (first, rest) = word.split_at(word.len().min(1));
    first.to_ascii_uppercase() + rest
}

/// The expression of a rule; `None` if the metric is not served.
///
/// Aggregations remove duplicates of several replicas, and the stricter level applies: a stale replica may page early, but
/// never suppress a page.
///
/// The level is joined as the label `level`, for the description: looking it up there would cost one query per alert.
/// Only levels that are crossed are aggregated and become labels: they are few, while levels and values are as many as
/// there are databases. What is left of the levels has no duplicates, and neither has the value on the other side.
///
/// Latencies do not count while there are hardly any operations. If the number of operations has no value, the rule fires
/// all the same.
///
/// The same metric of other kinds has other dimensions and no levels, but for the volumes of an instance: see
/// [`Form::own`] and [`unless_of_volumes`].
fn expression(form: &Form, selection: &Selection, selected: &Selected, matcher: &str) -> Option<String> {
    let row = selected.row;
    let terms = SideTerms::of(row.alert?.bad);
    let SideTerms { worst, strictest, crossed, .. } = terms;
    let identity = Identity::of(&[row.kind]);
    let (ids, levels) = (identity.list(), form.routed(&identity, &["severity"]));
    let matchers = [form.own(row), matcher.to_owned()].into_iter().filter(|matcher| !matcher.is_empty());
    let level = form.bridged(&row.threshold_series(), &matchers.collect::<Vec<_>>().join(","));
    let value = match row.provider {
        Provider::Forecast(forecast) => forecast::expression(form, forecast, row)?,
        Provider::CloudWatch | Provider::Describe(_) | Provider::Computed(_) => {
            value(form, selection, selected, worst)?
        }
    };
    if is_costly(row) {
        return Some(with_value_once(&value, &format!("{strictest} by ({levels}) ({level})"), (&ids, &levels), &terms));
    }
    let compared = fallen(form, selected, &value).unwrap_or_else(|| value.clone());
    let idle = idle(form, selection, row).unwrap_or_default();
    Some(format!(
        "{value}\n  * on ({ids}) group_right ()\ncount_values by ({levels}) (\"{LEVEL}\", {strictest} by ({levels}) (\n  \
         {level}\n    {crossed} on ({ids}) group_left ()\n  {compared}\n{idle}))"
    ))
}

/// Whether the value reads much more than one sample of each database.
fn is_costly(row: &Row) -> bool {
    matches!(row.provider, Provider::Forecast(_)) || row.sentinel == Sentinel::BrokenReplication
}

/// The same expression for a value that costs more than all levels: it stands here once, and the levels twice. Both
/// sides of the join have the same levels, so no alert is lost.
fn with_value_once(value: &str, level: &str, (ids, levels): (&str, &str), terms: &SideTerms) -> String {
    let crosses = terms.crosses;
    format!(
        "(\n{value}\n  {crosses} on ({ids}) group_right ()\n{level}\n)\n  * on ({levels}) group_left ({LEVEL})\n\
         count_values by ({levels}) (\"{LEVEL}\", {level})"
    )
}

/// The current value, by identity; `None` if the metric is not served.
///
/// Where -1 means broken replication, the last measured lag is used until the rule on broken replication fires. Otherwise
/// the lag alert would resolve when replication stops, and no alert would fire for a while.
fn value(form: &Form, selection: &Selection, selected: &Selected, worst: &str) -> Option<String> {
    let row = selected.row;
    let ids = Identity::of(&[row.kind]).list();
    let series = row.compared_series()?;
    let value = match row.sentinel {
        Sentinel::BrokenReplication => form.measured(&series, state::replication::wait(selection) + form.bridge()),
        Sentinel::None | Sentinel::Dropped => form.bridged(&series, &form.own(row)),
    };
    Some(match row.provider.form() {
        ValueForm::Plain => unless_of_volumes(form, row, format!("{worst} by ({ids}) ({value})")),
        ValueForm::Until => format!("(min by ({ids}) ({value}) - time())"),
        ValueForm::Since => since(form, row.kind, &format!("max by ({ids}) ({value})"))?,
    })
}

/// The value where it has been higher before, for a metric that grows by itself: it is low on what is new, too.
fn fallen(form: &Form, selected: &Selected, value: &str) -> Option<String> {
    let row = selected.row;
    let ids = Identity::of(&[row.kind]).list();
    let series = row.compared_series().filter(|_| row.alert.is_some_and(|alert| alert.only_once_fallen))?;
    let earlier = form.earlier(&series, seen(form, selected.timing));
    Some(format!("({value}\n  < on ({ids})\nmax by ({ids}) ({earlier}))"))
}

/// The sum over the volumes of an instance is compared only while one of them has no value: each volume has the level of
/// the instance, so a sum beyond it means a volume beyond it, and one cause is one page. It is not left out where the
/// listing merely shows volumes: should CloudWatch have no metric of one, the sum watches it as before.
fn unless_of_volumes(form: &Form, row: &Row, value: String) -> String {
    let Some(of_volumes) = form.of_volumes(row) else { return value };
    let (ids, volumes) = (Identity::of(&[row.kind]).list(), Identity::of(&[of_volumes.kind]).list());
    let matchers = form.own(of_volumes);
    let count = |series: &str| {
        let there = form.bridged(series, &matchers);
        format!("count by ({ids}) (max by ({volumes}) ({there}))")
    };
    let (with_value, all) = (count(&of_volumes.series(of_volumes.statistic)), count(state::STATUS));
    format!("(\n{value}\n  unless on ({ids})\n{with_value}\n  >= on ({ids})\n{all}\n)")
}

/// The age of the newest of these times at the last successful listing: while listings fail, these times do not change,
/// and another alert covers that.
fn since(form: &Form, kind: Kind, time: &str) -> Option<String> {
    let listed = form.bridged(LAST_SUCCESS, &format!("task=\"{}\"", kind.lister?.name()));
    Some(format!("(max by (account_id, region) ({listed})\n  - on (account_id, region) group_right ()\n{time})"))
}

/// The part of an expression that excludes databases whose operations take almost no time in total.
fn idle(form: &Form, selection: &Selection, row: &Row) -> Option<String> {
    let busy = row.alert?.busy?;
    let is_operations = |other: &&Selected| other.row.kind == row.kind && other.row.metric == busy.operations;
    let operations = selection.metrics.iter().find(is_operations)?.row;
    let ids = Identity::of(&[row.kind]).list();
    let most = |row: &Row| format!("max by ({ids}) ({})", form.bridged(&row.series(row.statistic), ""));
    let (operations, duration, at_a_time) = (most(operations), most(row), busy.at_a_time);
    Some(format!("  unless on ({ids})\n{operations}\n  * on ({ids})\n{duration}\n  < {at_a_time}\n"))
}

/// The time from the start of a datapoint's period until it expires: values scraped earlier are older than every value
/// that is in use now, on every replica.
fn seen(form: &Form, timing: Timing) -> Duration {
    let counts = Duration::from(Seconds::from(timing.period) + timing.age_limit);
    Duration::from_mins((counts + form.bridge()).as_secs().div_ceil(60))
}

/// Names the database, the value and the level.
fn description(row: &Row, terms: &SideTerms) -> String {
    let resource = Identity::of(&[row.kind]).resource();
    let value = shown(row.unit, "$value", "printf \"%.4g\"");
    let level = shown(row.unit, &format!("$labels.{LEVEL}"), "reReplaceAll `(\\.\\d{3})\\d+` `$1`");
    let title = row.title();
    format!("{title} of {resource} is {value}, {} its {{{{ $labels.severity }}}} threshold of {level}.", terms.beyond)
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
