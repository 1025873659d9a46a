//! The result for one metric: the levels in effect, and the settings of all sources with what happened to them.

use std::fmt::{self, Display, Formatter};
use std::sync::Arc;

use super::ladder::Outcome;
use super::parse::Tag;
use super::source::Source;
use super::subject::ResolveContext;
use crate::config::selection::Selected;
use crate::level::Written;
use crate::resource::Resource;

/// One level in effect.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Threshold {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Index into the configured severities.
    pub severity: usize,
    /// In the metric's own unit.
    pub value: f64,
    /// Where it comes from.
    pub source: Source,
}

/// What one source sets for one severity of a metric, and what happened to it.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The catalogue row's metric.
    pub metric: &'static str,
    /// Index into the configured severities.
    pub severity: usize,
    /// In the metric's own unit; `None` disables the level.
    pub level: Option<f64>,
    /// What sets it.
    pub origin: Origin,
    /// What happened to it.
    pub outcome: Outcome,
}

/// What sets a level, as little as finds the text again: a scope keeps candidates for each of its databases.
#[derive(Debug, Clone, PartialEq)]
pub enum Origin {
    /// Tags of the resource with the same effect.
    ResourceTags(Box<[Arc<Tag>]>),
    /// Tags of its cluster with the same effect.
    ClusterTags(Box<[Arc<Tag>]>),
    /// Tags of the instance that it is a volume of, with the same effect.
    InstanceTags(Box<[Arc<Tag>]>),
    /// The override with this index in the configuration.
    Override(usize),
    /// The configured level of the metric.
    Configured,
    /// The catalogue.
    Default,
}

impl Origin {
    /// The source that it belongs to.
    #[must_use]
    pub const fn source(&self) -> Source {
        match self {
            Self::ResourceTags(_) => Source::ResourceTag,
            Self::ClusterTags(_) => Source::ClusterTag,
            Self::InstanceTags(_) => Source::InstanceTag,
            Self::Override(_) => Source::Override,
            Self::Configured => Source::Configured,
            Self::Default => Source::Default,
        }
    }

    /// What exactly sets a level of a metric on a resource; nothing for another configuration than that of the candidate.
    #[must_use]
    pub fn set_by<'a>(&'a self, metric: &str, resource: &Resource, context: ResolveContext<'a>) -> SetBy<'a> {
        match self {
            Self::ResourceTags(tags) | Self::ClusterTags(tags) | Self::InstanceTags(tags) => SetBy::Tags(tags),
            Self::Override(index) => {
                let thresholds = context.config.overrides.get(*index).map(|one| &*one.thresholds).unwrap_or_default();
                let written = thresholds.iter().find(|(named, _)| named.is(resource.kind, metric));
                written.map_or(SetBy::Nothing, |(_, written)| SetBy::Written(written))
            }
            Self::Configured => SetBy::configured(metric, resource, context),
            Self::Default => SetBy::default(metric, resource, context),
        }
    }
}

/// What exactly sets a level: the tags, the configured ladder, or the publication that a default comes from.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum SetBy<'a> {
    /// Tags with the same effect.
    Tags(&'a [Arc<Tag>]),
    /// A configured ladder.
    Written(&'a Written),
    /// The catalogue with this publication.
    Catalogue(&'static str),
    /// Nothing in this configuration.
    Nothing,
}

impl<'a> SetBy<'a> {
    /// The configured level of a metric of a resource.
    pub(super) fn configured(metric: &str, resource: &Resource, context: ResolveContext<'a>) -> Self {
        let written = selected(metric, resource, context).and_then(|selected| selected.threshold.as_ref());
        written.map_or(Self::Nothing, Self::Written)
    }

    /// The catalogue's default for a metric of a resource.
    pub(super) fn default(metric: &str, resource: &Resource, context: ResolveContext<'a>) -> Self {
        let levels = selected(metric, resource, context).and_then(|selected| selected.row.default_levels(resource));
        levels.map_or(Self::Nothing, |levels| Self::Catalogue(levels.source))
    }
}

fn selected<'a>(metric: &str, resource: &Resource, context: ResolveContext<'a>) -> Option<&'a Selected> {
    let is_it = |selected: &&Selected| selected.row.metric == metric && selected.row.can_exist_on(resource);
    context.selection.metrics.iter().find(is_it)
}

impl Display for SetBy<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tags(tags) => text.write_str(&texts(tags.iter().map(|tag| &**tag))),
            Self::Written(written) => written.fmt(text),
            Self::Catalogue(source) => text.write_str(source),
            Self::Nothing => Ok(()),
        }
    }
}

/// Tags as text, such as `plimsoll/CPUUtilization = 80/90`.
pub(super) fn texts<'a>(tags: impl Iterator<Item = &'a Tag>) -> String {
    tags.map(|tag| format!("{} = {}", tag.key, tag.text)).collect::<Vec<_>>().join(", ")
}
