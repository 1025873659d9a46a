//! The tests of `tests/rules` in a second, independent engine: the `vmalert-tool` of `VictoriaMetrics`, which `make setup` builds.
//!
//! Its test files are those of promtool with other names for some keys. Time begins in 2000 instead of 1970, and each alert
//! has the label of its group. Here the files are converted, and what the engine reads in another way is skipped by name.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;

use plimsoll::config::Config;
use plimsoll::generate::RuleOptions;
use serde::Deserialize;
use serde_json::{Value, json};

use super::{root, rules_of};
use crate::support::TempDir;
use crate::support::tools::bare;

const TOOL: &str = ".tools/bin/vmalert-tool";

/// When its tests begin: <https://docs.victoriametrics.com/victoriametrics/vmalert-tool/>.
const START: i64 = 946_684_800;

/// One group for all rules: samples are flushed after each group, and with few rules a file takes a second.
const GROUP: &str = "g";

/// A range that has a sample exactly at its start: Prometheus 2 includes it. Prometheus 3 and `VictoriaMetrics` do not.
const LEFT_OPEN: &str = "a range does not include its start";
const REAL_TIME: &str = "the value is a time of the test, which begins in 2000";

/// Checks that are skipped: the file, the alert or the start of the expression, the time, and why.
const SKIPPED: [(&str, &str, &str, &str); 8] = [
    ("clusters.yml", "count_over_time((count(count by", "59m", LEFT_OPEN),
    ("clusters.yml", "count_over_time(ALERTS", "179m", LEFT_OPEN),
    ("mute.yml", "count by (dimension_DBInstanceIdentifier) (ALERTS", "21m30s", LEFT_OPEN),
    ("mute.yml", "PlimsollMutedForLong", "11m30s", LEFT_OPEN),
    ("plimsoll.yml", "count_over_time(ALERTS", "22m30s", LEFT_OPEN),
    ("plimsoll.yml", "sum by (account) (count_over_time(ALERTS", "14m", LEFT_OPEN),
    ("plimsoll.yml", "PlimsollInvalidTag", "9m30s", LEFT_OPEN),
    ("relative.yml", "max_over_time(ALERTS_FOR_STATE", "55m", REAL_TIME),
];

#[derive(Deserialize)]
struct File {
    evaluation_interval: String,
    tests: Vec<Test>,
}

#[derive(Deserialize)]
struct Test {
    #[serde(default)]
    name: String,
    interval: String,
    input_series: Vec<Series>,
    #[serde(default, rename = "alert_rule_test")]
    alerts: Vec<Value>,
    #[serde(default, rename = "promql_expr_test")]
    expressions: Vec<Value>,
}

#[derive(Deserialize)]
struct Series {
    series: String,
    /// Text, although `0x30` could be a number.
    values: String,
}

#[test]
fn a_second_engine_confirms_what_the_rules_do() {
    let tool = root().join(TOOL);
    if !tool.exists() {
        // Not `eprintln`, which is captured.
        let _ = writeln!(
            std::io::stderr(),
            "skipped: rules::vmalert, because vmalert-tool is not built: `make setup` shows why"
        );
        return;
    }
    let rules: Value = serde_saphyr::from_str(&rules_of(&Config::default(), &RuleOptions::default())).unwrap();
    let mut failures = String::new();
    let mut skipped = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/rules")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap();
        let folder = TempDir::new("vmalert");
        folder.write("rules.yml", &only(&rules, &text).to_string());
        let file: File = serde_saphyr::from_str(&text).unwrap();
        let tests = folder.write(name, &converted(name, file, &mut skipped).to_string());
        if let Err(output) = run(&tool, &tests, &folder) {
            let _ = writeln!(failures, "{name}:\n{output}");
        }
    }
    assert!(failures.is_empty(), "vmalert-tool found:\n{failures}");
    let gone = (0..SKIPPED.len()).filter(|at| !skipped.contains(at)).map(|at| SKIPPED[at]).collect::<Vec<_>>();
    assert!(gone.is_empty(), "no such checks any more: {gone:?}");
}

/// Runs one file; the output if it fails.
fn run(tool: &Path, tests: &Path, folder: &TempDir) -> Result<(), String> {
    let mut command = bare(tool);
    // It stores samples in a folder of its own, and waits for the disk.
    let memory = Path::new("/dev/shm");
    command.env("TMPDIR", if memory.is_dir() { memory } else { folder.path() });
    let output = command.arg("unittest").arg("--files").arg(tests).output().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    if output.status.success() { Ok(()) } else { Err(text(&output.stdout) + &text(&output.stderr)) }
}

/// The rules that a test file names, in one group, recording rules first.
fn only(rules: &Value, text: &str) -> Value {
    let all = rules["groups"].as_array().unwrap().iter().flat_map(|group| group["rules"].as_array().unwrap());
    let (recording, alerts): (Vec<_>, Vec<_>) = all.partition(|rule| rule.get("record").is_some());
    let named = alerts.into_iter().filter(|rule| text.contains(rule["alert"].as_str().unwrap()));
    json!({"groups": [{"name": GROUP, "rules": recording.into_iter().chain(named).collect::<Vec<_>>()}]})
}

fn converted(name: &str, file: File, skipped: &mut Vec<usize>) -> Value {
    let tests: Vec<Value> = file.tests.into_iter().map(|test| converted_test(name, test, skipped)).collect();
    json!({"rule_files": ["rules.yml"], "evaluation_interval": file.evaluation_interval, "tests": tests})
}

fn converted_test(name: &str, test: Test, skipped: &mut Vec<usize>) -> Value {
    let mut wanted = |check: &Value| is_wanted(name, check, skipped);
    let alerts: Vec<Value> = test.alerts.into_iter().filter(&mut wanted).map(with_group).collect();
    let expressions: Vec<Value> = test.expressions.into_iter().filter(&mut wanted).map(with_group_in_samples).collect();
    let series: Vec<Value> = test.input_series.iter().map(shifted).collect();
    json!({
        "name": test.name,
        "interval": test.interval,
        "input_series": series,
        "alert_rule_test": alerts,
        "metricsql_expr_test": expressions,
    })
}

/// Whether a check is made; if not, its place in the list of skipped ones is noted.
fn is_wanted(name: &str, check: &Value, skipped: &mut Vec<usize>) -> bool {
    let subject = check.get("alertname").or(check.get("expr")).and_then(Value::as_str).unwrap();
    let time = check["eval_time"].as_str().unwrap();
    let found =
        SKIPPED.iter().position(|(file, start, at, _)| *file == name && subject.starts_with(start) && *at == time);
    skipped.extend(found);
    found.is_none()
}

fn with_group(mut check: Value) -> Value {
    check["groupname"] = GROUP.into();
    check
}

/// Alerts as series have the label of their group, unless the expression aggregates it away.
fn with_group_in_samples(mut check: Value) -> Value {
    if check["expr"].as_str().unwrap().contains(" by (") {
        return check;
    }
    for sample in check["exp_samples"].as_array_mut().into_iter().flatten() {
        let labels = sample["labels"].as_str().unwrap();
        sample["labels"] = labels.replace("alertstate=", &format!("alertgroup=\"{GROUP}\",alertstate=")).into();
    }
    check
}

/// The series, with times counted from the start of the test.
fn shifted(Series { series, values }: &Series) -> Value {
    let name = series.split(['{', ' ']).next().unwrap();
    if !name.ends_with("_timestamp_seconds") {
        return json!({"series": series, "values": values});
    }
    let shift = |run: &str| {
        let sign = usize::from(run.starts_with('-'));
        let digits = run[sign..].find(|one: char| !one.is_ascii_digit()).map_or(run.len(), |digits| sign + digits);
        let (first, rest) = run.split_at(digits);
        first.parse::<i64>().map_or_else(|_| run.to_owned(), |first| format!("{}{rest}", START + first))
    };
    json!({"series": series, "values": values.split_whitespace().map(shift).collect::<Vec<_>>().join(" ")})
}
