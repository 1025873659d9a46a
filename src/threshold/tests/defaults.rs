//! Levels that no person set: the listing in, the catalogue's levels out.

use super::*;
use crate::resource::described;

/// An instance as the AWS command line prints it.
fn listed(fields: &serde_json::Value) -> Described {
    let mut all = serde_json::json!({
        "DBInstanceIdentifier": "orders",
        "DBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:orders",
        "Engine": "postgres",
        "DBInstanceClass": "db.m6g.large",
        "DBInstanceStatus": "available",
    });
    all.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
    serde_json::from_value::<described::Instance>(all).unwrap().described().unwrap()
}

/// The levels of one metric.
#[track_caller]
fn check_metric(metric: &str, fields: &serde_json::Value, expected: &[&str]) {
    let config = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let resource = config.resource(&listed(fields).into(), None, None);
    let resolved = resolve(&resource, None, &config, &Selection::of(&config), "default");
    let mut levels = print(&resolved, &config);
    levels.retain(|line| line.starts_with(metric));
    assert_eq!(levels, expected, "{fields}");
}

/// A fifth of a small disk; of a large one 100 GiB, for a fifth of it lasts for weeks.
#[test]
fn free_storage_is_watched_by_share_and_by_size() {
    let check = |gib: u32, warning: u64, critical: u64| {
        let gib_of = |count: u64| count * 1_073_741_824;
        let levels = [("warning", warning), ("critical", critical)];
        let lines = levels.map(|(name, count)| format!("FreeStorageSpace {name} {} default", gib_of(count)));
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        check_metric("FreeStorageSpace", &serde_json::json!({"AllocatedStorage": gib}), &lines);
    };
    check(100, 20, 10);
    check(500, 100, 50);
    check(4_000, 100, 50);
}

/// A person's own level stands: they know how their storage grows.
#[test]
fn free_storage_that_autoscaling_refills_has_only_the_level_of_a_tag() {
    let check = |fields: &serde_json::Value, expected: &[&str]| check_metric("FreeStorageSpace", fields, expected);
    let growing = serde_json::json!({"AllocatedStorage": 500, "MaxAllocatedStorage": 2000});
    check(&growing, &[]);
    let mut tagged = growing.clone();
    tagged["TagList"] = serde_json::json!([{"Key": "plimsoll/FreeStorageSpace", "Value": "50GiB"}]);
    check(&tagged, &["FreeStorageSpace critical 53687091200 resource_tag"]);
    let both = ["FreeStorageSpace warning 107374182400 default", "FreeStorageSpace critical 53687091200 default"];
    // The maximum of the first volume is more than both have, but the second one does not grow.
    let mut second = growing.clone();
    second["AdditionalStorageVolumes"] = serde_json::json!([{"AllocatedStorage": 1000}]);
    check(&second, &both);
    second["AdditionalStorageVolumes"][0]["MaxAllocatedStorage"] = 4000.into();
    check(&second, &[]);
}

#[test]
fn memory_is_watched_without_waking_anybody() {
    check_metric("FreeableMemory", &serde_json::json!({}), &["FreeableMemory warning 429496729.6 default"]);
}
