//! Rules on the thresholds themselves: lost identity labels, lost levels, invalid tags, long mutes, and levels
//! without a value.

use std::collections::BTreeMap;
use std::time::Duration;

use super::file::Rule;
use super::mute;
use super::own::{critical, warning};
use super::promql::{Form, duration};
use super::state;
use crate::catalog::name;
use crate::config::{Config, Selection};
use crate::resource::Kind;

/// The rules, most severe first.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let mut rules = vec![identity_lost(form, config).severity(critical(config))];
    let warnings = [levels_lost(form), invalid_tag(form), mute::for_long(form, config)];
    let warnings = warnings.into_iter().chain(unwatched(form, config, selection));
    rules.extend(warnings.map(|rule| rule.severity(warning(config))));
    rules
}

/// Thresholds that no rule can match: an identity label is missing, or Prometheus renamed it to `exported_…`.
fn identity_lost(form: &Form, config: &Config) -> Rule {
    let mut by_prefix: BTreeMap<&str, Vec<Kind>> = BTreeMap::new();
    for kind in config.catalog.kinds() {
        by_prefix.entry(kind.service.prefix).or_default().push(*kind);
    }
    let prefixes = by_prefix.keys().copied().collect::<Vec<_>>().join("|");
    let any = if by_prefix.len() == 1 { prefixes } else { format!("({prefixes})") };
    let of_any = |matcher: &str| form.bridged("", &format!("__name__=~\"{any}_.+_threshold\",{matcher}"));
    let nameless = by_prefix.iter().flat_map(|(prefix, kinds)| {
        let of_prefix = move |matcher| form.bridged("", &format!("__name__=~\"{prefix}_.+_threshold\",{matcher}"));
        without_dimensions(kinds).into_iter().map(of_prefix)
    });
    let lost = ["account_id=\"\"", "region=\"\"", "severity=\"\""].map(of_any);
    let taken = ["exported_account_id!=\"\"", "exported_region!=\"\"", "exported_severity!=\"\""].map(of_any);
    let series: Vec<String> = lost.into_iter().chain(nameless).chain(taken).collect();
    let alert = "PlimsollIdentityLost";
    let summary = "Thresholds have lost the labels that identify their database: no alert on a metric can fire.";
    let description = "{{ $value }} threshold series lack identity labels or have them as exported_*. Set \
                       honor_labels: true in the scrape job of plimsoll, and do not relabel these labels.";
    let expression = format!("count(\n  {}\n) > 0", series.join("\n  or\n  "));
    Rule::new(form, alert, expression, summary, description.to_owned())
}

/// Matchers that together find every series that names no resource of these kinds: of each kind a dimension is empty.
fn without_dimensions(kinds: &[Kind]) -> Vec<String> {
    let empty = |dimension: &str| format!("{}=\"\"", name::dimension_label(dimension));
    // What names no instance names no volume of one.
    kinds.iter().filter(|kind| !kind.is_volume()).fold(vec![String::new()], |found, kind| {
        let also = |matchers: &String| {
            let matchers = matchers.clone();
            kind.dimensions.iter().map(move |dimension| match matchers.as_str() {
                "" => empty(dimension),
                matchers => format!("{matchers},{}", empty(dimension)),
            })
        };
        found.iter().flat_map(also).collect()
    })
}

/// Leaves out members whose cluster was not listed: while clusters cannot be listed, `PlimsollDiscoveryStale` fires
/// once instead. If a single listing lacks a cluster, the next one has it.
const UNREADABLE: &str = "reason!=\"cluster_tags_unreadable\"";

fn invalid_tag(form: &Form) -> Rule {
    let alert = "PlimsollInvalidTag";
    let any = form.any();
    let labels = form.routed(&any, &["tag_key", "reason"]);
    let expression = format!("max by ({labels}) ({}) > 0", form.bridged("plimsoll_threshold_issue", UNREADABLE));
    let summary = "A tag on a database cannot be used as a threshold.";
    let description = format!(
        "The tag {{{{ $labels.tag_key }}}} of {} cannot be used: {{{{ $labels.reason }}}}. \
         Until it is corrected, the next source of thresholds applies.",
        any.resource()
    );
    Rule::new(form, alert, expression, summary, description).about(form, &any)
}

/// Longer than the gap in the metrics of a database during a modification or a reboot.
const UNWATCHED_FOR: Duration = Duration::from_mins(15);

/// A level without a value to compare. Databases that do not run, databases without any metric, and blind scopes are
/// left out: they have alerts of their own.
fn unwatched(form: &Form, config: &Config, selection: &Selection) -> Option<Rule> {
    let any = form.any();
    let ids = any.list();
    let silent: Vec<String> = state::heartbeats(selection).map(|heartbeat| state::silent(form, heartbeat)).collect();
    let silent =
        if silent.is_empty() { String::new() } else { format!("\n  unless on ({ids})\n({})", silent.join("\n  or\n")) };
    let blind = state::blind(form, config, selection)?;
    let running = form.bridged(state::STATUS, &format!("status=~\"{}\"", state::running(config.catalog.kinds())));
    let lapsed = form.bridged(name::UNWATCHED, "");
    let labels = form.routed(&any, &["metric", "reason"]);
    let expression = format!("max by ({labels}) ({lapsed}) == 1\n  and on ({ids})\n{running}{silent}{blind}");
    let alert = "PlimsollUnwatched";
    let summary = "A level of a database cannot fire an alert: its metric has no value.";
    let description = format!(
        "{} has a level on {{{{ $labels.metric }}}}, but no value of it: {{{{ $labels.reason }}}}.",
        any.resource()
    );
    Some(Rule::new(form, alert, expression, summary, description).about(form, &any).waiting(UNWATCHED_FOR))
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
    let (scope, ids) = ("account_id, region", form.any().list());
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
        "{{ $value }} levels of account {{ $labels.account_id }} in {{ $labels.region }} have disappeared. \
                       If tags were removed, plimsoll levels export prints how to put them back."
            .to_owned();
    Rule::new(form, alert, expression, summary, description).about_scope(form).waiting(LOST_FOR)
}
