//! Legacy keys: the levels they set, and how they combine with keys that have the prefix.

use std::collections::BTreeMap;

use super::*;
use crate::config::Legacy;
use crate::level::{AmountUnit, unit};

/// The house's keys.
fn house() -> Config {
    let key = |key: &str, metric, severity, written: &str| {
        let unit = unit(written, Writer::Configuration).unwrap_or(AmountUnit::Bare);
        (key.to_owned(), Legacy { metric, severity, unit })
    };
    let keys = [
        key("rds_cpu_threshold", "CPUUtilization", Some(1), "%"),
        key("rds_cpu_warning", "CPUUtilization", Some(0), "%"),
        key("cpu-levels", "CPUUtilization", None, ""),
        key("disk_free_gb", "FreeStorageSpace", Some(1), "GB"),
        key("lag_minutes", "ReplicaLag", Some(1), "min"),
    ];
    let mut config = silent();
    config.tags.legacy = BTreeMap::from(keys);
    config
}

#[track_caller]
fn check(tags: Tags, expected: &[&str]) {
    check_all(&postgres(tags), None, &house(), &[], expected);
}

#[test]
fn a_key_of_the_house_says_its_level() {
    check(&[("rds_cpu_threshold", "90")], &["CPUUtilization critical 90 resource_tag"]);
    check(&[("rds_cpu_threshold", "off")], &[]);
    check(
        &[("rds_cpu_threshold", "90"), ("rds_cpu_warning", "80pct")],
        &["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 90 resource_tag"],
    );
    check(
        &[("cpu-levels", "80/90")],
        &["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 90 resource_tag"],
    );
    check(&[("RDS_CPU_threshold", "90"), ("rds_cpu_threshold ", "90")], &[]);
}

#[test]
fn a_bare_number_counts_in_the_unit_of_the_key() {
    check(&[("disk_free_gb", "20")], &["FreeStorageSpace critical 20000000000 resource_tag"]);
    check(&[("disk_free_gb", "20GiB")], &["FreeStorageSpace critical 21474836480 resource_tag"]);
    check(&[("disk_free_gb", "0.0001")], &["disk_free_gb = 0.0001: implausible"]);
    let replica = fixture::without_limits(Described {
        facts: crate::resource::Facts { is_replica: true, ..crate::resource::Facts::default() },
        ..Described::clone(&postgres(&[("lag_minutes", "5")]).described)
    });
    check_all(&replica, None, &house(), &[], &["ReplicaLag critical 300 resource_tag"]);
}

#[test]
fn what_cannot_be_read_is_an_issue_of_that_key() {
    check(&[("rds_cpu_threshold", "high")], &["rds_cpu_threshold = high: not_a_number"]);
    check(&[("rds_cpu_threshold", "80/90")], &["rds_cpu_threshold = 80/90: too_many_levels"]);
    check(&[("rds_cpu_threshold", "0.9")], &["rds_cpu_threshold = 0.9: implausible"]);
    check(&[("lag_minutes", "5")], &["lag_minutes = 5: not_published"]);
    check(
        &[("rds_cpu_threshold", "80"), ("rds_cpu_warning", "90")],
        &["rds_cpu_threshold = 80: wrong_order", "rds_cpu_warning = 90: wrong_order"],
    );
    check(
        &[("cpu-levels", "80/90"), ("rds_cpu_threshold", "95")],
        &["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 95 resource_tag"],
    );
}

#[test]
fn ours_wins_and_what_differs_is_an_issue() {
    let ours = ("plimsoll/CPUUtilization", "80/90");
    let both = ["CPUUtilization warning 80 resource_tag", "CPUUtilization critical 90 resource_tag"];
    let with = |issue: &'static str| [both[0], both[1], issue];
    check(&[ours, ("rds_cpu_threshold", "90")], &both);
    check(&[ours, ("rds_cpu_threshold", "95")], &with("rds_cpu_threshold = 95: duplicate"));
    check(&[ours, ("rds_cpu_threshold", "off")], &with("rds_cpu_threshold = off: duplicate"));
    check(&[ours, ("cpu-levels", "90")], &with("cpu-levels = 90: duplicate"));
    check(&[("plimsoll/CPUUtilization", "off"), ("rds_cpu_threshold", "95")], &["rds_cpu_threshold = 95: duplicate"]);
}

#[test]
fn a_key_of_the_house_speaks_where_ours_is_silent() {
    check(
        &[("plimsoll/CPUUtilization/warning", "70"), ("rds_cpu_threshold", "90")],
        &["CPUUtilization warning 70 resource_tag", "CPUUtilization critical 90 resource_tag"],
    );
    check(
        &[("plimsoll/CPUUtilization", "ninety"), ("rds_cpu_threshold", "90")],
        &["CPUUtilization critical 90 resource_tag", "plimsoll/CPUUtilization = ninety: not_a_number"],
    );
    check(
        &[("plimsoll/CPUUtilization/warning", "95"), ("rds_cpu_threshold", "90")],
        &["CPUUtilization warning 95 resource_tag", "rds_cpu_threshold = 90: wrong_order"],
    );
}

#[test]
fn keys_of_the_house_are_inherited_like_ours() {
    let inherited = |own: Tags, parent: Tags, expected: &[&str]| {
        check_all(&member(own), Some(&cluster(parent)), &house(), &[], expected);
    };
    inherited(&[], &[("rds_cpu_threshold", "90")], &["CPUUtilization critical 90 cluster_tag"]);
    inherited(&[], &[("rds_cpu_threshold", "high")], &[]);
    inherited(
        &[("rds_cpu_threshold", "95")],
        &[("plimsoll/CPUUtilization/critical", "90")],
        &["CPUUtilization critical 95 resource_tag"],
    );
    let tagged = Config { defaults: DefaultsMode::Tagged, ..house() };
    let database = postgres(&[("disk_free_gb", "off")]);
    let resolved = resolve(&database, None, &tagged, &Selection::of(&tagged), "default");
    assert!(resolved.thresholds.iter().any(|threshold| threshold.metric == "CPUUtilization"));
}
