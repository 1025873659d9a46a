//! What the results of batches leave behind: the newest points, and which metrics respond.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fleet::Fleet;
use super::recent::Recent;
use super::renumbering::Renumbering;
use super::settings;
use super::sums::{Part, Sums};
use crate::catalog::{MetricId, Statistic};
use crate::config::Selection;
use crate::plan::{Batch, BatchResult, DueMetric, Now, QueryResult, ResponseHistory, Window};
use crate::resource::{Generation, ResourceIndex};
use crate::snapshot::points::{BEFORE_STEP, Held, Place, Points, Series, Slot};
use crate::time::{Seconds, Timestamp};

pub(super) struct Results {
    pub(super) points: Points,
    pub(super) history: ResponseHistory,
    /// For results of queries that were made from an earlier inventory.
    renumbering: Renumbering,
    /// Datapoints dropped since the start because they end after the time at which they were requested.
    pub(super) future_datapoints: u64,
    /// Datapoints dropped since the start because `CloudWatch` cannot have stored their values.
    pub(super) invalid_datapoints: u64,
    selection: Arc<Selection>,
    /// The columns of points that there may be. Batches of a former configuration bring others, too.
    wanted: BTreeSet<Series>,
    sums: Sums,
    /// By how much the wall clock was ahead at the last event.
    ahead: Seconds,
}

/// One result and what decides how long it is served.
struct Answer {
    result: QueryResult,
    requested_at: Now,
    age_limit: Seconds,
}

impl Results {
    pub(super) fn new(selection: Arc<Selection>, now: Now) -> Self {
        Self {
            points: Points::default(),
            history: ResponseHistory::default(),
            renumbering: Renumbering::default(),
            future_datapoints: 0,
            invalid_datapoints: 0,
            sums: Sums::of(&selection),
            wanted: settings::series(&selection).collect(),
            selection,
            ahead: now.ahead(),
        }
    }

    /// Goes on under a new configuration, with the points of metrics that it may query.
    pub(super) fn reconfigure(&mut self, selection: Arc<Selection>) {
        self.wanted = settings::series(&selection).collect();
        (self.sums, self.selection) = (Sums::of(&selection), selection);
        self.points.retain(|series| self.wanted.contains(&series));
    }

    /// Compares the two clocks: after a step of the wall clock, the ends of older points are not comparable.
    pub(super) fn read_clock(&mut self, now: Now) {
        if std::mem::replace(&mut self.ahead, now.ahead()) != now.ahead() {
            self.points.clock_was_set();
        }
    }

    /// The number of the present inventory.
    pub(super) const fn generation(&self) -> Generation {
        self.renumbering.present()
    }

    /// Gives everything the indices of a fleet that replaces another; `awaited` are the generations of batches under way.
    pub(super) fn renumber(&mut self, fleet: &Fleet, before: &Fleet, awaited: &BTreeSet<Generation>) {
        let mut indices = fleet.indices_before(before);
        if !fleet.extends(before) {
            self.renumbering.advance(&indices, before.watched().count(), awaited);
        }
        indices.extend(fleet.role_indices_before(before, &indices));
        self.points.remap(&indices);
        self.history.remap(&fleet.unchanged(before));
    }

    /// Returns for a metric the end of its newest datapoint, of several statistics the oldest such end, if a short window
    /// suffices to find all that may replace it.
    pub(super) fn known<'a>(&'a self, fleet: &'a Fleet, now: Timestamp) -> impl FnMut(&DueMetric) -> Option<Timestamp> {
        let mut columns = Recent::new();
        move |&DueMetric { index, role, selected, .. }| {
            let index = fleet.index_in_role(index, role)?;
            let end = |&statistic: &Statistic| {
                let series = (selected.row.id(), statistic);
                match columns.get(series, || self.points.column(series)).slot(index) {
                    Slot::Held(held) => Some(held.point.end),
                    _ => None,
                }
            };
            let oldest = selected.statistics.iter().map(end).min().flatten();
            oldest.filter(|end| Window::is_short(selected.timing, *end, now))
        }
    }

    /// Stores the results of a batch.
    pub(super) fn record(&mut self, batch: &Batch, result: &BatchResult, fleet: &Fleet, now: Timestamp) {
        self.future_datapoints += result.counts.future as u64;
        self.invalid_datapoints += result.counts.invalid as u64;
        let age_limit = batch.poll_group.timing.age_limit;
        let mut places = Recent::new();
        let mut responses = Vec::with_capacity(batch.queries.len());
        for (query, &result_of_query) in batch.queries.iter().zip(&result.answers) {
            let Some(resource) = self.renumbering.index(batch.generation, query.index) else { continue };
            let Some(index) = fleet.index_in_role(resource, query.role) else { continue };
            let result_of_query = own_result(result_of_query, |end| {
                let start = result.requested_at.to_steady(end) - Seconds::from(batch.poll_group.timing.period);
                fleet.is_of_former(resource, start)
            });
            let series = (MetricId::of(query.resource.kind, query.metric), query.statistic);
            let Some((place, is_part)) = places.get(series, || self.place(series)) else { continue };
            let answer = Answer { result: result_of_query, requested_at: result.requested_at, age_limit };
            self.store((series.0, place), index, &answer);
            // The parts of a sum are queried of the resource itself.
            if is_part && query.role.is_none() {
                let part = Part { series, resource: &query.resource, index, result: result_of_query };
                self.sums.follow(&mut self.points, &part, result.requested_at.steady);
            }
            // Aggregates are queried because they are named; they are not the cluster's own metrics.
            if query.role.is_none() && result_of_query != QueryResult::Missing {
                responses.push((resource, query.metric, result_of_query.point().is_some()));
            }
        }
        self.record_responses(responses, now);
    }

    /// A metric responds if any of its statistics has a point; these are adjacent.
    fn record_responses(&mut self, mut responses: Vec<(ResourceIndex, &'static str, bool)>, now: Timestamp) {
        responses.sort_by_key(|(resource, ..)| *resource);
        for of_resource in responses.chunk_by(|one, other| one.0 == other.0) {
            let by_metric = of_resource.chunk_by(|one, other| one.1 == other.1);
            let round = by_metric.map(|of_metric| (of_metric[0].1, of_metric.iter().any(|(.., has_point)| *has_point)));
            self.history.record(of_resource[0].0, &round.collect::<Vec<_>>(), now);
        }
    }

    /// The place of a series, and whether it is part of a sum; `None` if it is not wanted.
    fn place(&mut self, series: Series) -> Option<(Place, bool)> {
        self.wanted.contains(&series).then(|| (self.points.place(series), self.sums.have(series)))
    }

    /// The age of a point is fixed when it is requested: a later step of the wall clock does not change it.
    fn store(&mut self, (metric, place): (MetricId, Place), index: ResourceIndex, answer: &Answer) {
        match answer.result {
            QueryResult::Newest(point) if self.selection.is_sentinel(metric, point.value) => {
                self.points.not_in_use(place, index);
            }
            QueryResult::Newest(mut point) => {
                let expires = answer.requested_at.to_steady(point.end) + answer.age_limit;
                if answer.requested_at.ahead() != self.ahead {
                    point.end = BEFORE_STEP;
                }
                self.points.put(place, index, Held { point, expires });
            }
            QueryResult::Empty => {
                let Answer { requested_at, age_limit, .. } = *answer;
                self.points.silent(place, index, requested_at.steady);
                self.points.expire_by(place, index, |end| requested_at.to_steady(end) + age_limit);
            }
            QueryResult::Missing => {}
        }
    }
}

/// A point that may be that of another resource counts as no result at all.
fn own_result(result: QueryResult, is_of_former: impl Fn(Timestamp) -> bool) -> QueryResult {
    if result.point().is_some_and(|point| is_of_former(point.end)) { QueryResult::Missing } else { result }
}
