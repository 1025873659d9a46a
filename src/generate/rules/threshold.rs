//! Rules on the thresholds themselves: lost identity labels, lost levels, invalid tags, long mutes, and levels
//! without a value.

use std::time::Duration;

use super::file::Rule;
use super::mute;
use super::own::{critical, warning};
use super::promql::{DATABASE, Form, IDS, duration};
use super::state;
use crate::catalog::name;
use crate::config::{Config, Selection};

/// The rules, most severe first.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let mut rules = vec![identity_lost(form).severity(critical(config))];
    let warnings = [levels_lost(form), invalid_tag(form), mute::for_long(form, config)];
    let warnings = warnings.into_iter().chain(unwatched(form, config, selection));
    rules.extend(warnings.map(|rule| rule.severity(warning(config))));
    rules
}

/// Thresholds that no rule can match: an identity label is missing, or Prometheus renamed it to `exported_…`.
fn identity_lost(form: &Form) -> Rule {
    let lost = [
        "account_id=\"\"",
        "region=\"\"",
        "severity=\"\"",
        "dimension_DBInstanceIdentifier=\"\",dimension_DBClusterIdentifier=\"\"",
        "exported_account_id!=\"\"",
        "exported_region!=\"\"",
        "exported_severity!=\"\"",
    ];
    let series = lost.map(|matcher| form.bridged("", &format!("__name__=~\"aws_rds_.+_threshold\",{matcher}")));
    let alert = "PlimsollIdentityLost";
    let summary = "Thresholds have lost the labels that identify their database: no alert on a metric can fire.";
    let description = "{{ $value }} threshold series lack identity labels or have them as exported_*. Set \
                       honor_labels: true in the scrape job of plimsoll, and do not relabel these labels.";
    let expression = format!("count(\n  {}\n) > 0", series.join("\n  or\n  "));
    Rule::new(form, alert, expression, summary, description.to_owned())
}

/// Leaves out members whose cluster was not listed: while clusters cannot be listed, `PlimsollDiscoveryStale` fires
/// once instead. If a single listing lacks a cluster, the next one has it.
const UNREADABLE: &str = "reason!=\"cluster_tags_unreadable\"";

fn invalid_tag(form: &Form) -> Rule {
    let alert = "PlimsollInvalidTag";
    let labels = form.routed(&["tag_key", "reason"]);
    let expression = format!("max by ({labels}) ({}) > 0", form.bridged("plimsoll_threshold_issue", UNREADABLE));
    let summary = "A tag on a database cannot be used as a threshold.";
    let description = format!(
        "The tag {{{{ $labels.tag_key }}}} of {DATABASE} cannot be used: {{{{ $labels.reason }}}}. \
         Until it is corrected, the next source of thresholds applies."
    );
    Rule::new(form, alert, expression, summary, description)
}

/// Longer than the gap in the metrics of a database during a modification or a reboot.
const UNWATCHED_FOR: Duration = Duration::from_mins(15);

/// A level without a value to compare. Databases that do not run, databases without any metric, and blind scopes are
/// left out: they have alerts of their own.
fn unwatched(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let ids = IDS.join(", ");
    let silent = state::silent(form, state::heartbeat(selection)?);
    let blind = state::blind(form, config, selection)?;
    let running = form.bridged(state::STATUS, &format!("status=~\"{}\"", state::REPORTING));
    let lapsed = form.bridged(name::UNWATCHED, "");
    let labels = form.routed(&["metric", "reason"]);
    let expression = format!(
        "max by ({labels}) ({lapsed}) == 1\n  and on ({ids})\n{running}\n  unless on ({ids})\n({silent}){blind}"
    );
    let alert = "PlimsollUnwatched";
    let summary = "A level of a database cannot fire an alert: its metric has no value.";
    let description =
        format!("{DATABASE} has a level on {{{{ $labels.metric }}}}, but no value of it: {{{{ $labels.reason }}}}.");
    Some(Rule::new(form, alert, expression, summary, description).waiting(UNWATCHED_FOR))
}

/// The lost levels, as a share of those that are left, from which on the alert fires: a quarter of what is left is a
/// fifth of what there was.
const LOST_SHARE: &str = "0.25";
/// Scrape intervals between two moments at which the levels of the past hour are counted. Each count reads the series of
/// the whole fleet, which makes this the most expensive rule.
const LOST_STEP: u32 = 5;
/// Longer than the first listing takes: before it, plimsoll has no levels.
const LOST_FOR: Duration = Duration::from_mins(5);

/// Levels that disappeared from databases which still exist: first without default levels, then of any source.
///
/// A database that loses its tags usually gets default levels instead, which would hide the loss in a sum over all
/// sources. The levels are summed over a scope, because a failover moves levels from one member to another. A count of
/// no levels is an absent series; if the scope still has databases, it counts as 0. The maximum is not bridged: levels
/// that change from one source to another would count twice.
fn levels_lost(form: &Form) -> Rule {
    let (scope, ids) = ("account_id, region", IDS.join(", "));
    let there = form.bridged(state::STATUS, "");
    let lost = |matchers| {
        let count = |series: &str| format!("max by ({ids}) (sum without (source) ({series}))");
        let seen = count(&form.series(name::RESOURCE_THRESHOLDS, matchers));
        let still_there = form.bridged_at_last(state::STATUS);
        let step = duration(LOST_STEP * form.scrape_interval());
        let most =
            format!("max_over_time(sum by ({scope}) (\n  {seen}\n    and on ({ids})\n  {still_there}\n)[1h:{step}])");
        let left = count(&form.bridged(name::RESOURCE_THRESHOLDS, matchers));
        let left = format!("(sum by ({scope}) ({left}) or 0 * max by ({scope}) ({there}))");
        format!("{most}\n  -\n{left}\n  > {LOST_SHARE} *\n{left}")
    };
    let expression = format!("{}\n  or\n{}", lost("source!=\"default\""), lost(""));
    let alert = "PlimsollLevelsLost";
    let summary = "More than a fifth of the levels of an account and region disappeared within an hour.";
    let description =
        "{{ $value }} levels of account {{ $labels.account_id }} in {{ $labels.region }} have disappeared.".to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(LOST_FOR)
}
