//! What an alert on a metric means: when it fires, what the metric is, and why its default levels are what they are.

use humantime::format_duration;

use super::super::metrics::{applicability, conditions, denominator, engines_of, every, series};
use super::words::{ladder, noun};
use crate::catalog::{Alert, Provider, Row, Sentinel, Side};
use crate::config::selection::Selected;
use crate::time::Seconds;

/// The section; empty for a metric without a bad side, which has no alert.
pub(super) fn meaning(selected: &Selected) -> String {
    let row = selected.row;
    let Some(alert) = &row.alert else { return String::new() };
    format!("{}\n\n{}{}", lead(row, alert), facts(selected, alert), defaults(row, alert))
}

/// When the alert fires, with what is special about its rule.
fn lead(row: &Row, alert: &Alert) -> String {
    let first = format!(
        "`{}` of the {} is {} one of its levels.\n\
         The label `severity` names the level that was crossed, and the description shows the value and the level.",
        row.metric,
        noun(row.kind),
        beyond(alert.bad)
    );
    [Some(first), event(alert), busy(row, alert), broken(row)].into_iter().flatten().collect::<Vec<_>>().join("\n")
}

fn event(alert: &Alert) -> Option<String> {
    if alert.only_once_fallen {
        return Some(
            "It means a restart: the value was higher within the last hour.\n\
             A new database, or one that was stopped for longer, does not fire it."
                .to_owned(),
        );
    }
    let minutes = alert.keep_firing.get() / 60;
    match (alert.min_for, minutes) {
        (_, 0) => None,
        (Seconds::ZERO, _) => Some(format!(
            "The metric counts events, so one value is enough, and the alert stays for {minutes} minutes after it."
        )),
        _ => Some(format!(
            "A forecast moves with every value, so the alert stays for {minutes} minutes after the last one that crossed."
        )),
    }
}

fn busy(row: &Row, alert: &Alert) -> Option<String> {
    let busy = alert.busy?;
    Some(format!(
        "The rule is silent while the operations take next to no time: while `{}` times `{}` is less than {}.",
        busy.operations, row.metric, busy.at_a_time
    ))
}

fn broken(row: &Row) -> Option<String> {
    (row.sentinel == Sentinel::BrokenReplication).then(|| {
        "A value of -1 means that replication does not run.\n\
         The rule then uses the last measured value until [RDSReplicationBroken](RDSReplicationBroken.md) fires."
            .to_owned()
    })
}

fn facts(selected: &Selected, alert: &Alert) -> String {
    let Selected { row, rule_for, .. } = selected;
    let wait = if rule_for.is_zero() { "not at all".to_owned() } else { format_duration(*rule_for).to_string() };
    let mut rows = vec![
        ("metric", format!("`{}` of {}: {}", row.metric, row.kind.title, row.help)),
        ("unit", row.unit.name().to_owned()),
        ("bad", format!("{} the level; the level itself is still good", beyond(alert.bad))),
        ("value", value(selected)),
        ("series", format!("`{}…` and `{}`", series(row), row.threshold_series())),
        ("the rule waits", wait),
        ("published by", applicability(row.engines, &conditions(row.when))),
    ];
    rows.extend(alert.relative_to.map(|share| ("shares are of", denominator(share).to_owned())));
    let lines = rows.into_iter().map(|(name, value)| format!("| {name} | {value} |\n"));
    "| | |\n|---|---|\n".to_owned() + &lines.collect::<String>()
}

fn value(selected: &Selected) -> String {
    let row = selected.row;
    match row.provider {
        Provider::CloudWatch => format!("CloudWatch's {}, every {}", row.statistic, every(selected)),
        Provider::Describe(fact) => match fact.call() {
            Some(call) => format!("from the optional call `{}`, at no cost", call.permission()),
            None => "from the listing of databases, at no cost".to_owned(),
        },
        Provider::Forecast(forecast) => format!("the rule computes it from `{}`", forecast.metric()),
        Provider::Computed([one, other]) => format!("plimsoll adds up `{one}` and `{other}` of the same period"),
    }
}

const fn beyond(bad: Side) -> &'static str {
    match bad {
        Side::High => "above",
        Side::Low => "below",
    }
}

/// The default levels with their reasons.
fn defaults(row: &Row, alert: &Alert) -> String {
    if alert.defaults.is_empty() {
        return "\nThe metric has no default level: a tag or the configuration sets the level.\n".to_owned();
    }
    let lines = (0..alert.defaults.len()).map(|at| default_line(row, alert, at));
    format!("\nDefault levels:\n\n{}", lines.collect::<String>())
}

fn default_line(row: &Row, alert: &Alert, at: usize) -> String {
    let (earlier, levels) = (&alert.defaults[..at], &alert.defaults[at]);
    let whom = applicability(&engines_of(row, earlier, levels), &conditions(levels.when));
    let ladder = ladder(row, levels);
    let (why, harmless) = levels.why.split_once("; false ").unwrap_or((levels.why, "for no known case"));
    format!("- `{ladder}` ({whom}; source: {}): {why}. It is a false alert {harmless}.\n", levels.source)
}
