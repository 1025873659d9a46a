//! `plimsoll cost` as a person or a CI job runs it.

use std::process::Output;

use serde_json::Value;

use crate::support::TempDir;
use crate::support::databases::databases;
use crate::support::golden;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::bare;
use plimsoll::sim::Options;

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/check-tags/");

fn run(arguments: &[&str]) -> Output {
    bare(env!("CARGO_BIN_EXE_plimsoll")).arg("cost").args(arguments).output().unwrap()
}

#[track_caller]
fn check(golden: &str, arguments: &[&str], succeeds: bool) {
    let output = run(arguments);
    assert_eq!(String::from_utf8_lossy(&output.stderr), "");
    golden::check(&format!("cost/{golden}"), &String::from_utf8(output.stdout).unwrap());
    assert_eq!(output.status.success(), succeeds, "{arguments:?}");
}

#[test]
fn files_and_counts_are_forecast_without_aws() {
    let (instances, clusters) = (format!("{FIXTURES}instances.json"), format!("{FIXTURES}clusters.json"));
    check("files.txt", &[&instances, &clusters], true);
    check("files.report.json", &[&instances, &clusters, "--format", "json"], true);
    check("counted.txt", &["--engine", "aurora-postgresql", "--class", "db.r6g.large", "--instances", "40"], true);
}

#[test]
fn a_limit_fails_a_ci_job_and_the_budget_counts() {
    let folder = TempDir::new("cost");
    let budget = folder.write("plimsoll.toml", "[cost]\nmonthly_budget_usd = 60\n");
    let forty = ["--engine", "mysql", "--class", "db.m6g.large", "--storage", "100GiB", "--instances", "40"];
    let with = |more: &[&str]| run(&[&forty[..], more].concat()).status.success();
    assert!(with(&["--max-usd", "1000"]));
    assert!(!with(&["--max-usd", "150"]));
    assert!(with(&["--max-usd", "150", "--config.file", budget.to_str().unwrap()]));
    check("budget.txt", &[&forty[..], &["--config.file", budget.to_str().unwrap()]].concat(), true);
}

#[test]
fn live_databases_are_forecast_with_free_calls_only() {
    let aws = SimulatedAws::start(databases(["orders", "billing"]), Options::default());
    let output = aws.launch().command().args(["cost", "--format", "json"]).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let forecast: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(forecast["scopes"][0]["account"], "default");
    assert_eq!(forecast["scopes"][0]["region"], "eu-west-1");
    assert_eq!(forecast["scopes"][0]["instances"], 2);
    assert_eq!(aws.counts().of("GetMetricData").attempts, 0);
}
