//! What holds for every tag that RDS accepts.

use std::fmt::Debug;

use proptest::prelude::*;

use super::shares::measured;
use super::*;
use crate::catalog;

/// What RDS allows in keys and values, for those that people write.
const ALPHABET: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{0,30}";
/// The longest key that RDS allows, behind our prefix.
const LONGEST_NAME: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{119}";
/// The longest value that RDS allows.
const LONGEST_VALUE: &str = r"[\p{L}\p{Z}\p{N}_.:/=+\-@]{256}";

fn values() -> impl Strategy<Value = String> {
    let near = r"[0-9]{1,3}(pct|GiB|ms| GB)?( ?/ ?([0-9]{1,3}(pct|GiB)?|-))?";
    prop_oneof![
        4 => ALPHABET,
        4 => near,
        1 => LONGEST_VALUE,
        2 => "[1-9]00",
        2 => Just("off".to_owned()),
        2 => Just("80/90".to_owned()),
        2 => Just("yes".to_owned()),
    ]
}

fn keys() -> impl Strategy<Value = String> {
    let metric = prop::sample::select(vec![
        "CPUUtilization",
        "cpuutilization",
        "FreeStorageSpace",
        "FreeableMemory",
        "AuroraReplicaLag",
        "DatabaseConnections",
    ]);
    let severity = prop::sample::select(vec!["", "/warning", "/critical", "/Critical", "/page", "/mute"]);
    let known = (metric, severity).prop_map(|(metric, severity)| format!("plimsoll/{metric}{severity}"));
    let reserved = prop::sample::select(vec!["mute", "max-connections", "Max-Connections "]);
    let any = prop_oneof![4 => ALPHABET, 1 => LONGEST_NAME, 4 => reserved.prop_map(str::to_owned)];
    prop_oneof![6 => known, 3 => any.prop_map(|name| format!("plimsoll/{name}")), 2 => ALPHABET]
}

/// What a database makes of its tags and of its cluster's.
fn resolved(own: &[(String, String)], inherited: &[(String, String)], config: &Config) -> Resolved {
    let (mut instance, mut parent) = (member(&[]), cluster(&[]));
    Arc::make_mut(&mut instance.described).tags.extend(own.iter().cloned());
    Arc::make_mut(&mut parent.described).tags.extend(inherited.iter().cloned());
    let instance = measured(instance, Some(&parent), config);
    resolve(&instance, Some(&parent), config, &Selection::of(config), "default")
}

/// Whether a tag rightly has no visible effect: a fact that it sets shows only in what is measured
/// against it, and off means nothing for one severity or for a metric that this database does not have.
fn is_silent(key: &str, value: &str) -> bool {
    let Some(name) = key.strip_prefix("plimsoll/").map(str::trim) else { return true };
    if name.eq_ignore_ascii_case("max-connections") {
        let limit = value.trim();
        return limit.bytes().all(|byte| byte.is_ascii_digit()) && limit.parse::<u32>().is_ok_and(|limit| limit > 0);
    }
    let (metric, severity) =
        name.split_once('/').map_or((name, None), |(metric, rest)| (metric.trim_end(), Some(rest)));
    let knows = |severity: &str| ["warning", "critical"].iter().any(|name| severity.trim().eq_ignore_ascii_case(name));
    let names_level = catalog::find(metric).is_some() && severity.is_none_or(knows);
    names_level && parse(value, 2, Writer::Tag) == Ok(Written::Off)
}

/// The tags in an order that is not that of their keys: spaces ahead of a name mean nothing, and more of them come
/// first. The longest names are cut to leave room for them.
fn in_order(tags: &[(String, String)], order: &[usize]) -> Vec<(String, String)> {
    let ahead = |name: &str, place| {
        let name: String = name.trim_start().chars().take(100).collect();
        format!("plimsoll/{}{name}", " ".repeat(place))
    };
    let placed = tags.iter().zip(order).map(|((key, value), place)| {
        let key = key.strip_prefix("plimsoll/").map_or_else(|| key.clone(), |name| ahead(name, *place));
        (key, value.clone())
    });
    placed.collect()
}

/// Everything that tags come to: candidates without the keys that set them, for several may set the same, and issues as
/// a set and without the spaces that [`in_order`] put into their keys.
fn effects(mut resolved: Resolved) -> (Resolved, Vec<impl PartialEq + Debug>, Vec<String>) {
    let candidates = std::mem::take(&mut resolved.candidates).into_iter();
    let candidates = candidates.map(|one| (one.metric, one.severity, one.origin.source(), one.level, one.outcome));
    let candidates = candidates.collect();
    let issues = std::mem::take(&mut resolved.issues).into_iter().map(|issue| {
        let key = issue.tag_key.replacen("plimsoll/", "", 1);
        format!("{} {} {} {:?} {:?}", key.trim_start(), issue.reason, issue.text, issue.metric, issue.guard)
    });
    let mut issues: Vec<String> = issues.collect();
    issues.sort();
    (resolved, candidates, issues)
}

proptest! {
    #[test]
    fn a_tag_is_understood_or_an_issue(key in keys(), value in values()) {
        let database = measured(postgres(&[(&key, &value)]), None, &silent());
        let resolved = resolve(&database, None, &silent(), &Selection::of(&silent()), "default");
        let understood = !(resolved.thresholds.is_empty() && resolved.off.is_empty() && resolved.schedule.mutes.is_empty());
        let refused = resolved.issues.len() == 1;
        prop_assert!(!(understood && refused) && resolved.issues.len() < 2);
        prop_assert!(understood || refused || is_silent(&key, &value), "{key:?} = {value:?}");
        prop_assert!(!understood || key.starts_with("plimsoll/"));
        prop_assert!(resolved.issues.iter().all(|issue| issue.tag_key == key && issue.text == value));
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
        (Arc::make_mut(&mut instance.described).tags, Arc::make_mut(&mut parent.described).tags) = (own.into(), inherited.into());
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
    fn the_order_of_tags_decides_nothing(
        own in prop::collection::vec((keys(), values()), 0..6),
        inherited in prop::collection::vec((keys(), values()), 0..4),
        order in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
        other in Just((0..6).collect::<Vec<usize>>()).prop_shuffle(),
    ) {
        let config = Config::default();
        let effects = |order: &[usize]| effects(resolved(&in_order(&own, order), &in_order(&inherited, order), &config));
        prop_assert_eq!(effects(&order), effects(&other));
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
        (Arc::make_mut(&mut instance.described).tags, Arc::make_mut(&mut parent.described).tags) = (own.into(), inherited.into());
        let resolved = resolve(&instance, Some(&parent), &config, &Selection::of(&config), "default");
        let cpu: Vec<_> = resolved.thresholds.iter().filter(|one| one.metric == "CPUUtilization").collect();
        prop_assert!(cpu.iter().all(|one| (50.0..=95.0).contains(&one.value)), "{cpu:?}");
        prop_assert!(cpu.iter().any(|one| one.severity == 1) && !resolved.off.contains(&"CPUUtilization"));
    }
}
