//! A restart of plimsoll: what was saved is served at once, no value becomes younger, and no level is lost.

use proptest::prelude::*;

use super::*;
use crate::resource::{OptionalAnswer, Setting};

/// A database with a level and with its identifier.
fn orders() -> Described {
    tagged("orders", &[("plimsoll/CPUUtilization", "90")])
}

fn bench(instances: Vec<Described>) -> Bench {
    let config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    Bench::new(config, instances).value("orders", "CPUUtilization", 50.0)
}

/// The text of what is saved, and the same read again.
fn saved(bench: &Bench) -> SavedScope<'static> {
    let saved = bench.scope.saved(bench.moment());
    let text = serde_json::to_string(&saved).unwrap();
    let read: SavedScope<'static> = serde_json::from_str(&text).unwrap();
    assert_eq!(read, saved);
    read
}

/// The same AWS with a new process, so many seconds later by the wall clock, and before any answer.
fn restart(bench: Bench, config: Config, seconds: i64) -> Bench {
    let saved = saved(&bench);
    let start = bench.moment().wall + Seconds::new(seconds);
    let fresh = Bench::since(start, config, Vec::new());
    let mut after = Bench { scope: fresh.scope, now: start, ahead: Seconds::ZERO, logged: Vec::new(), ..bench };
    after.feed(Event::Restored(Box::new(saved)));
    after
}

fn again(bench: Bench, seconds: i64) -> Bench {
    restart(bench, Config { defaults: DefaultsMode::Off, ..Config::default() }, seconds)
}

/// How many values and how many levels are served.
fn served(bench: &mut Bench) -> (usize, usize) {
    (bench.series(CPU).len(), bench.series(CPU_THRESHOLD).len())
}

/// When the only value expires, by the wall clock.
fn expiry(bench: &mut Bench) -> Timestamp {
    let snapshot = bench.snapshot();
    let column = snapshot.columns.iter().find(|(family, _)| family.name == CPU).unwrap().1;
    bench.moment().to_wall(column.extra(&column.samples.get(0).unwrap()).expires)
}

#[test]
fn values_and_levels_are_served_before_any_answer_and_values_expire_as_they_would_have() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.cloudwatch_works = false;
    let expires = expiry(&mut before);
    let mut after = again(before, 30);
    assert_eq!((served(&mut after), expiry(&mut after)), ((1, 1), expires));
    assert!(!after.scope.is_ready(), "nothing was polled yet");
    after.pass((expires - after.now).get() - 1);
    assert_eq!(served(&mut after), (1, 1));
    after.pass(1);
    assert_eq!(served(&mut after), (0, 1));
}

#[test]
fn a_value_that_became_too_old_meanwhile_is_not_served() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    assert_eq!(served(&mut again(before, 420)), (0, 1));
}

#[test]
fn the_first_answer_replaces_what_was_restored() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    let mut after = again(before, 30).value("orders", "CPUUtilization", 60.0);
    after.pass(2);
    assert_eq!(after.series(CPU).into_values().collect::<Vec<_>>(), [60.0]);
}

#[test]
fn while_aws_refuses_to_list_levels_stay_and_metrics_are_polled() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.instances = None;
    before.clusters = None;
    let mut after = again(before, 3_600);
    after.pass(300);
    assert_eq!(served(&mut after), (1, 1));
    assert!(after.logged.is_empty(), "{:?}", after.logged);
}

#[test]
fn a_second_restart_keeps_what_the_first_one_kept_until_the_listing_is_a_week_old() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.instances = None;
    let mut after = again(before, 4 * 86_400);
    after.pass(60);
    assert_eq!(served(&mut after), (1, 1));
    let mut third = again(after, 2 * 86_400);
    assert_eq!(served(&mut third), (0, 1));
    assert_eq!(served(&mut again(third, 2 * 86_400)), (0, 0));
}

#[test]
fn a_database_that_was_created_again_has_nothing_of_the_old_one() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.cloudwatch_works = false;
    before.instances = Some(vec![Described { resource_id: Some("db-NEW".into()), ..instance("orders") }]);
    let mut after = again(before, 30);
    after.pass(2);
    assert_eq!(served(&mut after), (0, 0));
}

/// From the listing that shows `listed`, a restart comes so many seconds later. CloudWatch returns points under the name
/// `orders` that are two minutes old, those of the former database at first.
#[track_caller]
fn no_value_of_the_former_database_is_served(mut before: Bench, listed: Vec<Described>, seconds: i64) {
    before.instances = Some(listed);
    let since = loop {
        before.pass(1);
        if before.scope.fleet.watched().any(|one| one.named_since == before.now) {
            break before.now;
        }
    };
    before.pass(seconds);
    let mut after = again(before, 5);
    while served(&mut after).0 == 0 {
        after.pass(1);
        assert!(after.now < since + Seconds::new(400), "its own values are served at last");
    }
    let period_began = after.now - Seconds::new(120 + 60);
    assert!(period_began >= since, "{seconds}: the point is older than the name");
    assert_eq!(served(&mut again(after, 0)), (1, 1), "what is its own is restored");
}

#[test]
fn a_database_that_has_the_name_of_another_one_never_shows_its_values_over_a_restart() {
    let green = || Described { resource_id: Some("db-GREEN".into()), ..orders() };
    for seconds in [0, 30, 90] {
        let mut switched = bench(vec![orders()]);
        switched.pass(61);
        no_value_of_the_former_database_is_served(switched, vec![green()], seconds);
    }
    // The name is free when plimsoll ends.
    let mut freed = bench(vec![orders(), tagged("sales", &[])]);
    freed.pass(61);
    freed.instances = Some(vec![tagged("sales", &[])]);
    freed.pass(120);
    no_value_of_the_former_database_is_served(again(freed, 5), vec![green()], 30);
}

#[test]
fn a_name_is_not_lost_because_the_clock_was_set_back() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.instances = Some(vec![Described { resource_id: Some("db-GREEN".into()), ..orders() }]);
    before.pass(120);
    let mut after = again(before, -3_600);
    after.pass(300);
    assert_eq!(served(&mut after), (1, 1), "its values are those since now");
}

#[test]
fn values_from_the_future_are_refused_and_levels_are_not() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    assert_eq!(served(&mut again(before, -1)), (0, 1));
}

/// The same, `passed` seconds later by the clock of the machine.
fn again_at(bench: Bench, seconds: i64, (boot, passed): (&'static str, i64)) -> Bench {
    let uptime = |boot: &'static str, seconds| Uptime { boot: boot.into(), seconds };
    let saved = SavedScope { uptime: Some(uptime("one", 1_000)), ..saved(&bench) };
    let start = bench.moment().wall + Seconds::new(seconds);
    let fresh = Bench::since(start, Config { defaults: DefaultsMode::Off, ..Config::default() }, Vec::new());
    let mut after = Bench { scope: fresh.scope, now: start, ahead: Seconds::ZERO, logged: Vec::new(), ..bench };
    after.feed(Event::Restored(Box::new(saved.compared(Some(&uptime(boot, 1_000 + passed)), start))));
    after
}

#[test]
fn a_clock_that_was_set_while_plimsoll_was_down_makes_no_value_younger() {
    // Seconds that passed by the wall clock and by that of the machine, and whether values are still young enough.
    for (wall, passed, is_served) in
        [(30, 30, true), (31, 30, true), (10, 100, true), (10, 500, false), (-3_600, 100, true), (3_600, 100, true)]
    {
        let mut before = bench(vec![orders()]);
        before.pass(61);
        before.cloudwatch_works = false;
        let left = (expiry(&mut before) - before.moment().wall).get();
        let mut after = again_at(before, wall, ("one", passed));
        assert_eq!(served(&mut after), (usize::from(is_served), 1), "{wall} {passed}");
        if is_served {
            let off_by_one = if (wall - passed).abs() <= 2 { wall - passed } else { 0 };
            after.pass(left - passed - off_by_one - 1);
            assert_eq!(served(&mut after), (1, 1), "{wall} {passed}");
            after.pass(1);
            assert_eq!(served(&mut after), (0, 1), "{wall} {passed}");
        }
    }
    let mut before = bench(vec![orders()]);
    before.pass(61);
    assert_eq!(served(&mut again_at(before, -1, ("another run of the machine", 30))), (0, 1));
}

#[test]
fn a_clock_that_was_set_while_plimsoll_ran_makes_no_value_younger() {
    for hours in [-1, 1] {
        let mut before = bench(vec![orders()]);
        before.pass(61);
        before.cloudwatch_works = false;
        before.ahead = hours * Seconds::HOUR;
        before.pass(100);
        let left = (expiry(&mut before) - before.moment().wall).get();
        let mut after = again(before, 0);
        after.pass(left - 1);
        assert_eq!(served(&mut after), (1, 1), "{hours}");
        after.pass(1);
        assert_eq!(served(&mut after), (0, 1), "{hours}");
    }
}

#[test]
fn a_share_of_the_connections_goes_by_the_same_parameter_group() {
    let name = GroupName { lister: Lister::Instances, name: "tuned".into() };
    let group = ParameterGroup { name: name.clone(), statuses: vec![("orders".into(), "in-sync".into())] };
    let mut orders = tagged("orders", &[("plimsoll/DatabaseConnections", "50pct")]);
    orders.facts.ordered.parameter_group = Some(group);
    let mut before = bench(vec![orders]);
    before.parameters.insert(name, ParameterRead::Found(Setting::Number(500.0)));
    before.pass(200);
    let level =
        |bench: &mut Bench| bench.series("aws_rds_database_connections_threshold").into_values().collect::<Vec<_>>();
    assert_eq!(level(&mut before), [250.0]);
    before.parameters.clear();
    let mut after = again(before, 30);
    assert_eq!(level(&mut after), [250.0]);
    after.pass(300);
    assert_eq!(level(&mut after), [250.0], "the group may not be read any more");
}

#[test]
fn dates_of_optional_calls_are_kept_as_long_as_without_a_restart() {
    const DATE: &str = "aws_rds_forced_maintenance_timestamp_seconds";
    let mut before = bench(vec![orders()]);
    let dates = [(orders().arn.to_string(), 1_800_500_000.0)].into();
    before.optional.insert(OptionalCall::Maintenance, OptionalRead::Found(OptionalAnswer::Maintenance(dates)));
    before.pass(5);
    before.optional.clear();
    let mut after = again(before, 3_600);
    assert_eq!(after.series(DATE).len(), 1);
    assert_eq!(again(after, 6 * 3_600).series(DATE).len(), 0);
}

#[test]
fn tags_that_are_all_missing_in_the_first_listing_are_kept() {
    let tags = [("plimsoll/CPUUtilization", "90")];
    let mut before = bench(["a", "b", "c"].map(|id| tagged(id, &tags)).to_vec());
    before.pass(61);
    before.instances = Some(["a", "b", "c"].map(instance).to_vec());
    let mut after = again(before, 30);
    after.pass(300);
    assert_eq!(after.series(CPU_THRESHOLD).len(), 3);
    assert!(after.logged.iter().any(|event| matches!(event, LogEvent::TagsLost { resources: 3, .. })));
}

#[test]
fn a_level_that_changed_meanwhile_is_logged() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    before.instances = Some(vec![tagged("orders", &[("plimsoll/CPUUtilization", "95")])]);
    let mut after = again(before, 30);
    after.pass(2);
    assert!(after.logged.iter().any(|event| matches!(event, LogEvent::Changed { .. })), "{:?}", after.logged);
}

#[test]
fn what_the_configuration_does_not_watch_any_more_is_not_restored() {
    let mut before = bench(vec![orders()]);
    before.pass(61);
    let mut none = Config { defaults: DefaultsMode::Off, ..Config::default() };
    none.metrics.profile = Profile::None;
    none.catalog = crate::catalog::Catalog::of(&[]);
    assert_eq!(served(&mut restart(before, none, 30)), (0, 0));
}

#[test]
fn aggregates_of_members_are_restored_in_their_roles() {
    let toml = "[metrics.CPUUtilization]\naggregates = [\"writer\", \"reader\"]";
    let config = || crate::config::file::parse(toml, "").unwrap().config;
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer), ("shop-2", Role::Reader)], &[]);
    let mut before = Bench::new(config(), members).value("shop/WRITER", "CPUUtilization", 70.0);
    before.clusters = Some(vec![cluster]);
    before.pass(61);
    let series = before.series(CPU);
    assert_eq!(series.len(), 1, "{series:?}");
    assert_eq!(restart(before, config(), 30).series(CPU), series);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn whatever_aws_returned_is_read_again_as_it_was_saved(
        tags in proptest::collection::btree_map(".*", ".*", 0..4),
        id in "[a-z]\\PC{0,20}",
        status in "\\PC*",
        gib in proptest::option::of(0.0..1e12),
        value in proptest::num::f64::NORMAL | proptest::num::f64::ZERO,
    ) {
        let mut described = Described { id: id.into(), status: status.into(), tags: tags.into(), ..orders() };
        described.figures.allocated_storage_bytes = gib;
        let mut bench = bench(vec![described, tagged("billing", &[])]).value("billing", "CPUUtilization", value);
        bench.pass(3);
        saved(&bench);
    }
}
