//! `plimsoll check-tags` as a CI job runs it: files or flags in, a report and an exit code out.

use std::process::Output;

use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::TempDir;
use crate::support::golden;
use crate::support::tools::bare;

mod clusters;
mod unknown;

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
    let tag = json!({"Key": "plimsoll/CPUUtilization", "Value": "80/90"});
    let member = json!({
        "DBInstanceIdentifier": "shop-1", "DBInstanceArn": "arn:aws:rds:eu-west-1:123456789012:db:shop-1",
        "Engine": "aurora-mysql", "DBClusterIdentifier": "shop", "TagList": [tag],
    });
    let file = folder.write("instances.json", &json!({"DBInstances": [member]}).to_string());
    let output = run(&[file.to_str().unwrap()]);
    assert!(output.status.success(), "{output:?}");
    let report = String::from_utf8(output.stdout).unwrap();
    assert!(report.contains("its cluster shop was not given"), "{report}");
}

#[test]
fn the_report_on_a_plan_lists_losses_and_issues() {
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
        "plimsoll/WriteLatency=20",
        "DatabaseConnections=80",
        "freeablememory=1GiB",
        "plimsoll/mute=daily 1-4",
        "plimsoll/DiskQueueDepth/mute=2020-01-01",
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
    let far = run(&with("plimsoll/mute=9999-12-31"));
    let begin = "muted from 9999-12-30T16:00Z until 9999-12-31T00:00Z (tag)";
    assert!(!far.status.success() && String::from_utf8_lossy(&far.stdout).contains(begin), "{far:?}");
    assert!(run(&with("plimsoll/mute=daily 01:00-04:00")).status.success());
}

#[test]
fn what_concerns_a_plan_is_refused_without_one() {
    let output = run(&["--deny-loss", "--engine", "postgres", "plimsoll/CPUUtilization=80"]);
    let error = String::from_utf8(output.stderr).unwrap();
    assert!(error.contains("--deny-loss compares a plan with today") && error.contains("terraform show"), "{error}");
}

#[test]
fn an_entry_of_a_plan_without_its_mode_is_a_resource() {
    let plan = std::fs::read_to_string(fixture("plan.json")).unwrap();
    let mut plan: Value = serde_json::from_str(&plan).unwrap();
    let (_, with_modes) = deny_loss(&plan, &[]);
    for change in plan["resource_changes"].as_array_mut().unwrap() {
        if change["mode"] == "managed" {
            change.as_object_mut().unwrap().remove("mode");
        }
    }
    assert_eq!(deny_loss(&plan, &[]).1, with_modes);
}

#[test]
fn a_plan_without_changes_is_read() {
    assert!(deny_loss(&json!({"format_version": "1.2", "planned_values": {"root_module": {}}}), &[]).0);
}

#[test]
fn the_remedy_of_a_share_names_the_option_that_sets_its_denominator() {
    let check = |arguments: &[&str], expected: Option<&str>| {
        let report = String::from_utf8(run(arguments).stdout).unwrap();
        let option = report.split("Set with ").nth(1).and_then(|rest| rest.split(' ').next());
        assert_eq!(option, expected, "{report}");
        assert_eq!(report.contains("no_denominator"), expected.is_some(), "{report}");
    };
    let (postgres, aurora) = (["--engine", "postgres"], ["--engine", "aurora-mysql", "--class", "db.serverless"]);
    let (memory, storage) = ("plimsoll/FreeableMemory=10pct", "plimsoll/FreeStorageSpace=10pct");
    check(&[&postgres[..], &[storage]].concat(), Some("--storage"));
    check(&[&postgres[..], &[memory]].concat(), Some("--class"));
    check(&[&postgres[..], &[storage, "--storage", "100GiB"]].concat(), None);
    check(&[&aurora[..], &[memory]].concat(), Some("--capacity"));
    check(&[&aurora[..], &[memory, "--capacity", "0.5-16"]].concat(), None);
    check(&[&aurora[..], &["plimsoll/ServerlessDatabaseCapacity=80pct", "--capacity", "0.5-16"]].concat(), None);
    let unsaid = ["--engine", "sqlserver-ee", "--class", "db.r6i.large", "plimsoll/TotalIOPS=80pct"];
    assert!(!String::from_utf8(run(&unsaid).stdout).unwrap().contains("Set with"));
}

#[test]
fn a_tag_that_sets_no_level_is_one_line() {
    let check = |tag: &str, expected: &str| {
        let report = String::from_utf8(run(&["--engine", "postgres", tag]).stdout).unwrap();
        assert_eq!(report.matches(expected).count(), 1, "{report}");
        assert_eq!(report.lines().count(), 5, "{report}");
    };
    check("plimsoll/mute=yes", "\n  muted for ever (tag)\n");
    check("plimsoll/mute=9999-12-31", "\n  muted until 9999-12-31T00:00Z (tag)\n");
    check("plimsoll/mute=daily 01:00-04:00", "\n  muted daily 01:00-04:00 (tag)\n");
    check("plimsoll/CPUUtilization/mute=no", "\n  CPUUtilization not muted (tag)\n");
    check("plimsoll/max-connections=500", "\n  connection limit 500 (tag)\n");
}

#[test]
fn levels_muted_by_one_mute_are_one_line() {
    let class = "db.m6g.large";
    let (before, after) = (instance(class, &json!({"team": "a"})), instance(class, &json!({"plimsoll/mute": "yes"})));
    let (succeeds, report) = deny_loss(&plan_of_instance(&before, &after, &json!({})), &[]);
    assert!(!succeeds && report.contains("  muted: 13 levels (yes)\n"), "{report}");
    assert_eq!(report.matches("muted").count(), 2 + 1, "the tag, the loss and the count: {report}");
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

/// The change of one resource in a plan.
fn change(address: &str, before: &Value, after: &Value, unknown: &Value) -> Value {
    let change = json!({"actions": ["update"], "before": before, "after": after, "after_unknown": unknown});
    let kind = address.split('.').next();
    json!({"address": address, "mode": "managed", "type": kind, "change": change})
}

fn plan(changes: &[Value]) -> Value {
    json!({"format_version": "1.2", "resource_changes": changes})
}

/// A plan for one instance; `unknown` are the values that it does not know yet.
fn plan_of_instance(before: &Value, after: &Value, unknown: &Value) -> Value {
    plan(&[change("aws_db_instance.orders", before, after, unknown)])
}

fn instance(class: &str, tags: &Value) -> Value {
    json!({"identifier": "orders", "engine": "postgres", "instance_class": class, "tags": tags, "tags_all": tags})
}

/// Whether `check-tags --deny-loss` succeeds on a plan, and its report.
fn deny_loss(plan: &Value, flags: &[&str]) -> (bool, String) {
    let folder = TempDir::new("check-tags");
    let file = folder.write("plan.json", &plan.to_string());
    let output = run(&[&[file.to_str().unwrap(), "--deny-loss"], flags].concat());
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    (output.status.success(), String::from_utf8(output.stdout).unwrap())
}

#[test]
fn a_loss_fails_only_with_deny_loss() {
    let folder = TempDir::new("check-tags");
    let exit = |before: Value, after: Value| {
        let class = "db.m6g.large";
        let plan = plan_of_instance(&instance(class, &before), &instance(class, &after), &json!({}));
        let file = folder.write("plan.json", &plan.to_string());
        (run(&[file.to_str().unwrap()]).status.success(), deny_loss(&plan, &[]).0)
    };
    let cpu = |level: &str| json!({"plimsoll/CPUUtilization": level});
    let mute = |until: &str| json!({"plimsoll/CPUUtilization": "80/90", "plimsoll/mute": until});
    assert_eq!(exit(cpu("80/90"), cpu("80/90")), (true, true));
    assert_eq!(exit(cpu("80/90"), cpu("75/85")), (true, true), "stricter is no loss");
    assert_eq!(exit(cpu("80/90"), cpu("80/95")), (true, false));
    assert_eq!(exit(cpu("85"), json!({})), (true, false));
    assert_eq!(exit(cpu("80/90"), cpu("off")), (true, false));
    let night = "daily 01:00-04:00";
    assert_eq!(exit(cpu("80/90"), mute(night)), (true, false));
    assert_eq!(exit(mute(night), mute(night)), (true, true));
    assert_eq!(exit(mute(night), cpu("80/90")), (true, true));
    assert_eq!(exit(mute("yes"), mute("9999-01-01")), (true, true), "shorter is no loss");
    assert_eq!(exit(mute("9999-01-01"), mute("yes")), (true, false));
    assert_eq!(exit(mute(night), mute("daily 02:00-03:00")), (true, true));
    assert_eq!(exit(mute(night), mute("daily 02:00-05:00")), (true, false));
}

#[test]
fn a_resize_is_no_loss() {
    let check = |before: (&str, Value), after: (&str, Value), expected: &str| {
        let plan = plan_of_instance(&instance(before.0, &before.1), &instance(after.0, &after.1), &json!({}));
        let (succeeds, report) = deny_loss(&plan, &[]);
        let lost = report.lines().filter(|line| line.starts_with("  weakened") || line.starts_with("  lost"));
        assert_eq!(lost.collect::<Vec<_>>().join("\n").trim(), expected, "{report}");
        assert_eq!(succeeds, expected.is_empty(), "{report}");
    };
    let memory = |level: &str| json!({"plimsoll/FreeableMemory": level});
    check(("db.m6g.large", json!({})), ("db.m6g.xlarge", json!({})), "");
    check(("db.m6g.xlarge", memory("20pct/10pct")), ("db.m6g.large", memory("20pct/10pct")), "");
    let connections =
        |level: &str, limit: &str| json!({"plimsoll/DatabaseConnections": level, "plimsoll/max-connections": limit});
    let large = "db.m6g.large";
    check(
        (large, connections("80pct", "500")),
        (large, connections("80pct", "1000")),
        "weakened: DatabaseConnections critical from 400 to 800",
    );
    check((large, connections("80pct", "500")), ("db.m6g.xlarge", connections("80pct", "500")), "");
    check(
        (large, connections("400", "500")),
        (large, connections("80pct", "1000")),
        "weakened: DatabaseConnections critical from 400 to 800",
    );
    check(
        (large, memory("20pct/10pct")),
        ("db.m6g.xlarge", memory("20pct/2pct")),
        "weakened: FreeableMemory critical from 819.2 MiB to 327.68 MiB",
    );
}

#[test]
fn unknown_values_of_a_plan_are_reported_and_are_no_loss() {
    let of_team = json!({"plimsoll/CPUUtilization": "70/80", "plimsoll/mute": "no"});
    let of_provider = json!({"plimsoll/CPUUtilization/critical": "80", "team": "shop"});
    let check = |before: (&Value, &Value), tags: Value, unknown: Value, expected: &[&str]| {
        let values = |tags: &Value, all: &Value| json!({"engine": "postgres", "instance_class": "db.m6g.large", "tags": tags, "tags_all": all});
        let plan = plan_of_instance(&values(before.0, before.1), &values(&tags, &Value::Null), &unknown);
        let (succeeds, report) = deny_loss(&plan, &[]);
        let unknown = report
            .lines()
            .filter(|line| ["not known", "lost:", "weakened:"].iter().any(|it| line.trim().starts_with(it)));
        assert_eq!(unknown.map(str::trim).collect::<Vec<_>>(), expected, "{report}");
        assert!(report.ends_with("judged in part: 1\n"), "{report}");
        assert_eq!(succeeds, !report.contains("lost:") && !report.contains("weakened:"), "{report}");
    };
    let all = "not known until the plan is applied: all tags";
    let default = "not known until the plan is applied: default tags of the provider";
    let (whole, tags_all) = (json!({"tags": true, "tags_all": true}), json!({"tags_all": true}));
    check((&of_team, &of_team), Value::Null, whole, &[all]);
    check((&of_team, &of_team), of_team.clone(), tags_all.clone(), &[default]);
    // Today's default tags and unknown keys count as kept.
    let critical = "not known until the plan is applied: plimsoll/CPUUtilization/critical";
    check((&json!({}), &of_provider), json!({}), tags_all.clone(), &[critical, default]);
    let key = "not known until the plan is applied: plimsoll/CPUUtilization";
    let mute = json!({"plimsoll/mute": "no"});
    let unknown_key = json!({"tags": {"plimsoll/CPUUtilization": true}, "tags_all": true});
    check((&of_team, &of_team), mute.clone(), unknown_key, &[key, default]);
    check((&of_team, &of_team), mute, json!({"tags": {"plimsoll/CPUUtilization": true}}), &[key]);
    // Known values of the plan are judged.
    let weaker = "weakened: CPUUtilization critical from 80 % to 85 %";
    let owner = json!({"tags": {"owner": true}, "tags_all": true});
    check((&of_team, &of_team), json!({"plimsoll/CPUUtilization": "70/85"}), owner, &[weaker, default]);
    // Removing the last tag makes `tags_all` unknown as well.
    let lost = ["weakened: CPUUtilization warning from 70 % to 80 %", "lost: CPUUtilization critical 80 %", default];
    check((&of_team, &of_team), json!({}), tags_all.clone(), &lost);
    check((&of_team, &of_team), Value::Null, tags_all, &lost);
}

#[test]
fn a_removed_default_tag_is_a_loss() {
    let values = |all: Value| json!({"identifier": "orders", "engine": "postgres", "tags": {}, "tags_all": all});
    let before = values(json!({"plimsoll/CPUUtilization": "70/80"}));
    let (succeeds, report) = deny_loss(&plan_of_instance(&before, &values(json!({})), &json!({"tags_all": {}})), &[]);
    assert!(!succeeds && report.contains("lost: CPUUtilization critical 80 %"), "{report}");
    assert!(!report.contains("not known"), "{report}");
}

#[test]
fn an_unknown_value_may_replace_a_removed_level_of_the_same_metric() {
    let tags = |tags: Value, unknown: Value| {
        let folder = TempDir::new("check-tags");
        let legacy = "[tags.legacy]\ncpu_high = { metric = \"CPUUtilization\", severity = \"critical\" }\n";
        let config = folder.write("plimsoll.toml", &format!("{legacy}[defaults]\nmode = \"tagged\"\n"));
        let before = instance("db.m6g.large", &json!({"plimsoll/CPUUtilization/critical": "80"}));
        let plan = plan_of_instance(&before, &instance("db.m6g.large", &tags), &json!({ "tags": unknown }));
        deny_loss(&plan, &[&format!("--config.file={}", config.to_str().unwrap())])
    };
    let (succeeds, report) =
        tags(json!({"plimsoll/ReadLatency/critical": "20ms"}), json!({"cpu_high": true, "owner": true}));
    assert!(succeeds, "{report}");
    assert!(report.contains("not known until the plan is applied: cpu_high\n"), "{report}");
    assert!(!report.contains("owner"), "{report}");
    let (succeeds, report) =
        tags(json!({"plimsoll/ReadLatency/critical": "20ms"}), json!({"plimsoll/WriteLatency": true}));
    assert!(!succeeds && report.contains("weakened: CPUUtilization critical from 80 % to 90 %"), "{report}");
    // Without any other tag of plimsoll, default levels are kept as well.
    assert!(tags(json!({}), json!({"plimsoll/CPUUtilization/critical": true})).0);
}

#[test]
fn levels_of_an_unknown_cluster_are_reported_and_are_no_loss() {
    let cluster = |index: usize| {
        let values = json!({"cluster_identifier": format!("shop-{index}"), "engine": "aurora-mysql",
            "tags": {"plimsoll/CPUUtilization": "50/60"}});
        let after = json!({"engine": "aurora-mysql", "tags": {"plimsoll/CPUUtilization": "50/60"}});
        let unknown = json!({"cluster_identifier": true});
        change(&format!("aws_rds_cluster.shop[{index}]"), &values, &after, &unknown)
    };
    let member = |index: usize, latency: &str| {
        let values = |latency: &str| {
            json!({"engine": "aurora-mysql", "instance_class": "db.r6g.large", "identifier": format!("shop-{index}-0"),
                "tags": {"plimsoll/SelectLatency": latency}})
        };
        let mut before = values("20ms");
        before["cluster_identifier"] = format!("shop-{index}").into();
        let unknown = json!({"cluster_identifier": true});
        change(&format!("aws_rds_cluster_instance.shop[{index}]"), &before, &values(latency), &unknown)
    };
    let mut plan = plan(&[cluster(0), cluster(1), member(0, "20ms"), member(1, "30ms")]);
    let references = json!({"references": ["aws_rds_cluster.shop", "count.index"]});
    let configured =
        json!({"address": "aws_rds_cluster_instance.shop", "expressions": {"cluster_identifier": references}});
    plan["configuration"] = json!({"root_module": {"resources": [configured]}});
    let (succeeds, report) = deny_loss(&plan, &[]);
    let lost = report.lines().filter(|line| line.contains("weakened:") || line.contains("lost:"));
    assert_eq!(lost.collect::<Vec<_>>(), ["  weakened: SelectLatency critical from 20 ms to 30 ms"], "{report}");
    let missing = "  its cluster aws_rds_cluster.shop was not given, or is not known yet: its tags are not known here";
    assert_eq!(report.lines().filter(|line| *line == missing).count(), 2, "{report}");
    assert!(!succeeds && report.ends_with("judged in part: 2\n"), "{report}");
}

#[test]
fn input_that_cannot_be_read_is_an_error_with_a_remedy() {
    let folder = TempDir::new("check-tags");
    let error = |text: &str| {
        let output = run(&[folder.write("file.json", text).to_str().unwrap()]);
        assert!(!output.status.success() && output.stdout.is_empty());
        String::from_utf8(output.stderr).unwrap()
    };
    assert!(error("no json").contains("terraform show -json"));
    assert!(error("{}").contains("neither `DBInstances`"));
    assert!(error(" \n").contains("it is empty"));
    assert!(error(r#"[{"DBInstanceIdentifier": "orders"}]"#).contains("leave out `--query`"));
    let state = json!({"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {}}});
    assert!(error(&state.to_string()).contains("a state, not a plan"));
    assert!(error(r#"{"resource_changes": 7}"#).contains("invalid type"));
    assert!(String::from_utf8_lossy(&run(&["/nowhere"]).stderr).contains("cannot read /nowhere"));
    let error = |arguments: &[&str]| String::from_utf8(run(arguments).stderr).unwrap();
    assert!(error(&["plimsoll/CPUUtilization=80/90"]).contains("--engine postgres"));
    let instances = fixture("instances.json");
    assert!(error(&[&instances, "--deny-loss"]).contains("terraform show -json plan.tfplan"));
    let twice = error(&["--engine", "postgres", "plimsoll/CPUUtilization=80", "plimsoll/CPUUtilization=90"]);
    assert!(twice.contains("`plimsoll/CPUUtilization` is given twice"), "{twice}");
    assert!(run(&["--engine", "postgres", "team=a", "team=a"]).status.success());
    let postgres = |flag, value| error(&["--engine", "postgres", flag, value, "a=b"]);
    assert!(postgres("--storage", "much").contains("`much` is no size such as 100GiB"));
    assert!(postgres("--class", "db.m99.large").contains("configuration under [[class]]"));
    for capacity in ["16", "16-1", "0-0", "a-b", "NaN-1"] {
        let serverless = ["--engine", "aurora-mysql", "--class", "db.serverless", "--capacity", capacity, "a=b"];
        assert!(error(&serverless).contains("such as 0.5-16"), "{capacity}");
    }
    assert!(postgres("--capacity", "0.5-16").contains("add --class db.serverless"));
    let engine = error(&["--engine", "postgresql", "a=b"]);
    assert!(engine.contains("`postgresql` is no engine") && engine.contains("mysql, mariadb, postgres,"), "{engine}");
    assert!(error(&["--kind", "db-cluster", "a=b"]).contains("--engine"));
    let config = folder.write("plimsoll.toml", "[[class]]\nname = \"db.m99.large\"\nmemory = \"8GiB\"\nvcpus = 2\n");
    let described =
        ["--config.file", config.to_str().unwrap(), "--engine", "postgres", "--class", "db.m99.large", "a=b"];
    assert!(run(&described).status.success());
}

proptest! {
    /// The reader accepts any text in the tags of a plan.
    #[test]
    fn no_tag_breaks_the_reader(key in "\\PC{0,40}", value in "\\PC{0,40}") {
        let tags = json!({ key.clone(): value.clone() });
        let database = json!({"DBInstances": [{
            "DBInstanceIdentifier": "orders", "Engine": "postgres", "TagList": [{"Key": key, "Value": value}],
        }]});
        let mut input = plimsoll::offline::Input::default();
        input.add(&database.to_string()).unwrap();
        let read: Value = serde_json::to_value(&input.after.instances[0].tags).unwrap();
        prop_assert_eq!(read, tags);
    }
}
