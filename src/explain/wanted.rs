//! Which resources a reader wants to see, and in which order.

use std::fmt::Write;

use super::address::Encoded;
use crate::inventory::Known;

/// Resources in one listing: a page of them stays below two megabytes.
pub const RESOURCES_PER_PAGE: usize = 1_000;

/// Which resources, in which order, and how many of them. An empty text selects all.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wanted {
    /// The configured name or the id of the account.
    pub account: String,
    /// The region.
    pub region: String,
    /// The engine as AWS writes it.
    pub engine: String,
    /// A tag that it carries or inherits, as `key=value`.
    pub tag: String,
    /// A part of its identifier, ARN, class, status or tags, in upper or lower case.
    pub text: String,
    /// The order.
    pub sort: Sort,
    /// The ARN of the last resource of the page before; empty for the first page.
    pub after: String,
    /// The number of resources on a page.
    pub limit: usize,
}

/// An order of resources.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Sort {
    /// By ARN.
    #[default]
    Arn,
    /// The least headroom first; those without a value last.
    Headroom,
    /// Most crossed levels first.
    Crossed,
    /// Most issues first.
    Issues,
    /// Most muted levels first.
    Muted,
    /// Most levels without a value first.
    Unwatched,
    /// By identifier.
    Id,
    /// By engine.
    Engine,
    /// By account, then region.
    Account,
    /// By status.
    Status,
}

impl Default for Wanted {
    fn default() -> Self {
        let [account, region, engine, tag, text, after] = [(); 6].map(|()| String::new());
        Self { account, region, engine, tag, text, sort: Sort::default(), after, limit: RESOURCES_PER_PAGE }
    }
}

impl Wanted {
    /// All resources, one page of them: those after an ARN.
    #[must_use]
    pub fn after(arn: impl Into<String>) -> Self {
        Self { after: arn.into(), ..Self::default() }
    }

    /// The parameters, in a fixed order, that are not empty.
    #[must_use]
    pub fn filters(&self) -> Vec<(&'static str, &str)> {
        let all = [
            ("account", &*self.account),
            ("region", &*self.region),
            ("engine", &*self.engine),
            ("tag", &*self.tag),
            ("text", &*self.text),
        ];
        all.into_iter().filter(|(_, value)| !value.is_empty()).collect()
    }

    /// The query of an address with these parameters, without what is usual.
    #[must_use]
    pub fn query(&self) -> String {
        let usual = Self::default();
        let mut query = String::new();
        let mut push = |name: &str, value: &str| {
            let separator = if query.is_empty() { "" } else { "&" };
            // Writing to a string cannot fail.
            let _ = write!(query, "{separator}{name}={}", Encoded(value));
        };
        self.filters().into_iter().for_each(|(name, value)| push(name, value));
        if self.sort != usual.sort {
            push("sort", self.sort.name());
        }
        if self.limit != usual.limit {
            push("limit", &self.limit.to_string());
        }
        if !self.after.is_empty() {
            push("after", &self.after);
        }
        query
    }

    /// Whether a resource is selected; `account` is the configured name of its account, `parent` what it inherits tags
    /// from.
    pub(super) fn selects(&self, known: &Known, parent: Option<&Known>, account: &str) -> bool {
        let resource = &known.resource;
        let is = |wanted: &str, value: &str| wanted.is_empty() || wanted == value;
        let is_tagged = || {
            let Some((key, value)) = self.tag.split_once('=') else { return self.tag.is_empty() };
            let own = resource.tags.get(key);
            own.or_else(|| parent?.resource.tags.get(key)).is_some_and(|found| found == value)
        };
        (is(&self.account, account) || self.account == resource.account_id)
            && is(&self.region, &resource.region)
            && is(&self.engine, &resource.engine_name)
            && is_tagged()
            && self.has_text(known)
    }

    fn has_text(&self, known: &Known) -> bool {
        if self.text.is_empty() {
            return true;
        }
        let (resource, text) = (&known.resource, self.text.to_lowercase());
        let has = |value: &str| value.to_lowercase().contains(&text);
        [&resource.arn, &resource.class, &resource.status].into_iter().any(|value| has(value))
            || has(&resource.title())
            || resource.tags.iter().any(|(key, value)| has(&format!("{key}={value}")))
    }
}

impl Sort {
    /// Every order with its name in addresses.
    const NAMED: [(&'static str, Self); 10] = [
        ("arn", Self::Arn),
        ("headroom", Self::Headroom),
        ("crossed", Self::Crossed),
        ("issues", Self::Issues),
        ("muted", Self::Muted),
        ("unwatched", Self::Unwatched),
        ("id", Self::Id),
        ("engine", Self::Engine),
        ("account", Self::Account),
        ("status", Self::Status),
    ];

    /// The order of that name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::NAMED.iter().find(|(known, _)| *known == name).map(|(_, sort)| *sort)
    }

    /// The name of every order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        Self::NAMED.iter().map(|(name, _)| *name)
    }

    /// The name in addresses.
    #[must_use]
    pub fn name(self) -> &'static str {
        Self::NAMED.iter().find(|(_, sort)| *sort == self).map_or("arn", |(name, _)| name)
    }
}
