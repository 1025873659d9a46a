//! Levels that hang on what a database has wait with a changed denominator until a datapoint has seen the change too.
//!
//! A resize must not page the team that just made it: the new level over the old datapoint would be crossed at once.

use std::collections::BTreeMap;

use crate::catalog::Denominator::MaxConnections;
use crate::catalog::Row;
use crate::plan::{Batch, BatchResult};
use crate::resource::{Capacity, LimitSource, Resource};
use crate::threshold::denominator::current;
use crate::time::{Seconds, Timestamp};

/// How long a level waits at most: as long as CloudWatch needs for a period of five minutes, twice over.
const PATIENCE: Seconds = Seconds::new(30 * 60);

/// The metrics that still go by their former denominator, by ARN.
#[derive(Debug, Default)]
pub(super) struct DenominatorHold {
    waiting: BTreeMap<String, BTreeMap<&'static str, Waiting>>,
}

#[derive(Debug, Clone, Copy)]
struct Waiting {
    row: &'static Row,
    former: f64,
    since: Timestamp,
}

impl DenominatorHold {
    /// Compares a resource with what it was, if it is the same one; `judged` are the metrics with a level on it.
    pub(super) fn compare(
        &mut self,
        before: &Resource,
        after: &Resource,
        judged: impl Iterator<Item = &'static Row>,
        now: Timestamp,
    ) {
        if before.resource_id != after.resource_id {
            self.waiting.remove(&*after.arn);
            return;
        }
        if before.capacity == after.capacity && before.figures == after.figures {
            return;
        }
        let known_better = is_known_better(&before.capacity, &after.capacity);
        let of_connections = |row: &&Row| row.alert.is_some_and(|alert| alert.relative_to == Some(MaxConnections));
        let mut of_resource = self.waiting.remove(&*after.arn).unwrap_or_default();
        let of_kind = judged.filter(|row| row.kind == after.kind);
        for row in of_kind.filter(|row| !(known_better && of_connections(row))) {
            if let (Some(old), Some(new)) = (current(row, before), current(row, after)) {
                hold(&mut of_resource, row, (old, new), now);
            }
        }
        if !of_resource.is_empty() {
            self.waiting.insert(after.arn.to_string(), of_resource);
        }
    }

    /// The former denominators that a resource's metrics still go by.
    pub(super) fn held(&self, arn: &str) -> BTreeMap<&'static str, f64> {
        let waiting = self.waiting.get(arn).into_iter().flatten();
        waiting.map(|(metric, waiting)| (*metric, waiting.former)).collect()
    }

    /// Takes note of a datapoint whose period began at `start`; returns whether a level need not wait any more. A sum is
    /// seen with its parts.
    fn seen(&mut self, arn: &str, metric: &str, start: Timestamp) -> bool {
        let Some(of_resource) = self.waiting.get_mut(arn) else { return false };
        let before = of_resource.len();
        of_resource.retain(|name, waiting| {
            let is_seen = *name == metric || waiting.row.provider.is_from(metric);
            !(is_seen && start >= waiting.since)
        });
        of_resource.len() < before
    }

    /// Ends the holds of metrics that have a datapoint from after the change; returns whether there was any.
    pub(super) fn observe(&mut self, batch: &Batch, result: &BatchResult) -> bool {
        if self.waiting.is_empty() {
            return false;
        }
        let period = Seconds::from(batch.poll_group.timing.period);
        let mut any = false;
        let own = batch.queries.iter().zip(&result.answers).filter(|(query, _)| query.role.is_none());
        for (query, point) in own.filter_map(|(query, answer)| Some((query, answer.point()?))) {
            let start = result.requested_at.to_steady(point.end) - period;
            any |= self.seen(&query.resource.arn, query.metric, start);
        }
        any
    }

    /// Forgets what has waited long enough; returns whether there was any.
    pub(super) fn give_up(&mut self, now: Timestamp) -> bool {
        let mut any = false;
        self.waiting.retain(|_, of_resource| {
            let before = of_resource.len();
            of_resource.retain(|_, waiting| now - waiting.since < PATIENCE);
            any |= of_resource.len() < before;
            !of_resource.is_empty()
        });
        any
    }
}

#[expect(clippy::float_cmp, reason = "the same computation of the same facts gives the same number")]
fn hold(holds: &mut BTreeMap<&'static str, Waiting>, row: &'static Row, (old, new): (f64, f64), now: Timestamp) {
    if old == new {
        return;
    }
    let former = holds.get(row.metric).map_or(old, |waiting| waiting.former);
    if former == new {
        holds.remove(row.metric);
    } else {
        holds.insert(row.metric, Waiting { row, former, since: now });
    }
}

/// Whether the connection limit did not change but is known from another source now: a tag, or a parameter group that was read for the first time.
fn is_known_better(before: &Capacity, after: &Capacity) -> bool {
    let source = |capacity: &Capacity| capacity.max_connections.map(|limit| limit.source);
    source(after) == Some(LimitSource::Tag) || source(before) != source(after)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalog;
    use crate::resource::{Described, Figures, Limit, fixture};

    const METRIC: &str = "FreeStorageSpace";

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second)
    }

    fn sized(gib: f64) -> Resource {
        let figures = Figures { allocated_storage_bytes: Some(gib), ..Figures::default() };
        fixture::without_limits(Described { figures, ..fixture::instance("orders") })
    }

    fn denominator_hold(changes: &[(f64, i64)]) -> (DenominatorHold, String) {
        let mut denominator_hold = DenominatorHold::default();
        let mut before = sized(100.0);
        for (size, now) in changes {
            let after = sized(*size);
            denominator_hold.compare(&before, &after, catalog::rows().filter(|row| row.metric == METRIC), at(*now));
            before = after;
        }
        (denominator_hold, before.arn.to_string())
    }

    #[test]
    fn a_datapoint_that_saw_the_change_ends_the_wait() {
        let (mut denominator_hold, arn) = denominator_hold(&[(200.0, 1_000)]);
        assert_eq!(denominator_hold.held(&arn), BTreeMap::from([(METRIC, 100.0)]));
        assert!(!denominator_hold.seen(&arn, METRIC, at(999)), "its period began before the change");
        assert!(!denominator_hold.seen(&arn, "CPUUtilization", at(1_000)));
        assert!(!denominator_hold.seen("another", METRIC, at(1_000)));
        assert!(denominator_hold.seen(&arn, METRIC, at(1_000)));
        assert!(denominator_hold.held(&arn).is_empty());
    }

    #[test]
    fn nobody_waits_longer_than_half_an_hour() {
        let (mut denominator_hold, arn) = denominator_hold(&[(200.0, 1_000)]);
        assert!(!denominator_hold.give_up(at(999) + PATIENCE));
        assert!(denominator_hold.give_up(at(1_000) + PATIENCE));
        assert!(denominator_hold.held(&arn).is_empty());
        assert!(!denominator_hold.give_up(at(1_000) + PATIENCE));
    }

    #[test]
    fn a_second_change_waits_with_the_first_denominator_and_a_change_back_ends_the_wait() {
        let (settling_twice, arn) = denominator_hold(&[(200.0, 1_000), (400.0, 1_100)]);
        assert_eq!(settling_twice.held(&arn), BTreeMap::from([(METRIC, 100.0)]));
        let (settling_back, arn) = denominator_hold(&[(200.0, 1_000), (100.0, 1_100)]);
        assert!(settling_back.held(&arn).is_empty());
    }

    #[test]
    fn a_connection_limit_that_is_told_anew_does_not_wait() {
        let with = |value, source| {
            let capacity = Capacity { max_connections: Some(Limit { value, source }), ..Capacity::default() };
            Resource { capacity, ..fixture::without_limits(fixture::instance("orders")) }
        };
        let check = |before: Resource, after: Resource, waits: bool| {
            let mut denominator_hold = DenominatorHold::default();
            denominator_hold.compare(
                &before,
                &after,
                catalog::rows().filter(|row| row.metric == "DatabaseConnections"),
                at(1_000),
            );
            assert_eq!(!denominator_hold.held(&after.arn).is_empty(), waits, "{:?}", after.capacity.max_connections);
        };
        check(with(811.0, LimitSource::Formula), with(500.0, LimitSource::ParameterGroup), false);
        check(with(300.0, LimitSource::Tag), with(500.0, LimitSource::Tag), false);
        check(with(811.0, LimitSource::Formula), with(1_622.0, LimitSource::Formula), true);
        check(with(500.0, LimitSource::ParameterGroup), with(700.0, LimitSource::ParameterGroup), true);
    }

    #[test]
    fn a_database_made_anew_owes_nothing_to_the_old_one() {
        let (mut denominator_hold, arn) = denominator_hold(&[(200.0, 1_000)]);
        let anew = Described { resource_id: Some("db-NEW".into()), ..Described::clone(&sized(300.0).described) };
        let anew = fixture::without_limits(anew);
        denominator_hold.compare(&sized(200.0), &anew, catalog::rows(), at(1_100));
        assert!(denominator_hold.held(&arn).is_empty());
    }
}
