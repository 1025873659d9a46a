//! Fleets from files, from seeds, and of the demonstration.

use super::*;

#[test]
fn a_fleet_file_is_checked() {
    let check = |inner: &str, expected: &str| {
        let text = format!(r#"{{"home_account":"1","accounts":{{"1":{{"eu-west-1":{{{inner}}}}}}}}}"#);
        let error = Fleet::from_json(&text).unwrap_err();
        let chain =
            format!("{error} {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
        assert!(chain.contains(expected), "{chain}");
    };
    check(r#""instances":{"a":{"engine":"mysql","cluster":"c"}}"#, "`a` in the fleet file names the cluster `c`");
    check(r#""instances":{"a":{"engine":"mysql","source":"b"}}"#, "names the source `b`");
    check(r#""instances":{"a":{}}"#, "`a` in the fleet file has no engine");
    check(r#""instances":{"a":{"engin":"mysql"}}"#, "unknown field `engin`");
    check(r#""clusters":{"c":{"engine":"aurora-mysql","writer":"w"}}"#, "names the writer `w`");
    check(r#""metrics":{"ledger":{}}"#, "`ledger`");
}

#[test]
fn a_seeded_fleet_is_mixed_and_the_same_for_the_same_seed() {
    let fleet = Fleet::seeded(1, 1000);
    assert_eq!(fleet, Fleet::seeded(1, 1000));
    assert_ne!(fleet, Fleet::seeded(2, 1000));
    let region = &fleet.accounts[ACCOUNT]["eu-west-1"];
    assert_eq!(region.instances.len(), 1000);
    let share = |wanted: fn(&Instance) -> bool| region.instances.values().filter(|instance| wanted(instance)).count();
    let near = |count: usize, expected: usize| count.abs_diff(expected) <= 50;
    assert!(
        near(share(|instance| instance.engine == "postgres"), 350),
        "{}",
        share(|instance| instance.engine == "postgres")
    );
    assert!(
        near(share(|instance| instance.engine == "mysql"), 250),
        "{}",
        share(|instance| instance.engine == "mysql")
    );
    assert!(
        near(share(|instance| instance.cluster.is_some()), 280),
        "{}",
        share(|instance| instance.cluster.is_some())
    );
    assert!(share(|instance| instance.status == "stopped") > 0 && share(|instance| instance.source.is_some()) > 0);
}

#[test]
fn in_the_demo_one_database_crosses_its_level_and_another_does_not() {
    let fleet = Fleet::demo();
    let timing = Timing { started: NOON, speed: fleet.speed, delay: 0, live: true };
    let simulation = Simulation::new(fleet, timing);
    let scope = Scope { account: ACCOUNT.to_owned(), region: "eu-west-1".to_owned() };
    let value = |id: &str, after: i64| {
        let now = NOON + after;
        let series = simulation.series(&scope, &format!("DBInstanceIdentifier={id}"), "CPUUtilization").unwrap();
        series.sample(now.div_euclid(60) * 60 - 60, now).unwrap()
    };
    for (after, range) in [
        (0, 60.0..64.0),
        (15, 84.0..88.0),
        (30, 93.0..95.0),
        (600, 93.0..95.0),
        (2_390, 93.0..95.0),
        (2_500, 60.0..64.0),
        (3_615, 84.0..88.0),
        (3_630, 93.0..95.0),
    ] {
        assert!(range.contains(&value("orders", after)), "orders after {after} s: {}", value("orders", after));
        assert!(value("billing", after) < 97.0);
    }
}
