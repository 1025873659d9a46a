//! Values that a plan does not know yet are reported, and are no issue.

use serde_json::{Value, json};

use super::{change, deny_loss, plan, plan_of_instance, run};

#[track_caller]
fn check(plan: &Value, succeeds: bool, expected: &[&str]) {
    let (good, report) = deny_loss(plan, &[]);
    let undetermined =
        report.lines().map(str::trim).filter(|line| ["not ", "issue:", "lost:"].iter().any(|it| line.starts_with(it)));
    assert_eq!(undetermined.collect::<Vec<_>>(), expected, "{report}");
    assert_eq!(good, succeeds, "{report}");
    assert_eq!(report.contains("judged in part: 1"), report.contains("not judged"), "{report}");
}

#[test]
fn an_engine_that_comes_from_a_snapshot() {
    let restored = |tags: Value| {
        let after = json!({"identifier": "orders", "instance_class": "db.m6g.large", "tags": tags,
            "snapshot_identifier": "nightly"});
        plan_of_instance(&Value::Null, &after, &json!({"engine": true, "allocated_storage": true}))
    };
    let why = "engine is not known until the plan is applied";
    let engine = "not known until the plan is applied: engine";
    let undetermined = format!("not judged: plimsoll/CheckpointLag = 30s: {why}");
    check(&restored(json!({"plimsoll/CheckpointLag": "30s"})), true, &[&undetermined, engine]);
    let typo = json!({"plimsoll/CheckpointLag": "30s", "plimsoll/CPUUtilization": "eighty"});
    let (good, report) = deny_loss(&restored(typo), &[]);
    assert!(!good && report.contains("CPUUtilization = eighty (not_a_number)"), "{report}");
}

#[test]
fn a_size_that_is_known_only_after_the_plan_is_applied() {
    let tags = json!({"plimsoll/FreeableMemory": "10pct", "plimsoll/FreeStorageSpace": "20pct"});
    let today = json!({"identifier": "orders", "engine": "postgres", "instance_class": "db.m6g.large",
        "allocated_storage": 100, "tags": tags});
    let then = json!({"identifier": "orders", "engine": "postgres", "tags": tags});
    let unknown = json!({"instance_class": true, "allocated_storage": true});
    let expected = [
        "not judged: plimsoll/FreeStorageSpace = 20pct: allocated_storage is not known until the plan is applied",
        "not judged: plimsoll/FreeableMemory = 10pct: instance_class is not known until the plan is applied",
    ];
    check(&plan_of_instance(&Value::Null, &then, &unknown), true, &expected);
    check(&plan_of_instance(&today, &then, &unknown), true, &expected);
    let known = plan_of_instance(&Value::Null, &then, &json!({}));
    assert!(!deny_loss(&known, &[]).0, "what the configuration leaves out is an issue");
}

#[test]
fn a_replica_that_does_not_repeat_the_size_of_its_source() {
    let source = json!({"identifier": "orders", "engine": "postgres", "instance_class": "db.m6g.large",
        "allocated_storage": 100});
    let replica = json!({"identifier": "copy", "replicate_source_db": "orders", "instance_class": "db.m6g.large",
        "tags": {"plimsoll/FreeStorageSpace": "20pct", "plimsoll/ReplicaLag": "30s"}});
    let plan = plan(&[
        change("aws_db_instance.orders", &Value::Null, &source, &json!({})),
        change("aws_db_instance.copy", &Value::Null, &replica, &json!({"engine": true})),
    ]);
    let storage =
        "not judged: plimsoll/FreeStorageSpace = 20pct: allocated_storage is not known until the plan is applied";
    check(&plan, true, &[storage]);
}

#[test]
fn a_window_that_aws_is_to_choose() {
    let created = |window: &Value| {
        let tags = json!({"plimsoll/mute": "maintenance-window"});
        let after = json!({"identifier": "orders", "engine": "postgres", "instance_class": "db.m6g.large",
            "tags": tags, "maintenance_window": window});
        plan_of_instance(&Value::Null, &after, &json!({"maintenance_window": window.is_null()}))
    };
    check(
        &created(&Value::Null),
        true,
        &["not judged: plimsoll/mute = maintenance-window: the window is not known here"],
    );
    let (good, report) = deny_loss(&created(&json!("sun:05:00-sun:06:00")), &[]);
    assert!(good && report.contains("muted sun 05:00-06:00 (tag)"), "{report}");
    let output = run(&["--engine", "postgres", "plimsoll/mute=maintenance-window"]);
    assert!(output.status.success(), "{output:?}");
}
