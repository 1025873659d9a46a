//! Rules on plimsoll itself: whether it runs and whether it sees.
//!
//! All are aggregated over instance and pod, so that several replicas are one plimsoll; the worst of them counts.

use std::collections::BTreeMap;
use std::time::Duration;

use super::file::{Recording, Rule};
use super::promql::{Form, duration, step};
use crate::config::selection::{Selected, Timing};
use crate::config::{Config, Selection};

const BUILD_INFO: &str = "plimsoll_build_info";
/// From process start, so that a scope which never succeeded grows old too.
const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";

/// Discoveries that may fail before tags count as stale.
const DISCOVERIES: u32 = 5;

/// The least severe name.
pub(super) fn warning(config: &Config) -> &str {
    config.severities.first().map_or("warning", String::as_str)
}

/// The most severe name.
pub(super) fn critical(config: &Config) -> &str {
    config.severities.last().map_or("critical", String::as_str)
}

/// Several times a scrape: a blind scope has to page before its first value expires, whatever the others wait for.
pub(super) fn evaluation_interval(config: &Config) -> Duration {
    step(config.rules.scrape_interval)
}

/// Worst first.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let critical = critical(config);
    let warning = warning(config);
    // Without metrics, discovery is all that plimsoll does.
    let discovery = if selection.polls { warning } else { critical };
    let mut rules = vec![down(form, selection).severity(critical)];
    rules.extend(scope_blind(form, config, selection).map(|rule| rule.severity(critical)));
    rules.push(page_stale(form, selection).severity(critical));
    rules.push(discovery_stale(form, config).severity(discovery));
    rules.extend(slow_metrics_stale(form, config, selection).into_iter().map(|rule| rule.severity(warning)));
    rules
}

/// Recorded at each evaluation of these rules: a gap in it is a time in which Prometheus did not run.
const EVALUATED: &str = "plimsoll:rules_evaluated";

pub(super) const RECORDING: Recording = Recording { record: EVALUATED, expr: "vector(1)" };

/// No answer from any replica of a job, or no series at all.
///
/// A failed scrape is a fact at once. It waits longer than one scrape interval, with room for a slow scrape, and the
/// page opens one bridge after the last good scrape, when the alerts on metrics end.
///
/// No series at all can mean that Prometheus itself has just started: its first scrape comes up to a scrape interval,
/// service discovery and a slow scrape later than its first evaluation. So that half of the rule begins only where
/// Prometheus evaluated rules half a bridge ago, and then waits as well.
fn down(form: &Form, selection: &Selection) -> Rule {
    let wait = form.bridge().saturating_sub(form.scrape_interval());
    let (half, range) = (duration(form.bridge() / 2), duration(wait));
    let (up, build_info) = (form.series("up", ""), form.series(BUILD_INFO, ""));
    let expression = format!(
        "max by (job) (last_over_time({up}[{range}])) == 0\n  and on (job)\ngroup by (job) (last_over_time({build_info}[1d]))\n  \
         or on ()\nabsent_over_time({build_info}[{half}])\n  and on ()\nlast_over_time({EVALUATED}[{half}] offset {half})"
    );
    let alert = "PlimsollDown";
    let summary = "plimsoll is down: no database is watched.";
    let description = "Prometheus gets no series from plimsoll; every alert on a database is silent.".to_owned();
    let rule = Rule::new(form, alert, expression, summary, description).waiting(wait);
    rule.lingering(until_alerts_are_back(form, selection))
}

/// The polls of one period.
struct Polls {
    /// The value of the label `task`.
    task: &'static str,
    /// The slowest of them.
    interval: Duration,
    /// How long a value stays served after the poll that fetched it, at the least.
    outlives: Duration,
}

impl Polls {
    /// How old a success may be before slower metrics count as stale: the next poll was due, and no value has expired.
    fn late_after(&self) -> Duration {
        (self.interval + self.outlives) / 2
    }

    /// The age of the last success, at a scrape, beyond which alerts may have ended for want of values: the last scrape
    /// that saw a value was up to one interval before the value expired, its rules see it for one bridge, and the next
    /// value comes up to one scrape interval later.
    fn alerts_end_after(&self, form: &Form) -> Duration {
        (self.outlives + form.bridge()).saturating_sub(2 * form.scrape_interval())
    }

    /// The age of the last success, at a scrape, beyond which the scope counts as blind: values may have expired. Its
    /// page opens an evaluation later, before any alert can end.
    fn blind_after(&self, form: &Form) -> Duration {
        self.outlives.min(self.alerts_end_after(form).saturating_sub(step(form.scrape_interval())))
    }
}

/// The polls that the configuration asks for, the most frequent first.
fn polls(config: &Config, selection: &Selection) -> Vec<Polls> {
    let mut slowest: BTreeMap<Timing, Duration> = BTreeMap::new();
    for selected in selection.polled() {
        let interval = slowest.entry(selected.timing).or_default();
        *interval = selected.interval.max(*interval);
    }
    let outlives = |timing| config.polling.outlives(timing);
    slowest
        .into_iter()
        .map(|(timing, interval)| Polls { task: task(timing), interval, outlives: outlives(timing) })
        .collect()
}

/// What polls of a period are called.
const fn task(timing: Timing) -> &'static str {
    match timing.period_seconds {
        0..=60 => "minute",
        61..=300 => "five_minutes",
        301..=3600 => "hour",
        _ => "day",
    }
}

/// How long the most frequent polls of a scope have failed, by `labels`, compared with the time from which on it is
/// blind; `None` without polls.
pub(super) fn blind(form: &Form, config: &Config, selection: &Selection, labels: &str) -> Option<String> {
    let polls = polls(config, selection).into_iter().next()?;
    Some(late(form, &polls, labels, form.bridge(), polls.blind_after(form)))
}

/// The last success of these polls was older than `limit` at some scrape within `back`.
fn late(form: &Form, polls: &Polls, labels: &str, back: Duration, limit: Duration) -> String {
    let age = form.age(labels, LAST_SUCCESS, &format!("task=\"{}\"", polls.task), back);
    format!("{age} > {}", limit.as_secs())
}

/// The labels of a scope's task.
const TASK: &str = "account, account_id, region, task";
/// A scope in the words of an alert.
const SCOPE: &str = "{{ $labels.region }} of account {{ $labels.account }}";
/// The value of an alert on an age.
const AGE: &str = "{{ $value | humanizeDuration }}";

/// A short outage ends no alert, and its page ends with it. After a longer one, the page stays until alerts are back.
fn scope_blind(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let polls = polls(config, selection).into_iter().next()?;
    let back = until_alerts_are_back(form, selection) + form.bridge();
    let now = late(form, &polls, TASK, form.bridge(), polls.blind_after(form));
    let lately = late(form, &polls, TASK, back, polls.alerts_end_after(form));
    let alert = "PlimsollBlind";
    let summary = "plimsoll gets no metrics from CloudWatch: the databases of a scope are not watched.";
    let description =
        format!("The last metrics of {SCOPE} were {AGE} old; alerts on its databases end without new ones.");
    Some(Rule::new(form, alert, format!("{now}\n  or\n{lately}"), summary, description))
}

/// How long the page of an outage stays after it: of a blind scope, a plimsoll that is down, a page that is stale.
///
/// Alerts whose values were gone meanwhile have ended and wait their whole `for` again. Until the slowest of those that
/// are critical by default could fire, a database that is still beyond its level would have no page at all. One bridge
/// more, for slower metrics may come a retry later than the first ones, and are then scraped and evaluated.
fn until_alerts_are_back(form: &Form, selection: &Selection) -> Duration {
    let is_critical = |selected: &&Selected| {
        selected.row.alert.is_some_and(|alert| alert.defaults.iter().any(|levels| levels.critical.is_some()))
    };
    let waits = selection.metrics.iter().filter(is_critical).map(|selected| selected.rule_for);
    waits.max().unwrap_or_default() + form.bridge()
}

fn slow_metrics_stale(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let late = |polls: &Polls| late(form, polls, TASK, form.bridge(), polls.late_after());
    let slow: Vec<_> = polls(config, selection).iter().skip(1).map(late).collect();
    let alert = "PlimsollSlowMetricsStale";
    let summary = "plimsoll does not get the slower metrics of a scope.";
    let description = format!("The last {{{{ $labels.task }}}} metrics of {SCOPE} are {AGE} old.");
    let rule = || Rule::new(form, alert, slow.join("\n  or\n"), summary, description);
    (!slow.is_empty()).then(rule)
}

fn discovery_stale(form: &Form, config: &Config) -> Rule {
    let age = form.age(TASK, LAST_SUCCESS, "task=~\"instances|clusters\"", form.bridge());
    let expression = format!("{age} > {}", (DISCOVERIES * config.polling.discovery).as_secs());
    let alert = "PlimsollDiscoveryStale";
    let summary = "plimsoll cannot list databases: tags and statuses are stale.";
    let description = format!("The {{{{ $labels.task }}}} of {SCOPE} were last listed {AGE} ago.");
    Rule::new(form, alert, expression, summary, description)
}

fn page_stale(form: &Form, selection: &Selection) -> Rule {
    let alert = "PlimsollPageStale";
    let expression = format!("max({}) == 1", form.bridged("plimsoll_page_stale", ""));
    let summary = "plimsoll no longer renders its page: no database is watched.";
    let description = "plimsoll answers, but its page has expired and no new one comes; restart it.".to_owned();
    let rule = Rule::new(form, alert, expression, summary, description);
    rule.lingering(until_alerts_are_back(form, selection))
}
