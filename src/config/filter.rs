//! Filters: which of the listed resources are watched. They use the matchers of overrides.

use super::overrides::{Matcher, matches_all};
use crate::resource::Described;

/// Which resources are watched: those that an entry of `include` matches, or all if it has none, without those that an
/// entry of `exclude` matches.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    /// Entries, in the order written. All matchers of an entry must match.
    pub include: Vec<Vec<Matcher>>,
    /// Entries, in the order written. All matchers of an entry must match.
    pub exclude: Vec<Vec<Matcher>>,
}

impl Filter {
    fn is_open(&self) -> bool {
        self.include.is_empty() && self.exclude.is_empty()
    }

    fn watches(&self, resource: &Described, cluster: Option<&Described>) -> bool {
        let matches = |entry: &Vec<Matcher>| matches_all(entry, resource, cluster);
        (self.include.is_empty() || self.include.iter().any(matches)) && !self.exclude.iter().any(matches)
    }

    fn can_watch(&self, resource: &Described) -> bool {
        let others_match = |entry: &Vec<Matcher>| {
            entry.iter().filter(|matcher| !matcher.is_tag()).all(|matcher| matcher.matches(resource, None))
        };
        let is_certain = |entry: &Vec<Matcher>| !entry.iter().any(Matcher::is_tag) && others_match(entry);
        (self.include.is_empty() || self.include.iter().any(others_match)) && !self.exclude.iter().any(is_certain)
    }

    fn entries(&self, table: &'static str) -> impl Iterator<Item = Entry<'_>> {
        let include = self.include.iter().zip(1..).map(move |entry| Entry::new((table, "include"), entry));
        let exclude = self.exclude.iter().zip(1..).map(move |entry| Entry::new((table, "exclude"), entry));
        include.chain(exclude)
    }
}

/// One entry of a filter.
#[derive(Debug)]
pub struct Entry<'a> {
    /// Its name in series and logs: table, list, and its place from 1 on, such as `account.include.2`.
    pub name: String,
    /// All must match.
    pub matchers: &'a [Matcher],
}

impl<'a> Entry<'a> {
    fn new((table, list): (&str, &str), (matchers, place): (&'a Vec<Matcher>, usize)) -> Self {
        Self { name: format!("{table}.{list}.{place}"), matchers }
    }
}

/// The filters of one account: the one of all accounts and its own. A resource must pass both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filters {
    /// That of all accounts.
    pub discovery: Filter,
    /// That of the account.
    pub account: Filter,
}

impl Filters {
    /// Whether they leave out nothing, whatever is listed.
    #[must_use]
    pub fn are_open(&self) -> bool {
        self.discovery.is_open() && self.account.is_open()
    }

    /// Whether a resource is watched. `cluster` is the cluster of which it is a member.
    #[must_use]
    pub fn watch(&self, resource: &Described, cluster: Option<&Described>) -> bool {
        self.discovery.watches(resource, cluster) && self.account.watches(resource, cluster)
    }

    /// Whether a resource without a cluster can be watched, whatever its tags are. Tags that cost a call are read only if
    /// it can.
    #[must_use]
    pub fn can_watch(&self, resource: &Described) -> bool {
        self.discovery.can_watch(resource) && self.account.can_watch(resource)
    }

    /// Every entry.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'_>> {
        self.discovery.entries("discovery").chain(self.account.entries("account"))
    }
}

#[cfg(test)]
mod tests;
