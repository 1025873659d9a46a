//! The alert rules: the shipped file, tests by promtool, and a runbook for every rule.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use plimsoll::catalog::Catalog;
use plimsoll::config::{Config, Profile, Selection};
use plimsoll::generate::{self, RuleOptions};
use plimsoll::resource::SERVICES;
use serde_json::{Value, json};

mod fleet;
mod inherited;
mod alertmanager;
mod check;
mod files;
mod links;
mod outdated;
mod promtool;
mod stories;
mod vmalert;
mod waits;

use crate::support::scrape::Series;
use fleet::Extra;
use stories::Subject;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

pub(crate) fn rules_of(config: &Config, options: &RuleOptions) -> String {
    generate::rules(config, &Selection::of(config), options)
}

/// The configuration as shipped, but for every service.
pub(crate) fn every_service() -> Config {
    Config { catalog: Catalog::of(SERVICES), ..Config::default() }
}

pub(crate) fn shipped() -> String {
    rules_of(&Config::default(), &RuleOptions::default())
}

/// Every metric rule: fires, does not fire, no threshold, both severities, duplicate, gap, failed scrape, one
/// datapoint and then silence.
#[test]
fn every_metric_rule_fires_when_it_should_and_only_then() {
    let config = every_service();
    let selection = Selection::of(&config);
    let subjects: Vec<_> = selection.metrics.iter().filter_map(|selected| Subject::of(&config, selected)).collect();
    run_stories("every-service", &rules_of(&config, &RuleOptions::default()), &subjects, &Extra::default());
}

/// Alerts carry the team's labels, and series of another exporter with the same names are ignored.
#[test]
fn routing_labels_and_the_selector_reach_every_part_of_a_rule() {
    let mut config = Config::default();
    config.labels.tags = vec!["cost-center".to_owned()];
    let selector = Some("job=\"plimsoll\"".to_owned());
    let mut selection = Selection::of(&config);
    selection.metrics.retain(|selected| ["CPUUtilization", "FreeStorageSpace"].contains(&selected.row.metric));
    let subjects: Vec<_> = selection.metrics.iter().filter_map(|selected| Subject::of(&config, selected)).collect();
    let team = ("tag_cost_center", "payments");
    let extra = Extra { on_series: vec![team, ("job", "plimsoll")], on_alerts: vec![team] };
    let rules = generate::rules(&config, &selection, &RuleOptions { selector, ..RuleOptions::default() });
    run_stories("selected", &rules, &subjects, &extra);
}

/// Runs the tests of these rules. Rules with equal times share a run without other rules, because some last for hours.
fn run_stories(name: &str, rules: &str, subjects: &[Subject], extra: &Extra) {
    let mut timelines = BTreeMap::<_, Vec<_>>::new();
    for subject in subjects {
        timelines.entry(subject.pace()).or_default().push(subject);
    }
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let write = |(index, subjects): (usize, &Vec<&Subject>)| {
        let path = |what| folder.join(format!("{name}-{index}-{what}.yml"));
        let (rule_file, test_file) = (path("rules"), path("tests"));
        std::fs::write(&rule_file, only(rules, subjects)).unwrap();
        let tests = [timeline(subjects, extra)];
        let file = json!({"rule_files": [rule_file], "evaluation_interval": "1m", "tests": tests});
        std::fs::write(&test_file, file.to_string()).unwrap();
        (rule_file, test_file)
    };
    let (rule_files, test_files): (Vec<_>, Vec<_>) = timelines.values().enumerate().map(write).unzip();
    promtool::run(&["check", "rules"], &rule_files);
    promtool::run(&["test", "rules"], &test_files);
}

/// The rules of these metrics, as they stand in the file.
fn only(rules: &str, subjects: &[&Subject]) -> String {
    let is_wanted =
        |rule: &&str| subjects.iter().any(|subject| rule.starts_with(&format!("{}\n", subject.alert().name)));
    let rules = rules.split("\n- name: ").flat_map(|group| group.split("\n  - alert: ").skip(1)).filter(is_wanted);
    let rules: Vec<_> = rules.map(|rule| format!("  - alert: {}\n", rule.trim_end())).collect();
    assert_eq!(rules.len(), subjects.len(), "one rule for each metric");
    format!("groups:\n- name: metrics\n  rules:\n{}", rules.concat())
}

/// The rules of one alert, as they stand in the file: without the others, a test takes no time.
fn alone(rules: &str, alert: &str) -> String {
    let of_alert = rules.split("\n  - alert: ").skip(1).filter(|rule| rule.starts_with(&format!("{alert}\n")));
    let rule = |rule: &str| format!("  - alert: {}\n", rule.split("\n- name: ").next().unwrap().trim_end());
    format!("groups:\n- name: alone\n  rules:\n{}", of_alert.map(rule).collect::<String>())
}

fn timeline(subjects: &[&Subject], extra: &Extra) -> Value {
    let (mut input, mut checks) = (vec![], vec![]);
    for subject in subjects {
        let stories = subject.stories();
        input.extend(stories.iter().flat_map(|story| story.input(extra)));
        checks.extend(fleet::checks(&subject.alert(), &stories, extra, &subject.moments()));
    }
    json!({"interval": "1m", "input_series": input, "alert_rule_test": checks})
}

#[test]
fn promtool_accepts_the_rules_of_every_kind_of_configuration() {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    let write = |(index, config): (usize, Config)| {
        let selector = (index % 2 == 0).then(|| "job=\"plimsoll\",cluster!~\"test-.+\"".to_owned());
        let path = folder.join(format!("configured-{index}.yml"));
        std::fs::write(&path, rules_of(&config, &RuleOptions { selector, ..RuleOptions::default() })).unwrap();
        path
    };
    let files: Vec<_> = configurations().into_iter().enumerate().map(write).collect();
    promtool::run(&["check", "rules"], &files);
}

/// Every profile, quick and slow scrapes, with and without a team and links.
fn configurations() -> Vec<Config> {
    let profiles = [Profile::None, Profile::Alerting, Profile::Dashboards, Profile::All];
    let with = |profile, seconds| {
        let mut config = Config::default();
        config.metrics.profile = profile;
        config.rules.scrape_interval = Duration::from_secs(seconds);
        if seconds < 60 {
            config.labels.tags = vec!["team".to_owned()];
            config.links = links::everywhere();
            config.severities = vec!["page".to_owned()];
        }
        config
    };
    let with_all = |profile| [1, 15, 60, 300].map(|seconds| with(profile, seconds));
    profiles.into_iter().flat_map(with_all).chain([every_service()]).collect()
}

/// Runs one test of these rules; `name` distinguishes its files.
pub(crate) fn run(name: &str, rules: &str, test: &Value) {
    let path = |what| PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{what}.yml"));
    std::fs::write(path("rules"), rules).unwrap();
    let file = json!({"rule_files": [path("rules")], "evaluation_interval": "1m", "tests": [test]});
    std::fs::write(path("tests"), file.to_string()).unwrap();
    promtool::run(&["test", "rules"], &[path("tests")]);
}

/// A series that is constant for an hour, as promtool reads it.
pub(crate) fn constant(Series { name, labels, value }: &Series) -> Value {
    let labels: Vec<_> = labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
    json!({"series": format!("{name}{{{}}}", labels.join(",")), "values": format!("{value}x60")})
}

/// The tests that stand in `tests/rules`, for states and for plimsoll itself.
#[test]
fn promtool_confirms_what_the_rules_on_states_and_on_plimsoll_do() {
    let tests = std::fs::read_dir(root().join("tests/rules")).unwrap().map(|file| file.unwrap().path());
    // A process evaluates on one core, and the first file takes as long as the others.
    let (of_plimsoll, others): (Vec<_>, Vec<_>) = tests.partition(|path| path.ends_with("plimsoll.yml"));
    std::thread::scope(|scope| {
        for files in [of_plimsoll, others] {
            scope.spawn(move || promtool::run(&["test", "rules"], &files));
        }
    });
}
