//! A round of many batches: the next one is made when another has ended, and every metric has its turn once.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use super::*;
use crate::plan::{DueRound, PolledResource, QUERIES_PER_CALL, ResponseHistory, Savings, due_by_resource};
use crate::resource::{Generation, Resource, ResourceIndex};
use crate::scope::remainder::Remainder;
use crate::scope::rounds::{BATCHES, Rounds};
use crate::threshold::Resolved;

/// More than fill the batches that may wait.
const DATABASES: usize = 3_000;

/// Databases whose numbers are wanted, in the order of their ARNs.
fn fleet(is_wanted: fn(&usize) -> bool) -> Vec<Arc<Resource>> {
    let numbers = (0..DATABASES).filter(is_wanted);
    numbers.map(|number| Arc::new(fixture::without_limits(instance(&format!("db-{number:04}"))))).collect()
}

#[test]
fn every_metric_is_queried_once_in_full_batches_whatever_is_listed_meanwhile() {
    let selection = Selection::of(&Config::default());
    let (resolved, history, savings) = (Resolved::default(), ResponseHistory::default(), Savings::default());
    // Of every ten databases one is created while the round is under way, and one is deleted.
    let (before, after) = (fleet(|number| number % 10 != 0), fleet(|number| number % 10 != 5));
    let (mut listed, mut generation) = (&before, Generation::default());
    let mut rounds = Rounds::new(&selection, "default/eu-west-1");
    let mut commands = rounds.due(START, generation);
    let (mut queried, mut under_way, mut sizes) = (BTreeMap::new(), VecDeque::new(), Vec::new());
    loop {
        let due = |poll_group, remainder: &Remainder| {
            let behind = remainder.last().unwrap_or_default().to_owned();
            let polled = listed.iter().enumerate().filter(move |(_, resource)| *resource.arn > *behind);
            let polled = polled.map(|(position, resource)| PolledResource {
                index: ResourceIndex::new(position),
                resource,
                resolved: &resolved,
            });
            let round = DueRound { poll_group, savings: &savings, at: remainder.began };
            due_by_resource(polled, &selection, &history, round)
        };
        commands.extend(rounds.next(START, (generation, false), due, |_| None));
        under_way.extend(commands.drain(..).filter_map(|command| match command {
            Command::Fetch(batch) => Some(batch),
            _ => None,
        }));
        assert!(under_way.len() <= BATCHES, "{} batches", under_way.len());
        let Some(batch) = under_way.pop_front() else { break };
        for query in &batch.queries {
            let series = (query.resource.id.clone(), query.metric, query.statistic.to_string());
            *queried.entry(series).or_insert(0) += 1;
        }
        sizes.push(batch.queries.len());
        let answers = vec![QueryResult::Empty; batch.queries.len()];
        let reply = BatchResult { requested_at: Now::at(START), answers, counts: ResponseCounts::default() };
        rounds.ended(&batch, Some(&reply), START);
        if sizes.len() == BATCHES {
            (listed, generation) = (&after, generation.next());
        }
    }
    assert!(rounds.are_settled() && sizes.len() > 2 * BATCHES, "{} batches", sizes.len());
    assert!(queried.values().all(|times| *times == 1));
    let ids: BTreeSet<&str> = queried.keys().map(|(id, ..)| id.as_str()).collect();
    let stayed = fleet(|number| number % 10 != 0 && number % 10 != 5);
    assert!(stayed.iter().all(|resource| ids.contains(&*resource.id)));
    let metrics = |resource: &Arc<Resource>| queried.keys().filter(|(id, ..)| *id == resource.id).count();
    assert_eq!(metrics(&stayed[0]), metrics(stayed.last().unwrap()), "nothing is left out");
    // The last one of each poll group is not full, nor is that from the inventory before.
    let full = sizes.iter().filter(|size| **size * 100 >= QUERIES_PER_CALL * 98).count();
    assert!(sizes.len() - full <= 5, "{sizes:?}");
}
