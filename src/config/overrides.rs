//! Overrides: which resources they match and which levels they set. Guards use the same matchers.

use super::DefaultsMode;
use crate::catalog::MetricId;
use crate::level::Written;
use crate::resource::{Described, Engine, Role};

/// Levels for the resources that match.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// All of them must match.
    pub matchers: Vec<Matcher>,
    /// Levels, by metric.
    pub thresholds: Vec<(MetricId, Written)>,
    /// Overrides `defaults` for these resources.
    pub defaults: Option<DefaultsMode>,
}

impl Override {
    /// Whether it names one instance, one cluster, or the members of one cluster.
    #[must_use]
    pub fn names_its_resource(&self) -> bool {
        self.matchers.iter().any(|matcher| match matcher {
            Matcher::Id(pattern) | Matcher::Cluster(pattern) => pattern.is_exact(),
            _ => false,
        })
    }
}

/// The items of `all` whose matchers match, strongest first. `cluster` is the cluster of which the resource is a member.
pub(super) fn strongest_first<'a, T>(
    all: &'a [T],
    matchers_of: impl Fn(&T) -> &[Matcher],
    resource: &Described,
    cluster: Option<&Described>,
) -> Vec<&'a T> {
    let applies = |item: &T| matches_all(matchers_of(item), resource, cluster);
    let mut matching: Vec<_> = all.iter().enumerate().filter(|(_, item)| applies(item)).collect();
    matching.sort_by_key(|(index, item)| {
        let matchers = matchers_of(item);
        std::cmp::Reverse((matchers.iter().any(Matcher::names_one_id), matchers.len(), *index))
    });
    matching.into_iter().map(|(_, item)| item).collect()
}

/// Whether all matchers match. `cluster` is the cluster of which the resource is a member.
#[must_use]
pub fn matches_all(matchers: &[Matcher], resource: &Described, cluster: Option<&Described>) -> bool {
    matchers.iter().all(|matcher| matcher.matches(resource, cluster))
}

/// One condition of an override, a guard or a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// The identifier of an instance or cluster.
    Id(Pattern),
    /// The identifier of the cluster: of an instance, the one that it is a member of; of a cluster, its own.
    Cluster(Pattern),
    /// The engine family.
    Engine(Engine),
    /// The class, such as `db.t3.*`.
    Class(Pattern),
    /// The account id, twelve digits.
    AccountId(String),
    /// The region.
    Region(String),
    /// The role of the instance in its cluster. An instance without a cluster has no role.
    Role(Role),
    /// A tag of the resource, or else of its cluster.
    Tag(String, Pattern),
}

impl Matcher {
    fn names_one_id(&self) -> bool {
        matches!(self, Self::Id(pattern) if pattern.is_exact())
    }

    pub(super) const fn is_tag(&self) -> bool {
        matches!(self, Self::Tag(..))
    }

    pub(super) fn matches(&self, resource: &Described, cluster: Option<&Described>) -> bool {
        match self {
            Self::Id(pattern) => pattern.matches(&resource.id),
            Self::Cluster(pattern) if resource.kind.is_cluster() => pattern.matches(&resource.id),
            Self::Cluster(pattern) => resource.cluster.as_deref().is_some_and(|id| pattern.matches(id)),
            Self::Engine(engine) => resource.engine == *engine,
            Self::Class(pattern) => pattern.matches(&resource.class),
            Self::AccountId(id) => resource.account_id == *id,
            Self::Region(region) => resource.region == *region,
            Self::Role(role) => resource.facts.role == Some(*role),
            Self::Tag(key, pattern) => {
                let of_cluster = || cluster?.tags.get(key);
                resource.tags.get(key).or_else(of_cluster).is_some_and(|value| pattern.matches(value))
            }
        }
    }
}

/// A text in which `*` stands for any number of any characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// Whether only one text matches.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether a text with this beginning can match.
    #[must_use]
    pub fn may_begin_with(&self, beginning: &str) -> bool {
        let first = self.0.split('*').next().unwrap_or_default();
        first.starts_with(beginning) || (!self.is_exact() && beginning.starts_with(first))
    }

    /// Whether the whole text matches.
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        let Some((first, rest)) = self.0.split_once('*') else {
            return self.0 == text;
        };
        let Some(text) = text.strip_prefix(first) else {
            return false;
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let Some(mut text) = text.strip_suffix(last) else {
            return false;
        };
        // The leftmost position of each part leaves the most text for the parts after it.
        middle.split('*').all(|part| match text.find(part) {
            Some(at) => {
                text = &text[at + part.len()..];
                true
            }
            None => false,
        })
    }
}
