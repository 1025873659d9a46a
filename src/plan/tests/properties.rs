//! What holds for every plan.

use super::*;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn every_pair_is_asked_once_in_full_batches_and_no_metric_is_torn(instances in 0_usize..40) {
        let batches = packed(instances);
        let mut queried = BTreeSet::new();
        for batch in &batches {
            prop_assert!(batch.queries.len() <= QUERIES_PER_CALL);
            for query in &batch.queries {
                prop_assert!(queried.insert((query.resource.id.clone(), query.metric, query.statistic)), "queried twice");
            }
        }
        let selection = Selection::of(&Config::default());
        let wanted: usize = of_instances(&selection).map(|selected| selected.statistics.len()).sum();
        prop_assert_eq!(queried.len(), wanted * instances);
        for pair in batches.windows(2) {
            let (last, next) = (pair[0].queries.last().unwrap(), &pair[1].queries[0]);
            prop_assert!(last.metric != next.metric || last.resource.id != next.resource.id, "a metric stands in two calls");
            let torn = pair[1].queries.iter().take_while(|query| query.metric == next.metric).count();
            prop_assert!(pair[0].queries.len() + torn > QUERIES_PER_CALL, "a batch was left with room");
        }
    }

    #[test]
    fn no_more_calls_are_made_than_the_largest_metric_makes_necessary(
        statistics in prop::collection::vec(1_usize..=10, 1..2_000),
    ) {
        let batches = packed_with(&statistics);
        let (queries, largest) = (statistics.iter().sum::<usize>(), statistics.iter().max().unwrap());
        prop_assert!(batches.len() <= queries.div_ceil(QUERIES_PER_CALL + 1 - largest));
        prop_assert_eq!(batches.iter().map(|batch| batch.queries.len()).sum::<usize>(), queries);
        prop_assert!(batches.iter().all(|batch| batch.queries.len() <= QUERIES_PER_CALL));
        let (_, full) = batches.split_last().unwrap();
        let in_full: usize = full.iter().map(|batch| batch.queries.len()).sum();
        prop_assert!(in_full * 100 >= full.len() * QUERIES_PER_CALL * 98, "less than 98 % full");
        let billed: usize = batches.iter().map(|batch| billed_metrics(&batch.queries)).sum();
        let least: usize = statistics.iter().map(|count| count.div_ceil(STATISTICS_PER_BILLED_METRIC)).sum();
        prop_assert_eq!(billed, least, "a metric in two calls is billed twice");
    }

    #[test]
    fn rounds_are_never_closer_than_an_interval_and_soon_on_the_grid(
        start in 0_i64..1_000_000,
        interval in prop_oneof![1_i64..=60, Just(300), Just(3_600), Just(86_400)],
    ) {
        let group = usual(interval);
        let mut last = at(start);
        for round in 0..12 {
            let next = group.next_due("prod/eu-west-1", last);
            let gap = (next - last).get();
            prop_assert!((interval..=interval * 6 / 5).contains(&gap), "{}", gap);
            prop_assert!(round < 10 || gap == interval, "not on the grid after {} rounds", round);
            last = next;
        }
        let after_publication = (last.as_second() - 125).rem_euclid(interval);
        prop_assert!(after_publication < 15, "{} s after the datapoint", after_publication);
    }
}

/// The poll group of an interval with the default timing.
fn usual(interval: i64) -> PollGroup {
    let (period, age_limit) = match Period::covering(Seconds::new(interval)) {
        Period::Minute => (Period::Minute, 420),
        Period::FiveMinutes => (Period::FiveMinutes, 840),
        Period::Hour => (Period::Hour, 6 * 3_600),
        Period::Day => (Period::Day, 72 * 3_600),
    };
    let group = poll_group(interval, period, 600);
    PollGroup { timing: Timing { age_limit: Seconds::new(age_limit), ..group.timing }, ..group }
}

/// Metrics with so many statistics each, packed.
fn packed_with(statistics: &[usize]) -> Vec<Batch> {
    let resource = resource("orders");
    let selection = Selection::of(&Config::default());
    let rows: Vec<&Selected> = of_instances(&selection).collect();
    let percentiles = |count: usize| (0..).take(count).map(|index| Statistic::Percentile(90_000 + index)).collect();
    let selected: Vec<Selected> = statistics
        .iter()
        .zip(rows.iter().cycle())
        .map(|(count, row)| Selected { statistics: percentiles(*count), ..(*row).clone() })
        .collect();
    let dimensions = resource.kind.dimensions;
    let due: Vec<_> = selected
        .iter()
        .enumerate()
        .map(|(number, selected)| {
            let index = ResourceIndex::new(number);
            DueMetric { index, resource: &resource, dimensions, role: None, selected }
        })
        .collect();
    batches(due, minute(), Generation::default())
}
