//! Stage 3, bound: guards limit what tags may set. Other sources are not limited.
//!
//! Whatever a guard changes is a violation with the tags at fault.

mod mutes;
mod off;
mod violation;

use super::ladder::{Ladder, Setting};
use super::layer::{Layer, MeasuredTag, Metric, MetricLayers, Origin, Sources, can_be_about, setting};
use super::parse::LevelTag;
use super::source::Source;
use super::subject::{ResolveContext, Subject};
use crate::catalog::{MetricId, Row, measure};
use crate::config::selection::{Selected, Selection};
use crate::config::{Bound, Guard};
use crate::level::{Level, Reason};
use crate::resource::Resource;

pub(super) use mutes::{MuteLimit, MuteLimits};
pub(super) use violation::{Violation, missing};

use violation::Rule;

/// The guards of one resource.
pub(super) struct Guards<'a> {
    strongest_first: Vec<&'a Guard>,
    resource: &'a Resource,
}

/// The sources of one metric as far as guards allow them.
pub(super) struct BoundMetric<'a> {
    pub(super) metric: Metric<'a>,
    /// The most specific source first.
    pub(super) layers: Vec<Layer<'a>>,
    /// The severities of default levels that are shares of an unknown denominator.
    pub(super) without_denominator: Vec<usize>,
    /// The guard that bounds the metric, and the severities of which it requires a level.
    pub(super) guard: Option<(&'a Guard, &'a [usize])>,
    pub(super) violations: Vec<Violation<'a>>,
}

impl<'a> Guards<'a> {
    pub(super) fn of(subject: Subject<'a>, context: ResolveContext<'a>) -> Self {
        let (resource, parent) = (subject.resource, subject.parent.map(|parent| parent.resource));
        Self { strongest_first: context.config.guards_for(resource, parent), resource }
    }

    /// Withdraws tags for metrics that are queried only because of tags, beyond as many as a guard allows.
    pub(super) fn limit_extra_metrics<'s>(
        &self,
        sources: &mut Sources<'s>,
        selection: &'a Selection,
    ) -> Vec<Violation<'s>>
    where
        'a: 's,
    {
        let limit = self.strongest_first.iter().find_map(|guard| Some((*guard, guard.extra_metrics?)));
        let Some((guard, allowed)) = limit else { return Vec::new() };
        let is_extra = |selected: &&Selected| self.is_extra(selected, sources);
        let extra = selection
            .metrics
            .iter()
            .filter(|one| selection.polls && one.row.has_points())
            .filter(is_extra)
            .map(|selected| selected.row);
        let rows: Vec<&'static Row> = extra.skip(allowed).collect();
        let mut violations = Vec::new();
        for row in rows {
            for levels in sources.tags_mut(row.metric) {
                let with_level = levels.tags.iter().filter(|tag| tag.has_level());
                let tags = with_level.map(|measured| measured.tag).collect();
                violations.push(Violation { guard, row, rule: Rule::ExtraMetrics(allowed), tags });
                levels.withdraw();
            }
        }
        violations
    }

    /// Whether the metric is queried for this resource only because of a tag.
    fn is_extra(&self, selected: &Selected, sources: &Sources) -> bool {
        let row = selected.row;
        let is_queried = selected.polled_by_default && row.publishes_on(self.resource);
        sources.is_named_by_tags(row)
            && row.can_exist_on(self.resource)
            && !is_queried
            && !sources.is_overridden(row)
            && !self.has_level_without_tags(selected, sources)
    }

    fn has_level_without_tags(&self, selected: &Selected, sources: &Sources) -> bool {
        let layers = sources.layers(selected).map(|layers| self.joined(layers));
        layers.is_some_and(|metric| metric.combined(|layer| !layer.source.is_tag()).has_level())
    }

    /// Applies the strongest guard that bounds the metric; `so_far` are the violations of all metrics until now.
    pub(super) fn bind<'s>(&self, layers: MetricLayers<'s>, so_far: &[Violation<'s>]) -> BoundMetric<'s>
    where
        'a: 's,
    {
        let row = layers.metric.row;
        let mut metric = self.joined(layers);
        metric.violations = so_far.iter().filter(|violation| violation.row.id() == row.id()).cloned().collect();
        if let Some((guard, bound)) = self.bounding(row.id()) {
            metric.bind(guard, bound);
        }
        metric
    }

    /// All layers in one list, with the default levels that a guard requires.
    fn joined<'s>(&self, layers: MetricLayers<'s>) -> BoundMetric<'s>
    where
        'a: 's,
    {
        let MetricLayers { metric, tags, configured, defaults } = layers;
        let guard = self.bounding(metric.row.id()).map(|(guard, bound)| (guard, self.required(metric.row, bound)));
        let required = guard.map_or(&[][..], |(_, required)| required);
        let without_denominator = defaults.iter().flat_map(|levels| levels.without_denominator(required)).collect();
        let defaults = defaults.map(|levels| Layer {
            source: Source::Default,
            ladder: Ok(levels.ladder(required)),
            origin: Origin::Catalogue(levels.source),
        });
        let layers = tags.into_iter().chain(configured).chain(defaults).collect();
        BoundMetric { metric, layers, without_denominator, guard, violations: Vec::new() }
    }

    fn bounding(&self, metric: MetricId) -> Option<(&'a Guard, &'a Bound)> {
        self.strongest_first.iter().find_map(|guard| Some((*guard, guard.bound(metric)?)))
    }

    /// The severities of which a guard requires a level: none where the resource cannot publish the metric.
    fn required(&self, row: &Row, bound: &'a Bound) -> &'a [usize] {
        if row.may_publish_on(self.resource) { &bound.required } else { &[] }
    }

    /// How long tags may mute a metric.
    pub(super) fn mute_limit(&self, metric: &'static str) -> Option<MuteLimit<'a>> {
        MuteLimit::of(&self.strongest_first, MetricId::of(self.resource.kind, metric))
    }

    /// The same of every metric that a mute for all concerns.
    pub(super) fn mute_limits(&self, selection: &Selection) -> MuteLimits<'a> {
        let rows = selection.metrics.iter().map(|selected| selected.row);
        let concerned = rows.filter(|row| row.alert.is_some() && can_be_about(self.resource, row));
        concerned.map(|row| (row.metric, self.mute_limit(row.metric))).collect()
    }
}

impl<'a> BoundMetric<'a> {
    /// What all layers set together, as far as they are used.
    fn combined(&self, is_used: fn(&Layer) -> bool) -> Ladder {
        let ladders = self.layers.iter().filter(|layer| is_used(layer)).filter_map(|layer| layer.ladder.as_ref().ok());
        Ladder::combined(ladders, self.metric.severities.len(), self.metric.bad)
    }

    fn bind(&mut self, guard: &'a Guard, bound: &'a Bound) {
        let metric = self.metric;
        let violation = |rule, tags| Violation { guard, row: metric.row, rule, tags };
        for layer in self.layers.iter_mut().filter(|layer| layer.source.is_tag()) {
            for severity in 0..metric.severities.len() {
                let broken = limit(layer, metric, bound, severity);
                let tags = || setting(layer.tags(), severity).map(|measured| measured.tag).collect();
                self.violations.extend(broken.map(|rule| violation(rule, tags())));
            }
        }
        let required = self.guard.map_or(&[][..], |(_, required)| required);
        let tags = self.make_room(required);
        if !tags.is_empty() {
            self.violations.push(violation(Rule::RoomFor(required), tags));
        }
    }

    /// Stops using levels of tags that leave no room in the ladder for required ones, as few as possible, if that makes
    /// room; returns the tags.
    fn make_room(&mut self, required: &[usize]) -> Vec<&'a LevelTag> {
        let has_required = |metric: &Self| metric.combined(|_| true).has_levels(required);
        if has_required(self) {
            return Vec::new();
        }
        let levels = self.tag_levels();
        for (layer, severity, _) in &levels {
            self.layers[*layer].set(*severity, Setting::Unset);
        }
        let is_room = has_required(self);
        let mut tags = Vec::new();
        for (layer, severity, level) in levels {
            self.layers[layer].set(severity, level);
            if is_room && !has_required(self) {
                self.layers[layer].set(severity, Setting::Unset);
                tags.extend(setting(self.layers[layer].tags(), severity).map(|measured| measured.tag));
            }
        }
        tags
    }

    /// The levels that tags set, each with its layer and its severity, the most specific ones first.
    fn tag_levels(&self) -> Vec<(usize, usize, Setting)> {
        let layers = self.layers.iter().enumerate().filter(|(_, layer)| layer.source.is_tag());
        let settings = layers.flat_map(|(at, layer)| {
            let settings = layer.ladder.iter().flat_map(Ladder::settings);
            settings.map(move |(severity, setting)| (at, severity, setting))
        });
        settings.filter(|(.., setting)| setting.level().is_some()).collect()
    }
}

impl<'a> Layer<'a> {
    /// The tags that it is made from; none for other sources.
    const fn tags(&self) -> &'a [MeasuredTag<'a>] {
        match self.origin {
            Origin::Tags(tags) => tags,
            Origin::Written(..) | Origin::Catalogue(_) => &[],
        }
    }

    fn set(&mut self, severity: usize, setting: Setting) {
        if let Ok(ladder) = &mut self.ladder {
            ladder.set(severity, setting);
        }
    }
}

/// Limits what tags set for one severity; returns the rule that they break.
fn limit<'a>(layer: &mut Layer, metric: Metric, bound: &'a Bound, severity: usize) -> Option<Rule<'a>> {
    match layer.ladder.as_ref().ok()?.setting(severity) {
        Setting::Level(level) => match moved(bound, metric, level) {
            Ok(moved) if Setting::Level(moved) == Setting::Level(level) => None,
            Ok(moved) => {
                layer.set(severity, Setting::Level(moved));
                Some(Rule::Range(bound))
            }
            Err(reason) => Some(Rule::Unmeasured(reason)),
        },
        Setting::Disabled | Setting::Unset => None,
    }
}

/// The level, or the bound that it is beyond.
fn moved(bound: &Bound, metric: Metric, level: f64) -> Result<f64, Reason> {
    let denominator = metric.reference.map(|reference| reference.value);
    let number =
        |bound: &Option<Level>| bound.as_ref().map(|bound| measure::value(metric.row, bound, denominator)).transpose();
    let level = number(&bound.highest)?.map_or(level, |highest| level.min(highest));
    Ok(number(&bound.lowest)?.map_or(level, |lowest| level.max(lowest)))
}
