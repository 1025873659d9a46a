//! How long a status that should pass has lasted, as far as plimsoll has seen.

use super::*;

const SINCE: &str = "aws_rds_transition_start_timestamp_seconds";
const HOUR: i64 = 3_600;

fn in_status(id: &str, status: &str) -> Described {
    Described { status: status.into(), ..instance(id) }
}

fn since(bench: &mut Bench) -> Vec<i64> {
    #[expect(clippy::cast_possible_truncation, reason = "whole seconds")]
    let seconds = |value: f64| value as i64 - START.as_second();
    bench.series(SINCE).into_values().map(seconds).collect()
}

/// Databases that are listed every minute and not polled.
fn bench(instances: Vec<Described>) -> Bench {
    let mut config = Config::default();
    config.metrics.profile = Profile::None;
    config.polling.discovery = std::time::Duration::from_mins(1);
    Bench::new(config, instances)
}

#[test]
fn it_counts_from_the_first_listing_with_the_status_and_stands_still_beside_its_level() {
    let mut bench = bench(vec![in_status("orders", "modifying"), in_status("billing", "available")]);
    bench.pass(HOUR);
    assert_eq!(since(&mut bench), [1]);
    assert_eq!(bench.series("aws_rds_status_age_threshold").into_values().collect::<Vec<_>>(), [21_600.0]);
    // Another status counts anew, and one that may last does not count.
    bench.instances = Some(vec![in_status("orders", "rebooting")]);
    bench.pass(60);
    let rebooting = since(&mut bench);
    assert!(rebooting[0] > HOUR && rebooting[0] <= HOUR + 60, "{rebooting:?}");
    bench.instances = Some(vec![in_status("orders", "storage-optimization")]);
    bench.pass(60);
    assert!(since(&mut bench).is_empty());
}

#[test]
fn a_database_that_is_created_again_and_a_clock_that_is_set_are_no_age() {
    let mut bench = bench(vec![in_status("orders", "creating")]);
    bench.pass(HOUR);
    bench.ahead = Seconds::HOUR;
    bench.pass(60);
    assert_eq!(since(&mut bench), [HOUR + 1], "the age stays an hour");
    bench.instances = Some(vec![Described { resource_id: Some("db-new".into()), ..in_status("orders", "creating") }]);
    bench.pass(60);
    assert!(since(&mut bench)[0] > 2 * HOUR);
}

#[test]
fn a_status_that_a_member_shares_with_its_cluster_counts_for_the_cluster() {
    let (cluster, mut members) = aurora("shop", &[("shop-1", Role::Writer), ("shop-2", Role::Reader)], &[]);
    members[0].status = "upgrading".into();
    members[1].status = "rebooting".into();
    let mut bench = bench(members);
    bench.clusters = Some(vec![Described { status: "upgrading".into(), ..cluster }]);
    bench.pass(60);
    assert_eq!(bench.series(SINCE).len(), 2, "the cluster and shop-2");
    assert_eq!(ids(&bench.series(SINCE)), ["shop-2"]);
}
