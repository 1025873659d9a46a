//! `plimsoll check-tags` as a pull request meets it: files or flags in, a report and an exit code out.

use std::process::Output;

use proptest::prelude::*;

use crate::support::TempDir;
use crate::support::golden;
use crate::support::tools::bare;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/check-tags/");

fn run(arguments: &[&str]) -> Output {
    let mut command = bare(env!("CARGO_BIN_EXE_plimsoll"));
    command.arg("check-tags").args(arguments).output().unwrap()
}

/// The report of the command, and whether it succeeded.
#[track_caller]
fn check(golden: &str, arguments: &[&str], succeeds: bool) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    golden::check(&format!("check-tags/{golden}"), &String::from_utf8(output.stdout).unwrap());
    assert_eq!(output.status.success(), succeeds, "{arguments:?}");
}

fn fixture(name: &str) -> String {
    format!("{FIXTURES}{name}")
}

#[test]
fn described_databases_are_judged_with_their_cluster() {
    check("described.txt", &[&fixture("instances.json"), &fixture("clusters.json")], false);
}

#[test]
fn a_member_whose_cluster_is_in_no_file_is_judged_by_its_own_tags() {
    let folder = TempDir::new("check-tags");
    let tag = serde_json::json!({"Key": "plimsoll/CPUUtilization", "Value": "80/90"});
    let member = serde_json::json!({
        "DBInstanceIdentifier": "shop-1", "DBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:shop-1",
        "Engine": "aurora-mysql", "DBClusterIdentifier": "shop", "TagList": [tag],
    });
    let file = folder.write("instances.json", &serde_json::json!({"DBInstances": [member]}).to_string());
    let output = run(&[file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
}

#[test]
fn a_plan_tells_what_is_lost_and_what_cannot_be_used() {
    check("plan.txt", &[&fixture("plan.json")], false);
    check("plan.report.json", &[&fixture("plan.json"), "--output", "json"], false);
}

#[test]
fn one_database_on_the_command_line() {
    let postgres = ["--engine", "postgres", "--storage", "100GiB"];
    let with = |tags: &[&'static str]| [&postgres[..], tags].concat();
    check("good.txt", &with(&["plimsoll/FreeStorageSpace=20GiB/10GiB", "plimsoll/CPUUtilization=80/90"]), true);
    check("shares.txt", &with(&["plimsoll/FreeStorageSpace=20pct/10pct", "--class", "db.r6g.large"]), true);
    check("needs-unit.txt", &with(&["plimsoll/FreeStorageSpace=10"]), false);
    let slips = [
        "plimsol/CPUUtilization=80/90",
        "plimsoll/CPUUtilization=0.85",
        "plimsoll/FreeStorageSpace=500GiB",
        "plimsoll/ReadLatency=0,02/0,05",
        "plimsoll/ReplicaLag=30s",
        "plimsoll/max-connections=many",
    ];
    check("slips.txt", &with(&slips), false);
    check(
        "refused.txt",
        &with(&["plimsoll/CPUUtilization=80%,90%", "plimsoll/DatabaseConnections=<100", "a=ü"]),
        false,
    );
}

#[test]
fn the_guard_that_forbids_a_mute_is_named() {
    let folder = TempDir::new("check-tags");
    let config = folder.write("plimsoll.toml", "[[guard]]\nname = \"production\"\nlongest_mute = \"8h\"\n");
    let config = format!("--config.file={}", config.to_str().unwrap());
    let with = |tag: &'static str| [config.as_str(), "--engine", "postgres", tag];
    check("guarded.txt", &with("plimsoll/mute=yes"), false);
    assert!(!run(&with("plimsoll/mute=9999-12-31")).status.success());
    assert!(run(&with("plimsoll/mute=daily 01:00-04:00")).status.success());
}

#[test]
fn replicas_and_clusters_on_the_command_line() {
    let well = |arguments: &[&str]| {
        let output = run(arguments);
        assert_eq!(String::from_utf8_lossy(&output.stderr), "", "{arguments:?}");
        (output.status.success(), String::from_utf8(output.stdout).unwrap())
    };
    let lag = "plimsoll/ReplicaLag=30s/5m";
    assert!(!well(&["--engine", "postgres", lag]).0);
    assert!(well(&["--engine", "postgres", "--replica", lag]).0);
    let volume = "plimsoll/VolumeBytesUsed=10TiB";
    assert!(!well(&["--engine", "aurora-mysql", volume]).0);
    let (good, report) = well(&["--engine", "aurora-mysql", "--kind", "db-cluster", volume]);
    assert!(good && report.contains("VolumeBytesUsed critical above 10 TiB"), "{report}");
    assert!(well(&["--engine", "aurora-mysql", "--class", "db.serverless", "plimsoll/ACUUtilization=90"]).0);
    assert!(well(&["--engine", "custom-sqlserver-ee", "--class", "db.r5.large.tpc1.mem2x", "team=a"]).0);
}

/// A plan without issues, in which the CPU's level goes from `before` to `after`; `mute` is a mute and no level.
fn plan(before: &str, after: &str) -> String {
    let values = |tag: &str| {
        let tags = match tag {
            "" => serde_json::json!({}),
            "mute" => serde_json::json!({"plimsoll/CPUUtilization": "80/90", "plimsoll/mute": "daily 01:00-04:00"}),
            level => serde_json::json!({"plimsoll/CPUUtilization": level}),
        };
        serde_json::json!({"identifier": "orders", "engine": "postgres", "tags_all": tags})
    };
    let change = serde_json::json!({"actions": ["update"], "before": values(before), "after": values(after)});
    let resource = serde_json::json!({
        "address": "aws_db_instance.orders", "mode": "managed", "type": "aws_db_instance", "change": change,
    });
    serde_json::json!({"format_version": "1.2", "resource_changes": [resource]}).to_string()
}

#[test]
fn a_loss_fails_only_where_it_is_denied() {
    let folder = TempDir::new("check-tags");
    let exit = |before, after| {
        let file = folder.write("plan.json", &plan(before, after));
        let file = file.to_str().unwrap();
        (run(&[file]).status.success(), run(&[file, "--deny-loss"]).status.success())
    };
    assert_eq!(exit("80/90", "80/90"), (true, true));
    assert_eq!(exit("80/90", "75/85"), (true, true), "stricter is no loss");
    assert_eq!(exit("80/90", "80/95"), (true, false));
    assert_eq!(exit("80/90", ""), (true, false));
    assert_eq!(exit("80/90", "off"), (true, false));
    assert_eq!(exit("80/90", "mute"), (true, false));
    assert_eq!(exit("mute", "mute"), (true, true));
    assert_eq!(exit("mute", "80/90"), (true, true));
}

#[test]
fn what_cannot_be_read_is_said() {
    let folder = TempDir::new("check-tags");
    let error = |text: &str| {
        let output = run(&[folder.write("file.json", text).to_str().unwrap()]);
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error("no json").contains("terraform show -json"));
    assert!(error("{}").contains("neither `DBInstances`"));
    assert!(error(r#"{"resource_changes": 7}"#).contains("invalid type"));
    assert!(String::from_utf8_lossy(&run(&["/nowhere"]).stderr).contains("cannot read /nowhere"));
    let error = |arguments: &[&str]| String::from_utf8(run(arguments).stderr).unwrap();
    let postgres = |flag, value| error(&["--engine", "postgres", flag, value, "a=b"]);
    assert!(postgres("--storage", "much").contains("`much` is no size such as 100GiB"));
    assert!(postgres("--class", "db.m99.large").contains("configuration under [[class]]"));
    let engine = error(&["--engine", "postgresql", "a=b"]);
    assert!(engine.contains("`postgresql` is no engine") && engine.contains("mysql, mariadb, postgres,"), "{engine}");
    assert!(error(&["--kind", "db-cluster", "a=b"]).contains("--engine"));
    let config = folder.write("plimsoll.toml", "[[class]]\nname = \"db.m99.large\"\nmemory = \"8GiB\"\nvcpus = 2\n");
    let described =
        ["--config.file", config.to_str().unwrap(), "--engine", "postgres", "--class", "db.m99.large", "a=b"];
    assert!(run(&described).status.success());
}

proptest! {
    /// Whatever stands in the tags of a plan is read, and only what is really there is found.
    #[test]
    fn no_tag_breaks_the_reader(key in "\\PC{0,40}", value in "\\PC{0,40}") {
        let tags = serde_json::json!({ key.clone(): value.clone() });
        let database = serde_json::json!({"DBInstances": [{
            "DBInstanceIdentifier": "orders", "Engine": "postgres", "TagList": [{"Key": key, "Value": value}],
        }]});
        let mut reading = plimsoll::offline::Reading::default();
        reading.add(&database.to_string()).unwrap();
        let read: serde_json::Value = serde_json::to_value(&reading.after.instances[0].tags).unwrap();
        prop_assert_eq!(read, tags);
    }
}
