//! The version of the rules, and the rule that compares it with the version that a running plimsoll needs.

use std::time::Duration;

use sha2::{Digest, Sha256};

use super::file::{Group, GroupRule, Rule};
use super::own::warning;
use super::promql::{Form, duration};
use crate::config::Config;

/// Longer than an upgrade of all replicas and of the rules after them.
const UPGRADE: Duration = Duration::from_hours(1);

/// A hash of what decides which alerts fire, when, and with which labels. Annotations with their links, the order of the
/// rules and their groups do not count.
pub(super) fn of(groups: &[Group]) -> String {
    let mut lines: Vec<String> = groups.iter().flat_map(|group| &group.rules).map(line).collect();
    lines.sort_unstable();
    let hash = Sha256::digest(lines.join("\n"));
    // Eight bytes tell every pair of catalogues apart.
    let start = hash.iter().take(8).fold(0_u64, |start, byte| start << 8 | u64::from(*byte));
    format!("{start:016x}")
}

fn line(rule: &GroupRule) -> String {
    match rule {
        GroupRule::Recording(rule) => format!("{} {}", rule.record, rule.expr),
        GroupRule::Alert(rule) => {
            let Rule { alert, expr, wait, keep_firing_for, labels, .. } = rule.as_ref();
            format!("{alert} {expr} {} {keep_firing_for:?} {labels:?}", duration(*wait))
        }
    }
}

/// Fires if a running plimsoll needs rules of another version. All replicas make one alert, also while their versions
/// differ.
pub(super) fn outdated(form: &Form, config: &Config, version: &str) -> Rule {
    let alert = "PlimsollRulesOutdated";
    let others = form.bridged("plimsoll_catalog_info", &format!("version!=\"{version}\""));
    let expression = format!("count({others}) > 0");
    let summary = "The alert rules are not those that plimsoll needs: some levels may have no rule.";
    let description = format!(
        "plimsoll needs rules of another version than {version}, of which these are. Make them anew with `plimsoll rules` of \
         the version and the configuration that run."
    );
    let rule = Rule::new(form, alert, expression, summary, description);
    rule.severity(warning(config)).waiting(UPGRADE)
}
