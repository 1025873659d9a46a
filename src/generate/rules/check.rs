//! Compares the rules that a configuration needs with those that are deployed.

use std::fmt::{self, Display};
use std::time::Duration;

use super::deployed::DeployedAlert;
use super::expression::is_same;
use super::file::Rule;
use super::promql::duration;
use super::{RuleOptions, alerts};
use crate::config::{Config, Selection};

/// How the deployed rules differ from those that the configuration needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// How many alert rules the configuration needs.
    needed: usize,
    /// The name of each alert that is not deployed as needed, in the order of the rules.
    differences: Vec<(String, Difference)>,
}

/// How one deployed alert differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Difference {
    /// No rule has its name.
    Missing,
    /// Only rules with other expressions have its name.
    Expression,
    /// It waits longer than needed.
    Slower { needed: Duration, deployed: Duration },
}

impl Report {
    /// Whether every level that can be served has its rule.
    #[must_use]
    pub const fn is_complete(&self) -> bool {
        self.differences.is_empty()
    }
}

/// Compares names, expressions and `for`. Rules that the configuration does not need, labels and annotations do not count:
/// they suppress no alert.
#[must_use]
pub fn check(config: &Config, selection: &Selection, options: &RuleOptions, deployed: &[DeployedAlert]) -> Report {
    let needed = alerts(config, selection, options);
    let difference = |rule: &Rule| Some((rule.alert.clone(), difference(rule, deployed)?));
    Report { needed: needed.len(), differences: needed.iter().filter_map(difference).collect() }
}

fn difference(rule: &Rule, deployed: &[DeployedAlert]) -> Option<Difference> {
    let named: Vec<_> = deployed.iter().filter(|one| one.name == rule.alert).collect();
    let same = named.iter().filter(|one| is_same(&one.expression, &rule.expr));
    match same.map(|one| one.wait).min() {
        Some(wait) if wait <= rule.wait => None,
        Some(wait) => Some(Difference::Slower { needed: rule.wait, deployed: wait }),
        None if named.is_empty() => Some(Difference::Missing),
        None => Some(Difference::Expression),
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        let Self { needed, differences } = self;
        if self.is_complete() {
            return writeln!(f, "all {needed} alert rules of this configuration are deployed");
        }
        for (alert, difference) in differences {
            writeln!(f, "{alert}: {difference}")?;
        }
        writeln!(
            f,
            "{} of {needed} alert rules are missing or differ: make them anew with `plimsoll rules --output DIR`, and load \
             them. If --selector or --scrape-interval made the deployed ones, check with the same flags.",
            differences.len()
        )
    }
}

impl Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        match self {
            Self::Missing => write!(f, "is missing"),
            Self::Expression => write!(f, "has another expression"),
            Self::Slower { needed, deployed } => {
                write!(f, "waits {} instead of {}", duration(*deployed), duration(*needed))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::{deployed, rules};
    use super::*;

    /// The report on the shipped rules after a change to their text.
    fn report(change: impl Fn(&str) -> String) -> String {
        let (config, options) = (Config::default(), RuleOptions::default());
        let selection = Selection::of(&config);
        let text = change(&rules(&config, &selection, &options));
        check(&config, &selection, &options, &deployed(&text).unwrap()).to_string()
    }

    #[test]
    fn what_was_made_is_what_is_needed_whatever_its_form() {
        let all = report(str::to_owned);
        assert!(all.starts_with("all ") && all.lines().count() == 1, "{all}");
        assert_eq!(report(|text| text.replace("\n  * on (", "\n* on(")), all);
        assert_eq!(report(|text| text.replace("description:", "remark:")), all);
    }

    #[test]
    fn each_difference_has_a_line_in_one_run() {
        let text = report(|text| {
            text.replace("alert: RDSCPUUtilizationHigh", "alert: CPU")
                .replace("aws_rds_read_latency_threshold", "other")
                .replace("for: 8m", "for: 10m")
        });
        for line in [
            "RDSCPUUtilizationHigh: is missing",
            "RDSReadLatencyHigh: has another expression",
            "RDSDatabaseConnectionsHigh: waits 10m instead of 8m",
        ] {
            assert!(text.lines().any(|one| one == line), "{line} in {text}");
        }
        let last = text.lines().last().unwrap();
        assert!(last.starts_with(&format!("{} of ", text.lines().count() - 1)) && last.contains("--output"), "{last}");
    }

    #[test]
    fn a_shorter_wait_and_further_rules_are_no_difference() {
        let all = report(str::to_owned);
        assert_eq!(report(|text| text.replace("for: 8m", "for: 7m")), all);
        assert_eq!(report(|text| format!("{text}- name: more\n  rules:\n  - alert: More\n    expr: x\n")), all);
    }
}
