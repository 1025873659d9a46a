//! Results of queries that were made from an earlier inventory: each goes to its database or is dropped.

use super::*;
use crate::plan::Batch;
use crate::time::Seconds;

/// Three databases that have not been polled since 59 s.
fn bench() -> Bench {
    let mut bench = Bench::new(Config::default(), ["beta", "delta", "gamma"].map(instance).into());
    bench.pass(120);
    bench
}

/// How long after its end a failed batch is tried again.
const RETRY: i64 = 60;

fn fetches(commands: Vec<Command>) -> impl Iterator<Item = Arc<Batch>> {
    commands.into_iter().filter_map(|command| if let Command::Fetch(batch) = command { Some(batch) } else { None })
}

/// What the next round queries, not answered yet.
fn fetched(bench: &mut Bench) -> Vec<Arc<Batch>> {
    for _ in 0..300 {
        bench.now += Seconds::new(1);
        let batches: Vec<_> = fetches(bench.scope.on(Event::Tick, bench.moment())).collect();
        if !batches.is_empty() {
            return batches;
        }
    }
    panic!("nothing is queried");
}

fn listed(bench: &mut Bench, instances: Vec<Described>) {
    bench.scope.on(Event::Listed(Lister::Instances, Some(shared(instances))), bench.moment());
}

/// The CPU that is a database's own, by the identifier that it had when it was queried.
const CPU_OF: [(&str, f64); 3] = [("beta", 10.0), ("delta", 20.0), ("gamma", 30.0)];

/// Ends the batches with a value for each CPU, or with none at all.
fn ended(bench: &mut Bench, batches: Vec<Arc<Batch>>, works: bool) {
    bench.values.extend(CPU_OF.map(|(id, value)| ((id, "CPUUtilization"), value)));
    for batch in batches {
        let answers = batch.queries.iter().map(|query| bench.point(query)).collect();
        let result = BatchResult { requested_at: bench.moment(), answers, counts: ResponseCounts::default() };
        bench.scope.on(Event::BatchEnded(batch, works.then_some(result)), bench.moment());
    }
}

/// The CPU that is served, by identifier.
fn served(bench: &mut Bench) -> Vec<(String, f64)> {
    let series = bench.series(CPU);
    ids(&series).into_iter().map(str::to_owned).zip(series.values().copied()).collect()
}

fn created_again(id: &str) -> Described {
    Described { resource_id: Some("db-NEW".into()), ..instance(id) }
}

/// The same database under another name.
fn renamed(id: &str, to: &str) -> Described {
    Described { resource_id: instance(id).resource_id, ..instance(to) }
}

/// `listings` come between the queries and their results.
#[track_caller]
fn check(listings: &[Vec<Described>], expected: &[(&str, f64)]) {
    let mut bench = bench();
    let batches = fetched(&mut bench);
    for instances in listings {
        listed(&mut bench, instances.clone());
    }
    ended(&mut bench, batches, true);
    let expected: Vec<_> = expected.iter().map(|(id, value)| ((*id).to_owned(), *value)).collect();
    assert_eq!(served(&mut bench), expected);
}

#[test]
fn a_result_goes_to_its_database_whatever_comes_and_goes_before_it() {
    check(&[], &CPU_OF);
    let more = ["alpha", "beta", "delta", "epsilon", "gamma"].map(instance);
    check(&[more.clone().into()], &CPU_OF);
    check(&[more.into(), vec![instance("gamma")]], &[("gamma", 30.0)]);
    check(&[vec![instance("delta")], ["alpha", "delta"].map(instance).into()], &[("delta", 20.0)]);
}

#[test]
fn a_result_of_a_database_that_is_renamed_deleted_or_created_again_is_dropped() {
    check(&[vec![created_again("beta"), instance("delta"), instance("gamma")]], &CPU_OF[1..]);
    check(&[vec![instance("beta"), instance("gamma")]], &[CPU_OF[0], CPU_OF[2]]);
    check(&[vec![], ["beta", "delta", "gamma"].map(instance).into()], &[]);
    // Each takes the place of another: beta is named gamma, gamma is named beta, delta is another one.
    check(&[vec![renamed("gamma", "beta"), created_again("delta"), renamed("beta", "gamma")]], &[]);
    check(&[vec![renamed("beta", "alpha"), instance("delta"), renamed("gamma", "delta-2")]], &[("delta", 20.0)]);
}

#[test]
fn a_batch_that_failed_is_tried_again_for_the_databases_that_are_still_there() {
    let mut bench = bench();
    let is_slow = |batch: &Arc<Batch>| batch.queries.iter().any(|query| query.metric == "ReadIOPS");
    let failed = loop {
        let batches = fetched(&mut bench);
        let slow: Vec<_> = batches.iter().filter(|batch| is_slow(batch)).cloned().collect();
        ended(&mut bench, batches, false);
        if !slow.is_empty() {
            break slow;
        }
    };
    bench.values.extend(CPU_OF.map(|(id, value)| ((id, "ReadIOPS"), value)));
    listed(&mut bench, ["alpha", "delta", "gamma"].map(instance).into());
    listed(&mut bench, vec![instance("alpha"), created_again("delta"), instance("gamma")]);
    let mut tried_again = Vec::new();
    for _ in 0..RETRY {
        bench.now += Seconds::new(1);
        tried_again.extend(fetches(bench.scope.on(Event::Tick, bench.moment())).filter(is_slow));
    }
    assert!(
        failed.iter().zip(&tried_again).all(|(one, other)| one.queries == other.queries) && !tried_again.is_empty()
    );
    ended(&mut bench, tried_again, true);
    let series = bench.series("aws_rds_read_iops_average");
    assert_eq!((ids(&series), series.values().copied().collect()), (vec!["gamma"], vec![30.0]));
}
