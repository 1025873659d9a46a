//! Rules on the thresholds themselves: whether they can match a metric, whether their tags can be read, whether they
//! are watched, whether they are still there, and whether they are muted for long.

use std::time::Duration;

use super::file::Rule;
use super::mute;
use super::own::{critical, warning};
use super::promql::{DATABASE, Form, IDS, duration};
use super::state;
use crate::catalog::name;
use crate::config::{Config, Selection};

/// Worst first.
pub(super) fn rules(form: &Form, config: &Config, selection: &Selection) -> Vec<Rule> {
    let mut rules = vec![identity_lost(form).severity(critical(config))];
    let warnings = [levels_lost(form), invalid_tag(form), mute::for_long(form, config)];
    let warnings = warnings.into_iter().chain(unwatched(form, config, selection));
    rules.extend(warnings.map(|rule| rule.severity(warning(config))));
    rules
}

/// Thresholds that no rule can match: a label of their identity is missing, or was taken for the target's own.
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
    let summary = "Thresholds have lost the labels that say whose they are: no alert on a metric can fire.";
    let description = "{{ $value }} threshold series lack identity labels or carry them as exported_*; \
                       set honor_labels: true where plimsoll is scraped and keep relabelling off these labels.";
    let expression = format!("count(\n  {}\n) > 0", series.join("\n  or\n  "));
    Rule::new(form, alert, expression, summary, description.to_owned())
}

/// While clusters cannot be listed, one page says so, not one for each member: discovery is stale. That a listing lacks
/// the cluster of a member that it has passes with the next one.
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

/// Longer than a modification or a reboot interrupts the metrics of a database.
const UNWATCHED_FOR: Duration = Duration::from_mins(15);

/// A level without a value to compare, where nothing else has a page for that: not a database that does not run, not
/// one without any metric, not a blind scope.
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
    let summary = "A database has a level that cannot fire: its metric has no value.";
    let description =
        format!("{DATABASE} has a level on {{{{ $labels.metric }}}}, but no value: {{{{ $labels.reason }}}}.");
    Some(Rule::new(form, alert, expression, summary, description).waiting(UNWATCHED_FOR))
}

/// How much of the levels left have gone within an hour before somebody should look: a fifth of what there was.
const LOST_SHARE: &str = "0.25";
/// Scrapes from one moment to the next at which levels of the past hour are counted. A count of the whole fleet is what
/// costs most among these rules, and tags are not stripped and set again within minutes.
const LOST_STEP: u32 = 5;
/// Longer than a first listing takes: until then, a plimsoll that has just started knows no level.
const LOST_FOR: Duration = Duration::from_mins(5);

/// Levels that people wanted and that are gone from databases which are still there, or if those stay, levels of any
/// source.
///
/// A database that loses its tags mostly gets default levels in their place, which would hide the loss in the sum.
/// Summed over a scope, because a failover takes levels from one member and gives them to another. A count of nothing is
/// an absent series; where the scope still has databases, it is 0. The most is not bridged: levels that pass from one
/// source to another would count twice.
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
    let summary = "More than a fifth of the levels of a scope went away within an hour.";
    let description =
        "{{ $value }} levels of {{ $labels.region }} of account {{ $labels.account_id }} are gone.".to_owned();
    Rule::new(form, alert, expression, summary, description).waiting(LOST_FOR)
}
