//! Clusters whose members are in no file: the levels that members inherit are judged all the same.

use serde_json::{Value, json};

use super::{change, deny_loss, plan, run};
use crate::support::TempDir;

/// The lines about the levels that members of a cluster inherit, without counts.
fn of_member(report: &str) -> Vec<&str> {
    let lines = report.lines().skip_while(|line| !line.contains("(a member)")).skip(1);
    lines.map(str::trim).take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("and ")).collect()
}

fn check_options(arguments: &[&str]) -> (bool, String) {
    let output = run(&[&["--kind", "db-cluster", "--engine", "aurora-postgresql"], arguments].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn inherited_levels_are_judged_without_any_member() {
    let check = |tags: &[&str], succeeds: bool, expected: &[&str]| {
        let (good, report) = check_options(tags);
        assert_eq!(of_member(&report), expected, "{report}");
        assert_eq!(good, succeeds, "{report}");
        assert!(report.contains("1 checked"), "{report}");
    };
    let cpu = "CPUUtilization critical above 90 % (plimsoll/CPUUtilization = 90)";
    check(&["plimsoll/CPUUtilization=90"], true, &[cpu]);
    check(&["plimsoll/CPUUtilization=off"], true, &["CPUUtilization off"]);
    check(&["plimsoll/mute=daily 01:00-04:00"], true, &["muted daily 01:00-04:00 (tag of the cluster)"]);
    check(&["plimsoll/VolumeBytesUsed=10TiB"], true, &[]);
    let share = "not judged: plimsoll/FreeableMemory = 20pct: what it is a share of differs from member to member";
    check(&["plimsoll/FreeableMemory=20pct"], true, &[share]);
    assert!(check_options(&["plimsoll/FreeableMemory=20pct"]).1.ends_with("judged in part: 1\n"));
    let memory = "FreeableMemory critical below 3.2 GiB (plimsoll/FreeableMemory = 20pct)";
    check(&["plimsoll/FreeableMemory=20pct", "--class", "db.r6g.large"], true, &[memory]);
    let (good, report) = check_options(&["plimsoll/FreeableMemory=120pct", "--class", "db.r6g.large"]);
    assert!(!good && report.contains("FreeableMemory = 120pct (implausible)"), "{report}");
}

#[test]
fn a_guard_applies_to_inherited_levels() {
    let folder = TempDir::new("check-tags");
    let guard = "[[guard]]\nname = \"production\"\nbounds = { CPUUtilization = { highest = \"85\" } }\n";
    let config = folder.write("plimsoll.toml", guard);
    let config = format!("--config.file={}", config.to_str().unwrap());
    let (good, report) = check_options(&[&config, "plimsoll/CPUUtilization=90"]);
    assert!(!good && report.contains("CPUUtilization = 90 (outside_guard production)"), "{report}");
}

/// The report on a plan that changes the tags of a cluster and contains these members.
fn retagged(engine: &str, before: Value, after: Value, members: &[Value]) -> (bool, String) {
    let values =
        |tags: Value| json!({"cluster_identifier": "events", "engine": engine, "tags": tags, "tags_all": tags});
    let cluster = change("aws_rds_cluster.events", &values(before), &values(after), &json!({}));
    deny_loss(&plan(&[&[cluster], members].concat()), &[])
}

#[test]
fn losses_of_members_outside_the_plan_are_reported() {
    let check = |before: Value, after: Value, expected: &[&str]| {
        let (succeeds, report) = retagged("aurora-mysql", before, after, &[]);
        let losses = ["lost:", "weakened:", "muted:"];
        let lost: Vec<_> = of_member(&report);
        let lost: Vec<_> = lost.into_iter().filter(|line| losses.iter().any(|it| line.starts_with(it))).collect();
        assert_eq!(lost, expected, "{report}");
        assert_eq!(succeeds, expected.is_empty(), "{report}");
    };
    let cpu = |level: &str| json!({"plimsoll/CPUUtilization": level, "team": "a"});
    check(cpu("80/90"), cpu("80/90"), &[]);
    check(cpu("80/90"), cpu("80/95"), &["weakened: CPUUtilization critical from 90 % to 95 %"]);
    let share = |level: &str| json!({"plimsoll/FreeableMemory": level});
    check(share("20pct"), json!({}), &["lost: plimsoll/FreeableMemory = 20pct"]);
    check(share("20pct"), share("20pct"), &[]);
    let muted = json!({"plimsoll/FreeableMemory": "20pct", "plimsoll/FreeableMemory/mute": "yes"});
    check(share("20pct"), muted, &["muted: plimsoll/FreeableMemory = 20pct (yes)"]);
    let (succeeds, report) = retagged("aurora-mysql", cpu("80/90"), json!({"plimsoll/mute": "yes"}), &[]);
    assert!(!succeeds && report.contains("  muted for ever (tag of the cluster)"), "{report}");
    assert_eq!(report.matches("muted:").count(), 2 + 1, "one line for the cluster and one for members: {report}");
}

#[test]
fn a_cluster_with_a_given_member_gets_no_placeholder() {
    let cpu = json!({"plimsoll/CPUUtilization": "80/90"});
    let member = json!({"identifier": "events-1", "cluster_identifier": "events", "engine": "aurora-mysql",
        "instance_class": "db.r6g.large"});
    let address = "aws_rds_cluster_instance.events";
    let known = change(address, &member, &member, &json!({}));
    let (succeeds, report) = retagged("aurora-mysql", cpu.clone(), json!({}), &[known]);
    assert!(!succeeds && !report.contains("(a member)"), "{report}");
    // A new member has no losses, but existing ones may.
    let new = change(address, &Value::Null, &member, &json!({}));
    let (succeeds, report) = retagged("aurora-mysql", cpu, json!({}), &[new]);
    assert!(!succeeds && report.contains("(a member)"), "{report}");
}

#[test]
fn members_of_a_multi_az_cluster_have_its_class_and_storage() {
    let tags = json!({"plimsoll/FreeableMemory": "10pct", "plimsoll/FreeStorageSpace": "20pct"});
    let values = json!({"cluster_identifier": "events", "engine": "postgres", "tags": tags, "allocated_storage": 100,
        "db_cluster_instance_class": "db.m6gd.large", "storage_type": "gp3"});
    let (succeeds, report) = deny_loss(&plan(&[change("aws_rds_cluster.events", &values, &values, &json!({}))]), &[]);
    assert!(succeeds && report.contains("FreeStorageSpace critical below 20 GiB"), "{report}");
    assert!(report.contains("FreeableMemory critical below 819.2 MiB"), "{report}");
}
