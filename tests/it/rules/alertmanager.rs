//! The example of an Alertmanager: it is valid, alerts reach who must see them, and its list of labels is complete.

use std::path::PathBuf;
use std::process::Command;

use plimsoll::catalog::name::dimension_label;
use plimsoll::resource::KINDS;
use serde_json::Value;

use super::root;

fn example() -> PathBuf {
    root().join("docs/examples/alertmanager.yml")
}

fn amtool(arguments: &[&str]) -> String {
    let program = root().join(".tools/bin/amtool");
    let output =
        Command::new(program).args(arguments).output().expect("no amtool in .tools/bin: `make setup` installs it");
    let text = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    assert!(output.status.success(), "{arguments:?}: {text}");
    text
}

#[test]
fn the_example_is_valid() {
    amtool(&["check-config", example().to_str().unwrap()]);
}

#[test]
fn alerts_reach_their_team_and_outages_the_pager() {
    let check = |receiver: &str, labels: &[&str]| {
        let (verify, file) =
            (format!("--verify.receivers={receiver}"), format!("--config.file={}", example().display()));
        amtool(&[&["config", "routes", "test", &verify, &file], labels].concat());
    };
    check("payments", &["alertname=RDSCPUUtilizationHigh", "severity=warning", "tag_team=payments"]);
    check("payments-pager", &["alertname=RDSCPUUtilizationHigh", "severity=critical", "tag_team=payments"]);
    check("platform", &["alertname=RDSCPUUtilizationHigh", "severity=warning"]);
    check("platform-pager", &["alertname=RDSCPUUtilizationHigh", "severity=critical", "tag_team=unknown"]);
    check("platform-pager", &["alertname=PlimsollBlind", "severity=critical"]);
    check("platform", &["alertname=PlimsollInvalidTag", "severity=warning"]);
}

/// Without one of them, the critical alert of one resource would inhibit the warnings of others.
#[test]
fn the_critical_alert_inhibits_the_warning_of_the_same_resource_only() {
    let example: Value = serde_saphyr::from_str(&std::fs::read_to_string(example()).unwrap()).unwrap();
    let equal = example["inhibit_rules"][0]["equal"].as_array().unwrap();
    let dimensions = KINDS.iter().flat_map(|kind| kind.dimensions).map(|dimension| dimension_label(dimension));
    let fixed = ["alertname", "account_id", "region"].map(str::to_owned);
    for label in dimensions.chain(fixed) {
        assert!(equal.contains(&Value::from(label.as_str())), "{label}");
    }
}
