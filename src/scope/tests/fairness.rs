//! Every metric is queried in time, however few calls can be made and whatever fails beside it.

use std::collections::{BTreeMap, VecDeque};

use proptest::prelude::*;

use super::*;
use crate::plan::{Batch, DueRound, PolledResource, ResponseHistory, Savings, due_by_resource};
use crate::resource::{Generation, ResourceIndex};
use crate::scope::remainder::Remainder;
use crate::scope::rounds::Rounds;
use crate::threshold::Resolved;

/// A batch is one of these, by its first query: the batches of a fleet that does not change.
type Key = (String, &'static str, &'static str);

fn key(batch: &Batch) -> Key {
    let query = &batch.queries[0];
    (query.resource.id.to_string(), query.metric, batch.poll_group.task().name())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// One call is made at a time. It takes so many seconds, and those of one batch always fail.
    #[test]
    fn no_batch_starves_while_calls_are_slow_and_another_one_fails(
        databases in 20_usize..120,
        seconds in 1_i64..40,
        poisoned in 0_usize..100,
    ) {
        let selection = Selection::of(&Config::default());
        let resources: Vec<_> =
            (0..databases).map(|number| Arc::new(fixture::without_limits(instance(&format!("db-{number:03}"))))).collect();
        let (resolved, history, nothing_saved) = (Resolved::default(), ResponseHistory::default(), Savings::default());
        let polled = || resources.iter().enumerate().map(|(position, resource)| {
            PolledResource { index: ResourceIndex::new(position), resource, resolved: &resolved }
        });
        let mut rounds = Rounds::new(&selection, "default/eu-west-1");
        let (mut queue, mut delivered, mut poison) = (VecDeque::new(), BTreeMap::<Key, Timestamp>::new(), None);
        for second in 0..3_600 {
            let now = START + Seconds::new(second);
            let due = |poll_group, remainder: &Remainder| {
                let round = DueRound { poll_group, savings: &nothing_saved, at: remainder.began };
                let last = remainder.last().unwrap_or_default().to_owned();
                let behind = polled().filter(move |one| *one.resource.arn > *last);
                due_by_resource(behind, &selection, &history, round)
            };
            let mut commands = rounds.due(now, Generation::default());
            commands.extend(rounds.next(now, (Generation::default(), false), due, |_| None));
            for command in commands {
                if let Command::Fetch(batch) = command {
                    delivered.entry(key(&batch)).or_insert(START);
                    queue.push_back(batch);
                }
            }
            if second.rem_euclid(seconds) > 0 {
                continue;
            }
            let Some(batch) = queue.pop_front() else { continue };
            let poison = poison.get_or_insert_with(|| key(queue.get(poisoned % (queue.len() + 1)).unwrap_or(&batch)));
            let answers = vec![QueryResult::Empty; batch.queries.len()];
            let reply = BatchResult { requested_at: Now::at(now), answers, counts: ResponseCounts::default() };
            let succeeds = *poison != key(&batch);
            rounds.ended(&batch, succeeds.then_some(&reply), now);
            if succeeds {
                delivered.insert(key(&batch), now);
            }
        }
        let end = START + Seconds::HOUR;
        // Between two deliveries of a batch the others have a turn, and what fails some.
        let calls = i64::try_from(delivered.len()).unwrap();
        for ((id, metric, task), last) in &delivered {
            let interval = match *task {
                "minute" => 60,
                "five_minutes" => 300,
                _ => 3_600,
            };
            let most = interval * 6 / 5 + (2 * calls + 12) * seconds;
            let is_poisoned = poison.as_ref() == Some(&(id.clone(), *metric, *task));
            let waited = (end - *last).get();
            prop_assert!(is_poisoned || waited <= most, "{} {} {}: {} s, {} calls", id, metric, task, waited, calls);
        }
    }
}
