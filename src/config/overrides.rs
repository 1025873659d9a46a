//! Overrides as meant: which resources they match and what they give them. Guards are matched in the same way.

use super::DefaultsMode;
use crate::catalog::MetricId;
use crate::level::Written;
use crate::resource::{Engine, Resource, Role};

/// Levels for the resources that match.
#[derive(Debug, Clone, PartialEq)]
pub struct Override {
    /// All must match.
    pub matchers: Vec<Matcher>,
    /// Levels by metric.
    pub thresholds: Vec<(MetricId, Written)>,
    /// Overrides `defaults` for these resources.
    pub defaults: Option<DefaultsMode>,
}

impl Override {
    /// Whether it is written for one instance or cluster, or for the members of one.
    #[must_use]
    pub fn names_its_resource(&self) -> bool {
        self.matchers.iter().any(|matcher| match matcher {
            Matcher::Id(pattern) | Matcher::Cluster(pattern) => pattern.is_exact(),
            _ => false,
        })
    }
}

/// Those of `all` whose matchers hold, strongest first; `cluster` is the one that the resource is a member of.
pub(super) fn strongest_first<'a, T>(
    all: &'a [T],
    matchers_of: impl Fn(&T) -> &[Matcher],
    resource: &Resource,
    cluster: Option<&Resource>,
) -> Vec<&'a T> {
    let fits = |one: &T| matchers_of(one).iter().all(|matcher| matcher.holds(resource, cluster));
    let mut matching: Vec<_> = all.iter().enumerate().filter(|(_, one)| fits(one)).collect();
    matching.sort_by_key(|(index, one)| {
        let matchers = matchers_of(one);
        std::cmp::Reverse((matchers.iter().any(Matcher::names_one_id), matchers.len(), *index))
    });
    matching.into_iter().map(|(_, one)| one).collect()
}

/// One condition of an override or a guard.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Matcher {
    /// The identifier of an instance or cluster.
    Id(Pattern),
    /// The identifier of the cluster it is in, or is.
    Cluster(Pattern),
    /// The engine family.
    Engine(Engine),
    /// The class, such as `db.t3.*`.
    Class(Pattern),
    /// The twelve digits.
    AccountId(String),
    /// The region.
    Region(String),
    /// What the instance does in its cluster; instances without a cluster do nothing there.
    Role(Role),
    /// A tag of the resource or its cluster.
    Tag(String, Pattern),
}

impl Matcher {
    fn names_one_id(&self) -> bool {
        matches!(self, Self::Id(pattern) if pattern.is_exact())
    }

    fn holds(&self, resource: &Resource, cluster: Option<&Resource>) -> bool {
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

/// A text with `*` for any run of characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pattern(pub String);

impl Pattern {
    /// Whether it names one text only.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        !self.0.contains('*')
    }

    /// Whether some text that fits begins like this.
    #[must_use]
    pub fn may_begin_with(&self, beginning: &str) -> bool {
        let first = self.0.split('*').next().unwrap_or_default();
        first.starts_with(beginning) || (!self.is_exact() && beginning.starts_with(first))
    }

    /// Whether a text fits, from its first to its last character.
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
        // Taking the leftmost place for each part leaves the most room for the parts behind it.
        middle.split('*').all(|part| match text.find(part) {
            Some(at) => {
                text = &text[at + part.len()..];
                true
            }
            None => false,
        })
    }
}
