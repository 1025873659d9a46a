//! Which metrics of which resources to query.

use std::sync::Arc;

use super::batch::DueMetric;
use super::poll_group::PollGroup;
use super::response_history::{Pace, ResponseHistory, Responses};
use super::savings::Savings;
use crate::catalog::Sentinel;
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::resource::{Resource, ResourceIndex, Role};
use crate::threshold::{Resolved, Source, Threshold};
use crate::time::Timestamp;

/// A resource with its levels.
#[derive(Debug, Clone, Copy)]
pub struct PolledResource<'a> {
    /// Its index in the inventory.
    pub index: ResourceIndex,
    /// The resource.
    pub resource: &'a Arc<Resource>,
    /// Its levels and issues.
    pub resolved: &'a Resolved,
}

/// A round of a poll group that is due.
#[derive(Debug, Clone, Copy)]
pub struct DueRound<'a> {
    /// The poll group.
    pub poll_group: PollGroup,
    /// What a budget sheds.
    pub savings: &'a Savings,
    /// When it is due, by the steady clock.
    pub at: Timestamp,
}

/// A metric that is queried of a resource again and again.
#[derive(Debug, Clone)]
pub struct WantedMetric<'a> {
    /// What is queried each time.
    pub due: DueMetric<'a>,
    /// The poll group that it is queried in.
    pub poll_group: PollGroup,
    /// How often.
    pub pace: Pace,
    /// Whether an alert depends on it, so that no budget sheds it.
    pub is_needed: bool,
}

/// The metrics of a poll group to query now.
pub fn due_metrics<'a>(
    resources: impl Iterator<Item = PolledResource<'a>>,
    selection: &'a Selection,
    history: &'a ResponseHistory,
    round: DueRound<'a>,
) -> impl Iterator<Item = DueMetric<'a>> {
    due_by_resource(resources, selection, history, round).flat_map(|(_, due)| due)
}

/// The same for each resource that publishes metrics.
pub fn due_by_resource<'a>(
    resources: impl Iterator<Item = PolledResource<'a>>,
    selection: &'a Selection,
    history: &'a ResponseHistory,
    round: DueRound<'a>,
) -> impl Iterator<Item = (&'a Arc<Resource>, Vec<DueMetric<'a>>)> {
    let DueRound { poll_group, savings, at } = round;
    let of_group = selection.polled().filter_map(|one| Some((one, Part::of(one, poll_group)?)));
    let selected: Vec<_> =
        of_group.map(|(one, part)| (one, part, history.of(one.row.metric), savings.sheds(one.row.id()))).collect();
    resources.filter(|one| one.resource.publishes()).map(move |polled| {
        let own = selected.iter().filter(|(one, part, responses, is_shed)| {
            part.has(polled, one) && polled.is_due(one, *responses, at) && (!is_shed || polled.is_needed(one))
        });
        let mut due: Vec<_> = own.flat_map(|(one, ..)| polled.in_every_spelling(one)).collect();
        let aggregated = selected.iter().filter(|(_, part, _, is_shed)| *part != Part::WithAlert && !is_shed);
        due.extend(aggregated.flat_map(|(one, ..)| polled.aggregates(one)));
        (polled.resource, due)
    })
}

/// The resources of which a metric is queried in a poll group. Aggregates never have a level.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Part {
    /// All of them.
    Every,
    /// Those with an alert that reads the metric.
    WithAlert,
    /// The others.
    WithoutAlert,
}

impl Part {
    fn of(selected: &Selected, poll_group: PollGroup) -> Option<Self> {
        let is_usual = PollGroup::of(selected) == poll_group;
        match PollGroup::without_level(selected) {
            None => is_usual.then_some(Self::Every),
            Some(_) if is_usual => Some(Self::WithAlert),
            Some(other) => (other == poll_group).then_some(Self::WithoutAlert),
        }
    }

    fn has(self, polled: PolledResource, selected: &Selected) -> bool {
        self == Self::Every || polled.is_read(selected) == (self == Self::WithAlert)
    }
}

/// Every metric that is queried without a budget, resource by resource, as [`due_metrics`] decides.
pub fn wanted_metrics<'a>(
    resources: impl Iterator<Item = PolledResource<'a>>,
    selection: &'a Selection,
    history: &'a ResponseHistory,
    now: Timestamp,
) -> impl Iterator<Item = WantedMetric<'a>> {
    resources.filter(|one| one.resource.publishes()).flat_map(move |polled| {
        selection.polled().flat_map(move |one| {
            let responses = history.of(one.row.metric);
            let (is_needed, poll_group) = (polled.is_needed(one), polled.poll_group(one));
            let own = polled.pace(one, responses, now).into_iter().flat_map(move |pace| {
                polled.in_every_spelling(one).map(move |due| WantedMetric { due, poll_group, pace, is_needed })
            });
            let poll_group = PollGroup::without_level(one).unwrap_or_else(|| PollGroup::of(one));
            let aggregate = move |due| WantedMetric { due, poll_group, pace: Pace::Usual, is_needed: false };
            own.chain(polled.aggregates(one).map(aggregate))
        })
    })
}

impl<'a> PolledResource<'a> {
    /// Whether a tag or the configuration names the metric for this resource.
    #[must_use]
    pub fn names(&self, metric: &str) -> bool {
        self.names_or_sets(metric, self.levels(metric))
    }

    fn names_or_sets(&self, metric: &str, levels: &[Threshold]) -> bool {
        let is_set = |threshold: &Threshold| threshold.source != Source::Default;
        self.resolved.named.binary_search(&metric).is_ok() || levels.iter().any(is_set)
    }

    fn has_level(&self, metric: &str) -> bool {
        !self.levels(metric).is_empty()
    }

    fn levels(&self, metric: &str) -> &'a [Threshold] {
        let thresholds = &self.resolved.thresholds;
        let first = thresholds.partition_point(|threshold| threshold.metric < metric);
        let levels = &thresholds[first..];
        let length = levels.iter().take_while(|threshold| threshold.metric == metric).count();
        &levels[..length]
    }

    /// Whether a metric whose values are made of those of this one has a level.
    fn feeds_level(&self, selected: &Selected) -> bool {
        selected.row.kind == self.resource.kind && selected.feeds.iter().any(|metric| self.has_level(metric))
    }

    /// Whether an alert depends on the metric: by a level that somebody wants or that is in effect, by one that is compared with
    /// values made of it, or by a rule on the state of the resource.
    fn is_needed(&self, selected: &Selected) -> bool {
        let row = selected.row;
        let shows_state =
            row.sentinel == Sentinel::BrokenReplication || self.resource.kind.heartbeat == Some(row.metric);
        shows_state
            || self.has_level(row.metric)
            || self.names(row.metric)
            || self.feeds_level(selected)
            || self.needs_to_see_pause(row.metric)
    }

    /// Whether an alert depends on the metric or reads it beside another one, so that it is queried at its usual interval.
    fn is_read(&self, selected: &Selected) -> bool {
        let is_read_with = |metric: &&str| self.has_level(metric) || self.names(metric);
        let is_own = selected.row.kind == self.resource.kind;
        self.is_needed(selected) || is_own && selected.read_with.iter().any(is_read_with)
    }

    /// The poll group in which a metric is queried of the resource.
    fn poll_group(&self, selected: &Selected) -> PollGroup {
        let without_level = PollGroup::without_level(selected).filter(|_| !self.is_read(selected));
        without_level.unwrap_or_else(|| PollGroup::of(selected))
    }

    fn is_due(&self, selected: &Selected, responses: Option<&Responses>, now: Timestamp) -> bool {
        match self.pace(selected, responses, now) {
            Some(Pace::Usual) => true,
            Some(Pace::Seldom) => responses.is_none_or(|responses| responses.should_query(self.index, now)),
            None => false,
        }
    }

    /// How often a metric is queried: at all if it has a level, if a tag or an override names it, or if the profile adds it
    /// for people.
    fn pace(&self, selected: &Selected, responses: Option<&Responses>, now: Timestamp) -> Option<Pace> {
        let row = selected.row;
        // Most rows are of other kinds and engines: to look their levels up would take longer than all else here.
        if !row.is_for(self.resource) {
            return None;
        }
        let levels = self.levels(row.metric);
        if self.names_or_sets(row.metric, levels) {
            return row.can_exist_on(self.resource).then_some(Pace::Usual);
        }
        let has_level = !levels.is_empty() || self.feeds_level(selected);
        let is_wanted = selected.polled_by_default || has_level || self.needs_to_see_pause(row.metric);
        if !is_wanted || !row.publishes_on(self.resource) {
            return None;
        }
        // A metric that is silent until something happens would be queried once an hour, and its first datapoint missed.
        let is_silent = has_level && row.silent_while_idle;
        let pace = || responses.map_or(Pace::Usual, |responses| responses.pace(self.index, now));
        Some(if is_silent { Pace::Usual } else { pace() })
    }

    /// Whether no other metric shows that an instance with levels is paused, in which case its values are not missing.
    fn needs_to_see_pause(&self, metric: &str) -> bool {
        let zero_while_paused = self.resource.kind.zero_while_paused;
        let may_pause = self.resource.facts.auto_pause != Some(false);
        let is_seen = || zero_while_paused.iter().any(|zero| self.has_level(zero));
        let is_it = zero_while_paused.first() == Some(&metric);
        is_it && may_pause && !self.resolved.thresholds.is_empty() && !is_seen()
    }

    /// The aggregates of a cluster's members that are configured, without roles that no member has.
    fn aggregates(self, selected: &'a Selected) -> impl Iterator<Item = DueMetric<'a>> {
        let has = move |role: Role| self.resource.members.iter().any(|(_, of_member)| *of_member == role);
        let named = selected.aggregates.iter().filter(move |_| selected.row.is_aggregated_on(self.resource));
        let dimensions = self.resource.kind.dimensions;
        named.filter(move |role| role.is_none_or(has)).map(move |&role| self.due(selected, dimensions, role))
    }

    fn in_every_spelling(self, selected: &'a Selected) -> impl Iterator<Item = DueMetric<'a>> {
        self.resource.kind.spellings().map(move |dimensions| self.due(selected, dimensions, None))
    }

    const fn due(
        self,
        selected: &'a Selected,
        dimensions: &'static [&'static str],
        role: Option<Role>,
    ) -> DueMetric<'a> {
        DueMetric { index: self.index, resource: self.resource, dimensions, role, selected }
    }
}
