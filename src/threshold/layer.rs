//! Stage 2, layer: the sources of each metric of one resource, the most specific source first.
//!
//! The parsed tags are measured on the resource here, because a share is another number on each database.

mod catalogue;
mod measured;
mod published;
mod tag_levels;

use super::denominator;
use super::issue::Issue;
use super::ladder::Ladder;
use super::source::Source;
use super::subject::{ResolveContext, Subject};
use crate::catalog::measure::{LevelError, Reference};
use crate::catalog::{Row, Side};
use crate::config::selection::Selected;
use crate::config::{Config, DefaultsMode, Override};
use crate::level::Written;
use crate::resource::Resource;

pub(super) use catalogue::CatalogueLevels;
pub(super) use measured::MeasuredTag;
pub(super) use published::can_be_about;
pub(super) use tag_levels::{TagLevels, setting};

use tag_levels::TagsByMetric;

/// The sources of one resource.
pub(super) struct Sources<'a> {
    pub(super) resource: &'a Resource,
    config: &'a Config,
    own: TagsByMetric<'a>,
    own_issues: &'a [Issue],
    inherited: TagsByMetric<'a>,
    inherited_source: Source,
    inherited_issues: &'a [Issue],
    overrides: Vec<&'a Override>,
    defaults: DefaultsMode,
}

/// The sources of one metric of one resource.
pub(super) struct MetricLayers<'a> {
    pub(super) metric: Metric<'a>,
    /// The resource's own tags, then those of its cluster.
    pub(super) tags: Vec<Layer<'a>>,
    /// The overrides, strongest first, then the configured level.
    pub(super) configured: Vec<Layer<'a>>,
    /// The catalogue's defaults.
    pub(super) defaults: Option<CatalogueLevels>,
}

/// A metric with a bad side on one resource.
#[derive(Clone, Copy)]
pub(super) struct Metric<'a> {
    pub(super) row: &'static Row,
    pub(super) bad: Side,
    pub(super) reference: Option<Reference>,
    /// The configured names, least severe first.
    pub(super) severities: &'a [String],
}

/// What one source sets for one metric.
pub(super) struct Layer<'a> {
    pub(super) source: Source,
    pub(super) ladder: Result<Ladder, LevelError>,
    pub(super) origin: Origin<'a>,
}

/// What exactly a layer is made from.
#[derive(Clone, Copy)]
pub(super) enum Origin<'a> {
    /// Tags of one carrier, by rank.
    Tags(&'a [MeasuredTag<'a>]),
    /// A configured ladder; of an override its index in the configuration.
    Written(&'a Written, Option<usize>),
    /// The catalogue, with the publication that its levels come from.
    Catalogue(&'static str),
}

/// The issues of the own tags of a resource.
pub(super) fn issues_of<'a>(subject: Subject<'a>, config: &Config) -> impl Iterator<Item = Issue> + use<'a> {
    let measured = tag_levels::measured(subject.own(), subject.resource, config);
    subject.tags.issues.iter().cloned().chain(measured.into_values().flat_map(|levels| levels.issues))
}

impl<'a> Sources<'a> {
    pub(super) fn gather(subject: Subject<'a>, context: ResolveContext<'a>) -> Self {
        let Subject { resource, tags, parent } = subject;
        let config = context.config;
        let parent_resource = parent.map(|parent| parent.resource);
        let is_tagged = tags.has_own_keys || parent.is_some_and(|parent| parent.tags.has_own_keys);
        let defaults = match config.defaults_mode(resource, parent_resource, context.account) {
            DefaultsMode::Tagged if !is_tagged => DefaultsMode::Off,
            mode => mode,
        };
        Self {
            resource,
            config,
            own: tag_levels::measured(subject.own(), resource, config),
            own_issues: &tags.issues,
            inherited: parent.map(|parent| tag_levels::measured(parent, resource, config)).unwrap_or_default(),
            inherited_source: parent.map_or(Source::ClusterTag, |parent| parent.source()),
            inherited_issues: parent.map_or(&[], |parent| &parent.tags.issues),
            overrides: config.overrides_for(resource, parent_resource),
            defaults,
        }
    }

    /// The layers of a metric; `None` for a metric without a bad side.
    pub(super) fn layers<'s>(&'s self, selected: &'s Selected) -> Option<MetricLayers<'s>> {
        let (row, severities) = (selected.row, &*self.config.severities);
        let reference = denominator::reference(row, self.resource);
        let metric = Metric { row, bad: row.alert?.bad, reference, severities };
        let levels = row.default_levels(self.resource);
        Some(MetricLayers {
            metric,
            tags: self.tag_layers(row.metric).collect(),
            configured: self.override_layers(&metric).chain(self.configured_layer(selected, &metric)).collect(),
            defaults: levels
                .map(|levels| CatalogueLevels::new(levels, self.defaults, severities.len(), (metric.bad, reference))),
        })
    }

    fn tag_layers(&self, metric: &str) -> impl Iterator<Item = Layer<'_>> {
        let carriers = [(Source::ResourceTag, &self.own), (self.inherited_source, &self.inherited)];
        carriers.into_iter().filter_map(move |(source, tags)| {
            let levels = tags.get(metric)?;
            Some(Layer { source, ladder: Ok(levels.ladder.clone()), origin: Origin::Tags(&levels.tags) })
        })
    }

    fn override_layers(&self, metric: &Metric) -> impl Iterator<Item = Layer<'a>> {
        self.overrides_of(metric.row).map(|(applied, written)| {
            let index = self.config.overrides.iter().position(|one| std::ptr::eq(one, applied));
            metric.written_layer(Source::Override, written, index)
        })
    }

    fn configured_layer<'s>(&self, selected: &'s Selected, metric: &Metric) -> Option<Layer<'s>> {
        let written = selected.threshold.as_ref().filter(|_| selected.row.may_publish_on(self.resource))?;
        Some(metric.written_layer(Source::Configured, written, None))
    }

    /// The ladders of a metric in overrides, strongest first. Overrides for many resources count only where the metric
    /// may be published.
    fn overrides_of(&self, row: &Row) -> impl Iterator<Item = (&'a Override, &'a Written)> {
        let may_be_published = row.may_publish_on(self.resource);
        let applied = self.overrides.iter().copied().filter(move |one| may_be_published || one.names_its_resource());
        let ladders =
            applied.flat_map(|one| one.thresholds.iter().map(move |(metric, written)| (*metric, one, written)));
        ladders.filter(|(metric, ..)| *metric == row.id()).map(|(_, one, written)| (one, written))
    }

    /// Whether a tag or an override wants a level for the metric, readable or not.
    pub(super) fn wants_level(&self, row: &Row) -> bool {
        self.is_named_by_tags(row) || self.is_overridden(row)
    }

    /// Whether a tag wants a level for the metric, readable or not.
    pub(super) fn is_named_by_tags(&self, row: &Row) -> bool {
        [&self.own, &self.inherited].iter().any(|tags| tags.get(row.metric).is_some_and(|levels| levels.wants_level))
    }

    /// Whether an override sets a level for the metric.
    pub(super) fn is_overridden(&self, row: &Row) -> bool {
        self.overrides_of(row).any(|(_, written)| *written != Written::Off)
    }

    /// How many severities are configured.
    pub(super) const fn severities(&self) -> usize {
        self.config.severities.len()
    }

    /// Whether tags disable any level of the metric.
    pub(super) fn are_tags_disabling(&self, metric: &str) -> bool {
        [&self.own, &self.inherited].iter().any(|tags| tags.get(metric).is_some_and(|levels| levels.ladder.disables()))
    }

    /// The tags for a metric, the resource's own first.
    pub(super) fn tags_mut(&mut self, metric: &str) -> impl Iterator<Item = &mut TagLevels<'a>> {
        [self.own.get_mut(metric), self.inherited.get_mut(metric)].into_iter().flatten()
    }

    /// The issues of the resource's own tags.
    pub(super) fn issues(&self) -> impl Iterator<Item = &Issue> {
        self.own_issues.iter().chain(self.own.values().flat_map(|levels| &levels.issues))
    }

    /// The issues of the cluster's tags for a metric, where the denominator of the resource decides whether they can be
    /// used; all others are issues of the cluster. They do not matter if the resource's own tags set every severity.
    pub(super) fn inherited_issues(&self, metric: &'static str) -> impl Iterator<Item = &Issue> {
        let is_decided = self.own.get(metric).is_some_and(|levels| levels.ladder.is_complete());
        let dependent = self.inherited.get(metric).filter(|levels| levels.depends_on_denominator && !is_decided);
        let of_keys = self.inherited_issues.iter().filter(move |issue| issue.metric == Some(metric));
        dependent.into_iter().flat_map(move |levels| levels.issues.iter().chain(of_keys.clone()))
    }
}

impl Layer<'_> {
    /// What it would set if no tag disabled a level.
    pub(super) fn enabled(&self) -> Option<Ladder> {
        let ladder = self.ladder.as_ref().ok()?.clone();
        Some(if self.source.is_tag() { ladder.without_disabled() } else { ladder })
    }
}

impl Metric<'_> {
    fn written_layer<'a>(&self, source: Source, written: &'a Written, index: Option<usize>) -> Layer<'a> {
        let ladder = Ladder::measured(self.row, written, self.severities.len(), self.reference);
        Layer { source, ladder, origin: Origin::Written(written, index) }
    }
}
