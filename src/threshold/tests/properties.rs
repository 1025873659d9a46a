//! What holds for every tag that RDS accepts.

use proptest::prelude::*;

use super::shares::measured;
use super::*;

/// What RDS allows in keys and values.
const ALPHABET: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,30}";

fn values() -> impl Strategy<Value = String> {
    let near = r"[0-9]{1,3}(pct|GiB|ms| GB)?( ?/ ?([0-9]{1,3}(pct|GiB)?|-))?";
    prop_oneof![ALPHABET, near, Just("off".to_owned()), Just("80/90".to_owned()), Just("yes".to_owned())]
}

fn keys() -> impl Strategy<Value = String> {
    let metric = prop::sample::select(vec![
        "CPUUtilization",
        "cpuutilization",
        "FreeStorageSpace",
        "FreeableMemory",
        "AuroraReplicaLag",
    ]);
    let severity = prop::sample::select(vec!["", "/warning", "/critical", "/Critical", "/page", "/mute"]);
    let known = (metric, severity).prop_map(|(metric, severity)| format!("plimsoll/{metric}{severity}"));
    prop_oneof![3 => known, 1 => ALPHABET.prop_map(|rest| format!("plimsoll/{rest}")), 1 => ALPHABET]
}

proptest! {
    #[test]
    fn a_tag_is_understood_or_an_issue(key in keys(), value in values()) {
        let resolved = resolve(&postgres(&[(&key, &value)]), None, &silent(), &Selection::of(&silent()), "default");
        let understood = !(resolved.thresholds.is_empty() && resolved.off.is_empty() && resolved.mutes.is_empty());
        let refused = resolved.issues.len() == 1;
        let harmless = !key.starts_with("plimsoll/")
            || key.ends_with("max-connections")
            || parse(&value, 2, Writer::Tag) == Ok(Written::Off);
        prop_assert!(!(understood && refused));
        prop_assert!(understood || refused || harmless, "{key:?} = {value:?}");
    }

    #[test]
    fn ladders_stay_in_order_and_unique(
        own in prop::collection::btree_map(keys(), values(), 0..6),
        inherited in prop::collection::btree_map(keys(), values(), 0..6),
        full in any::<bool>(),
    ) {
        let mode = if full { DefaultsMode::Full } else { DefaultsMode::Warning };
        let config = Config { defaults: mode, ..Config::default() };
        let (mut instance, mut parent) = (member(&[]), cluster(&[]));
        (instance.tags, parent.tags) = (own, inherited);
        let instance = measured(instance, Some(&parent), &config);
        let resolved = resolve(&instance, Some(&parent), &config, &Selection::of(&config), "default");
        for pair in resolved.thresholds.windows(2) {
            prop_assert!((pair[0].metric, pair[0].severity) < (pair[1].metric, pair[1].severity));
            let row = crate::catalog::find(pair[0].metric).unwrap();
            let levels = [Some(pair[0].value), Some(pair[1].value)];
            prop_assert!(pair[0].metric != pair[1].metric || row.alert.unwrap().bad.in_order(&levels));
        }
    }

    #[test]
    fn spelling_decides_nothing(first in values(), second in values()) {
        let levels = |upper: &str, lower: &str| {
            let tags = [("plimsoll/CPUUtilization", upper), ("plimsoll/cpuutilization", lower)];
            resolve(&postgres(&tags), None, &silent(), &Selection::of(&silent()), "default").thresholds
        };
        prop_assert_eq!(levels(&first, &second), levels(&second, &first));
    }

    #[test]
    fn no_tag_gets_past_a_guard(
        own in prop::collection::btree_map(keys(), values(), 0..6),
        inherited in prop::collection::btree_map(keys(), values(), 0..6),
    ) {
        let text = "defaults.mode = \"full\"\n[[guard]]\nname = \"all\"\n[guard.bounds.CPUUtilization]\n\
                    lowest = 50\nhighest = 95\nmay_be_off = false\nrequired = [\"critical\"]";
        let config = crate::config::file::parse(text, "plimsoll.toml").unwrap().config;
        let (mut instance, mut parent) = (member(&[]), cluster(&[]));
        (instance.tags, parent.tags) = (own, inherited);
        let resolved = resolve(&instance, Some(&parent), &config, &Selection::of(&config), "default");
        let cpu: Vec<_> = resolved.thresholds.iter().filter(|one| one.metric == "CPUUtilization").collect();
        prop_assert!(cpu.iter().all(|one| (50.0..=95.0).contains(&one.value)), "{cpu:?}");
        prop_assert!(cpu.iter().any(|one| one.severity == 1) && !resolved.off.contains(&"CPUUtilization"));
    }
}
