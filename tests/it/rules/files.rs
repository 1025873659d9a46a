//! The rule files, as shipped and in every format.

use std::collections::BTreeSet;
use std::path::PathBuf;

use plimsoll::config::{Config, Selection};
use plimsoll::generate::{self, RuleFile, RuleFormat, RuleOptions};
use serde_json::Value;

use super::{every_service, promtool, root, rules_of};

/// The folders of shipped rules. Files of one folder belong together: rules on one service depend on which others are
/// watched.
fn shipped() -> [(PathBuf, Vec<RuleFile>); 2] {
    let files = |config: Config| generate::rule_files(&config, &Selection::of(&config), &RuleOptions::default());
    let folder = root().join("alert-rules");
    [(folder.join("every-service"), files(every_service())), (folder, files(Config::default()))]
}

/// `SNAPSHOTS=overwrite` writes the files anew instead.
#[test]
fn the_shipped_rules_are_those_of_the_defaults_and_those_of_every_service() {
    for (folder, files) in shipped() {
        for RuleFile { file, text } in &files {
            let path = folder.join(file);
            if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
                std::fs::create_dir_all(&folder).unwrap();
                std::fs::write(&path, text).unwrap();
            }
            snapbox::assert_data_eq!(std::fs::read_to_string(&path).unwrap(), snapbox::Data::text(text).raw());
        }
        let is_rules = |path: &PathBuf| path.extension().is_some_and(|extension| extension == "yml");
        let there = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(is_rules).count();
        assert_eq!(there, files.len(), "a rule file that nothing makes");
    }
}

#[test]
fn promtool_accepts_the_shipped_rules() {
    let files =
        shipped().into_iter().flat_map(|(folder, files)| files.into_iter().map(move |one| folder.join(one.file)));
    promtool::run(&["check", "rules"], &files.collect::<Vec<_>>());
}

/// The document and the files have the same rules.
#[test]
fn one_document_holds_what_the_files_hold() {
    let config = every_service();
    for format in [RuleFormat::Prometheus, RuleFormat::Operator, grafana()] {
        let options = RuleOptions { format, ..RuleOptions::default() };
        let all = read(&rules_of(&config, &options));
        let files = generate::rule_files(&config, &Selection::of(&config), &options);
        let names: Vec<_> = files.iter().map(|one| one.file.as_str()).collect();
        assert_eq!(names, ["rds.yml", "rds-volume.yml", "rds-proxy.yml", "docdb.yml", "neptune.yml", "plimsoll.yml"]);
        let parts: Vec<Value> = files.iter().flat_map(|one| groups(&read(&one.text))).collect();
        assert_eq!(groups(&all), parts);
    }
}

fn grafana() -> RuleFormat {
    RuleFormat::Grafana("prometheus-main".to_owned())
}

fn read(text: &str) -> Value {
    serde_saphyr::from_str(text).unwrap()
}

/// The groups, wherever the format has them.
fn groups(document: &Value) -> Vec<Value> {
    let groups = document.get("groups").or_else(|| document["spec"].get("groups"));
    groups.unwrap().as_array().unwrap().clone()
}

fn in_format(format: RuleFormat) -> Value {
    read(&rules_of(&Config::default(), &RuleOptions { format, ..RuleOptions::default() }))
}

#[test]
fn the_manifest_of_the_operator_has_the_groups_of_prometheus() {
    let manifest = in_format(RuleFormat::Operator);
    assert_eq!(manifest["apiVersion"], "monitoring.coreos.com/v1");
    assert_eq!(manifest["kind"], "PrometheusRule");
    assert_eq!(manifest["metadata"]["name"], "plimsoll");
    assert_eq!(manifest["spec"], in_format(RuleFormat::Prometheus));
}

#[test]
fn grafana_has_every_alert_of_prometheus_with_the_same_query() {
    let of = |format, alert: &str, expression: &str| -> Vec<(Value, Value, Value)> {
        let groups = groups(&in_format(format));
        let rules = groups.iter().flat_map(|group| group["rules"].as_array().unwrap());
        let alerts = rules.filter(|rule| rule.get("record").is_none());
        alerts.map(|one| (one[alert].clone(), one.pointer(expression).unwrap().clone(), one["for"].clone())).collect()
    };
    assert_eq!(of(grafana(), "title", "/data/0/model/expr"), of(RuleFormat::Prometheus, "alert", "/expr"));
}

/// What Grafana would refuse: <https://grafana.com/docs/grafana/latest/alerting/set-up/provision-alerting-resources/file-provisioning/>.
#[test]
fn grafana_can_read_ids_intervals_and_templates() {
    let groups = groups(&in_format(grafana()));
    let rules: Vec<_> = groups.iter().flat_map(|group| group["rules"].as_array().unwrap()).collect();
    let ids: BTreeSet<&str> = rules.iter().map(|rule| rule["uid"].as_str().unwrap()).collect();
    assert_eq!(ids.len(), rules.len(), "ids are unique");
    assert!(ids.iter().all(|id| id.len() <= 40));
    assert!(groups.iter().all(|group| ["1m", "10s"].contains(&group["interval"].as_str().unwrap())));
    for rule in rules {
        let annotations = rule["annotations"].to_string();
        assert!(!annotations.contains("$value ") && !annotations.contains("${"), "{annotations}");
        let names = rule["data"].as_array().unwrap().iter().map(|step| step["refId"].as_str().unwrap());
        assert_eq!(names.collect::<Vec<_>>(), ["A", "B", "C"]);
        assert_eq!(rule["condition"], "C");
    }
}

/// One rule in full. `SNAPSHOTS=overwrite` writes it anew instead.
#[test]
fn a_rule_for_grafana_is_complete() {
    let options = RuleOptions { format: grafana(), ..RuleOptions::default() };
    let config = Config { links: super::links::everywhere(), ..Config::default() };
    let text = rules_of(&config, &options);
    let first = text.match_indices("\n  - uid: ").nth(1).unwrap().0;
    let path = root().join("tests/fixtures/rules/grafana.yml");
    snapbox::assert_data_eq!(&text[..=first], snapbox::Data::read_from(&path, None).raw());
}
