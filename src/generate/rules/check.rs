//! Compares the rules that a configuration needs with those that are deployed.

use std::fmt::{self, Display};
use std::time::Duration;

use super::deployed::DeployedAlert;
use super::expression::is_same;
use super::file::Rule;
use super::promql::duration;

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

/// Compares names, expressions and `for`. Rules that are not needed, labels and annotations do not count: they suppress no
/// alert.
pub(super) fn compare(needed: &[Rule], deployed: &[DeployedAlert]) -> Report {
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
