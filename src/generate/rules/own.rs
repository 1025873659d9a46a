//! Rules on plimsoll itself: whether it runs, polls, lists and renders.
//!
//! All are aggregated over instance and pod, so that several replicas fire one alert. The worst replica counts.

use std::collections::BTreeMap;
use std::time::Duration;

mod serving;
mod setup;

use super::file::{Recording, Rule};
use super::promql::{Form, duration, step};
use crate::config::Timing;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::plan::{PollGroup, Task};
use crate::resource::Lister;
use crate::time::Seconds;

const BUILD_INFO: &str = "plimsoll_build_info";
/// Begins with the start time of the process, so that the age of a scope that never succeeded grows too.
pub(super) const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";

/// By how much the clocks of plimsoll and AWS may differ: above what an answer takes, with its retries less than this, and
/// far below the age limit of any value and the five minutes from which AWS refuses signatures.
///
/// <https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html>
const MAX_SKEW_SECONDS: u64 = 60;

/// A machine that has just started may need this long to set its clock.
const SKEW_WAIT: Duration = Duration::from_mins(5);

/// The number of failed discoveries after which tags count as stale.
const DISCOVERIES: u32 = 5;

/// The least severe severity.
pub(super) fn warning(config: &Config) -> &str {
    config.severities.first().map_or("warning", String::as_str)
}

/// The most severe severity.
pub(super) fn critical(config: &Config) -> &str {
    config.severities.last().map_or("critical", String::as_str)
}

/// Several times per scrape: the alert on a blind scope must fire before other alerts resolve.
pub(super) fn evaluation_interval(config: &Config) -> Duration {
    step(config.rules.scrape_interval)
}

/// The rules, most severe first.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let critical = critical(config);
    let warning = warning(config);
    // Without polls, discovery is all that plimsoll does, so its failure is critical.
    let discovery = if selection.polls { warning } else { critical };
    let mut rules = vec![down(form, selection).severity(critical)];
    rules.extend(scope_blind(form, config, selection).map(|rule| rule.severity(critical)));
    rules.push(page_stale(form, selection).severity(critical));
    rules.push(shard_missing(form, selection).severity(critical));
    let [page_incomplete, of_web @ ..] = serving::rules(form);
    rules.push(page_incomplete.severity(critical));
    rules.push(discovery_stale(form, config).severity(discovery));
    rules.extend(slow_metrics_stale(form, config, selection).into_iter().map(|rule| rule.severity(warning)));
    rules.push(clock_skewed(form).severity(warning));
    rules.extend(setup::rules(form).into_iter().chain(of_web).map(|rule| rule.severity(warning)));
    rules
}

/// A new sample at each evaluation of these rules. A gap in it is a time in which Prometheus did not run.
const EVALUATED: &str = "plimsoll:rules_evaluated";

pub(super) const RECORDING: Recording = Recording { record: EVALUATED, expr: "vector(1)" };

/// No replica of a job answers, or there is no series at all.
///
/// The first half counts from a failed scrape. Its `for` is longer than a scrape interval by the time of a slow scrape,
/// so one failed scrape does not fire it. It fires one bridge after the last good scrape, when the alerts on metrics
/// resolve.
///
/// No series at all can also mean that Prometheus has just started: its first scrape comes later than its first
/// evaluation by service discovery, up to one scrape interval, and the scrape itself. So the second half is true only if
/// Prometheus already evaluated rules half a bridge ago.
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
    let description = "Prometheus gets no series from plimsoll, so no alert on a database can fire.".to_owned();
    let rule = Rule::new(form, alert, expression, summary, description).waiting(wait);
    rule.lingering(until_alerts_are_back(form, selection))
}

/// A poll that fails is made again each minute; two bad minutes of AWS are no reason to warn.
const RETRIES: Duration = Duration::from_mins(2);

/// The polls of one period.
struct Polls {
    /// The value of the label `task`.
    task: &'static str,
    /// The longest interval between two of them.
    interval: Duration,
    /// How long a value is served after the poll that fetched it, at least.
    min_served_time: Duration,
}

impl Polls {
    /// The age of the last success, at a scrape, from which on slower polls are late: after the next one is due and has
    /// been retried, and before alerts can resolve because a value expired.
    fn late_after(&self, form: &Form) -> Duration {
        let before_expiry = (self.interval + self.min_served_time) / 2;
        let step = step(form.scrape_interval());
        let retried = self.interval + RETRIES + step;
        before_expiry.max(retried.min(self.alerts_resolve_after(form).saturating_sub(step)))
    }

    /// The age of the last success, at a scrape, from which on alerts may have resolved because values expired. The last
    /// scrape with a value is up to one scrape interval before its expiry, the rules see that value for one bridge, and
    /// the next scrape comes up to one scrape interval later.
    fn alerts_resolve_after(&self, form: &Form) -> Duration {
        (self.min_served_time + form.bridge()).saturating_sub(2 * form.scrape_interval())
    }

    /// The age of the last success, at a scrape, from which on the scope is blind: values may have expired. One
    /// evaluation later its alert fires, before any other alert can resolve.
    fn blind_after(&self, form: &Form) -> Duration {
        self.min_served_time.min(self.alerts_resolve_after(form).saturating_sub(step(form.scrape_interval())))
    }
}

/// The polls of a configuration, the most frequent first.
fn polls(config: &Config, selection: &Selection) -> Vec<Polls> {
    let mut slowest: BTreeMap<(Timing, Task), Seconds> = BTreeMap::new();
    for poll_group in selection.polled().flat_map(PollGroup::all) {
        let interval = slowest.entry((poll_group.timing, poll_group.task())).or_default();
        *interval = poll_group.longest_interval.max(*interval);
    }
    slowest
        .into_iter()
        .map(|((timing, task), interval)| Polls {
            task: task.name(),
            interval: interval.into(),
            min_served_time: config.polling.min_served_time(timing),
        })
        .collect()
}

/// True for scopes, by `labels`, whose most frequent polls have failed for so long that they are blind; `None` without
/// polls.
pub(super) fn blind(form: &Form, config: &Config, selection: &Selection, labels: &str) -> Option<String> {
    let polls = polls(config, selection).into_iter().next()?;
    Some(late(form, &polls, labels, form.bridge(), polls.blind_after(form)))
}

/// The last success of these polls was older than `limit` at some scrape within `back`.
fn late(form: &Form, polls: &Polls, labels: &str, back: Duration, limit: Duration) -> String {
    let age = form.age(labels, LAST_SUCCESS, &format!("task=\"{}\"", polls.task), back);
    format!("{age} > {}", limit.as_secs())
}

/// The labels that identify a task of a scope.
const TASK: &str = "account, account_id, region, task";
/// The scope of an alert, in a template.
const SCOPE: &str = "account {{ $labels.account }} in {{ $labels.region }}";
/// The value of an alert on an age, in a template.
const AGE: &str = "{{ $value | humanizeDuration }}";

/// During a short outage no other alert resolves, and this alert resolves with the outage. After a longer one it stays
/// until the other alerts can be back.
fn scope_blind(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let polls = polls(config, selection).into_iter().next()?;
    let back = until_alerts_are_back(form, selection) + form.bridge();
    let now = late(form, &polls, TASK, form.bridge(), polls.blind_after(form));
    let lately = late(form, &polls, TASK, back, polls.alerts_resolve_after(form));
    let alert = "PlimsollBlind";
    let summary = "plimsoll gets no metrics from CloudWatch: the databases of an account and region are not watched.";
    let description = format!(
        "plimsoll got no metrics of {SCOPE} for {AGE}. Values that expire are missing, and then their alerts resolve. \
         plimsoll_aws_errors_total has the cause as the label code."
    );
    Some(Rule::new(form, alert, format!("{now}\n  or\n{lately}"), summary, description).about_scope(form))
}

/// How long an alert goes on firing after an outage of plimsoll: a blind scope, a process that is down, a stale page.
///
/// During the outage, alerts on metrics resolved because their values expired. After it, they wait their whole `for`
/// again. Until the slowest alert that is critical by default can fire, this alert is the only one for a database that
/// is still beyond its level. One bridge is added, because slower metrics may arrive one retry after the first ones, and
/// must then be scraped and evaluated.
fn until_alerts_are_back(form: &Form, selection: &Selection) -> Duration {
    let is_critical = |selected: &&Selected| {
        selected.row.alert.is_some_and(|alert| alert.defaults.iter().any(|levels| levels.critical.is_some()))
    };
    let waits = selection.metrics.iter().filter(is_critical).filter_map(|selected| selected.waits.last());
    waits.max().copied().unwrap_or_default() + form.bridge()
}

/// Polls are late while the next faster ones are not: one cause, one page. Those of a blind scope may need one round more
/// than the fastest ones until they succeed again.
fn slow_metrics_stale(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let polls = polls(config, selection);
    let (fastest, slow) = polls.split_first()?;
    let mut faster = late(form, fastest, TASK, 2 * form.bridge(), fastest.blind_after(form));
    let mut alone = Vec::new();
    for polls in slow {
        let late = late(form, polls, TASK, form.bridge(), polls.late_after(form));
        alone.push(format!("{late}\n  unless on (account, region)\n{faster}"));
        faster = late;
    }
    let alert = "PlimsollSlowMetricsStale";
    let summary = "plimsoll does not get the slower metrics of an account and region.";
    let description = format!("plimsoll got no metrics of the task {{{{ $labels.task }}}} of {SCOPE} for {AGE}.");
    let rule = || Rule::new(form, alert, alone.join("\n  or\n"), summary, description).about_scope(form);
    (!alone.is_empty()).then(rule)
}

fn discovery_stale(form: &Form, config: &Config) -> Rule {
    let listings = config.catalog.listers().into_iter().map(Lister::name).collect::<Vec<_>>().join("|");
    let age = form.age(TASK, LAST_SUCCESS, &format!("task=~\"{listings}\""), form.bridge());
    let expression = format!("{age} > {}", (DISCOVERIES * config.polling.discovery).as_secs());
    let alert = "PlimsollDiscoveryStale";
    let summary = "plimsoll cannot list databases: tags and statuses are out of date.";
    let description = format!("The {{{{ $labels.task }}}} of {SCOPE} have not been listed for {AGE}.");
    Rule::new(form, alert, expression, summary, description).about_scope(form)
}

/// One machine has one clock, so that all scopes make one alert.
fn clock_skewed(form: &Form) -> Rule {
    let alert = "PlimsollClockSkewed";
    let skew = form.bridged("plimsoll_clock_skew_seconds", "");
    let expression = format!("max(abs({skew})) > {MAX_SKEW_SECONDS}");
    let summary = "The clock of plimsoll is wrong: values are older than they seem, or missing.";
    let description = format!("The clocks of plimsoll and of AWS differ by {AGE}.");
    Rule::new(form, alert, expression, summary, description).waiting(SKEW_WAIT)
}

fn page_stale(form: &Form, selection: &Selection) -> Rule {
    let alert = "PlimsollPageStale";
    let expression = format!("max({}) == 1", form.bridged("plimsoll_page_stale", ""));
    let summary = "plimsoll no longer renders its page: no database is watched.";
    let description =
        "plimsoll answers scrapes, but its page has expired and no new one is rendered. Restart plimsoll.".to_owned();
    let rule = Rule::new(form, alert, expression, summary, description);
    rule.lingering(until_alerts_are_back(form, selection))
}

/// Fewer shards answer than there are. Two replicas of one shard count once.
///
/// Counts from a failed scrape, as [`down`] does, and fires when the alerts on the databases of that shard resolve. While
/// replicas with another number of shards start, the highest number counts, because until the last of them has restarted,
/// some databases may be served by none.
fn shard_missing(form: &Form, selection: &Selection) -> Rule {
    let alert = "PlimsollShardMissing";
    let shards = form.series("plimsoll_shards", "");
    let expression = format!("count(count by (shard) ({shards})) < max({shards})");
    let summary = "A shard of plimsoll is down: a part of the databases is not watched.";
    let description =
        "Only {{ $value }} shards of plimsoll answer. No alert can fire on the databases of the others.".to_owned();
    let rule = Rule::new(form, alert, expression, summary, description);
    rule.waiting(form.bridge().saturating_sub(form.scrape_interval())).lingering(until_alerts_are_back(form, selection))
}
