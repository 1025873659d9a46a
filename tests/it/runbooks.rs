//! The runbooks: a page for every alert, and on each what a person who is called at night needs.

use std::collections::BTreeSet;
use std::path::PathBuf;

use plimsoll::config::Selection;
use plimsoll::generate::runbooks::{HEADINGS, Runbook, section};
use plimsoll::generate::{self, RuleOptions};
use plimsoll::level::{self, Writer};
use plimsoll::resource::{Kind, SERVICES};

use crate::rules::{every_service, rules_of};

/// The headings of a page on a state or on plimsoll itself, which has no level that a tag could change. Those on plimsoll
/// itself have no sources.
const WITHOUT_LEVEL: [&str; 6] =
    ["What it means", "Is it urgent?", "What to look at first", "Causes and remedies", "Mute it", "Sources"];

/// As shipped: warning and critical.
const SEVERITIES: usize = 2;

const INDEX: &str = "\
# Runbooks

<!-- Made from the rules by `SNAPSHOTS=overwrite cargo test --test it runbooks`: change those, not this page. -->

Every alert has a page: what it means, whether it is urgent, what to look at first, causes and remedies, how to change the level and how to mute.

| alert | summary |
|---|---|
";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("docs/runbooks")
}

fn read(alert: &str) -> String {
    std::fs::read_to_string(folder().join(format!("{alert}.md"))).unwrap_or_default()
}

/// `SNAPSHOTS=overwrite` writes the pages instead; what people wrote on them stays.
#[test]
fn the_runbooks_of_metrics_are_up_to_date() {
    let selection = Selection::of(&every_service());
    for runbook in generate::runbooks(&selection) {
        let present = read(&runbook.alert);
        let made = runbook.page(&present);
        if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") && made != present {
            std::fs::write(folder().join(format!("{}.md", runbook.alert)), made).unwrap();
        } else {
            snapbox::assert_data_eq!(present, snapbox::Data::text(made).raw());
        }
    }
}

/// Every rule names a page that is there, every page belongs to a rule, and it has the usual sections.
#[test]
fn every_alert_has_a_runbook() {
    let base = "https://runbooks.example/";
    let mut config = every_service();
    config.links.runbooks = Some(base.trim_end_matches('/').to_owned());
    let rules = rules_of(&config, &RuleOptions::default());
    assert_eq!(rules.matches("- alert: ").count(), rules.matches("runbook_url: ").count());
    let linked: BTreeSet<_> = rules.split(base).skip(1).map(|rest| rest.lines().next().unwrap().to_owned()).collect();
    let pages = std::fs::read_dir(folder()).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let pages = pages.filter(|page| page != "index.md").collect();
    assert_eq!(linked, pages);
    for alert in linked.iter().map(|page| page.trim_end_matches(".md")) {
        let page = read(alert);
        let headings: Vec<_> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        let is_own = alert.starts_with("Plimsoll");
        let expected = [&HEADINGS[..], &WITHOUT_LEVEL, &WITHOUT_LEVEL[..5]];
        assert!(expected[if is_own { 2..3 } else { 0..2 }].contains(&&headings[..]), "{alert}: {headings:?}");
        assert!(page.starts_with(&format!("# {alert}\n")), "{alert}");
        for heading in headings {
            assert!(section(&page, heading).is_some_and(|text| !text.is_empty()), "{alert}: {heading}");
        }
        let first = section(&page, "What to look at first").unwrap();
        assert!(first.contains("`plimsoll explain"), "{alert} does not name the command that explains it");
        assert!(first.contains("dashboards.md"), "{alert} does not link to a dashboard");
    }
}

/// The tag in the command that changes a level is one that plimsoll can use. A quota has no tags; its page shows a
/// configuration, which `documents` checks.
#[test]
fn default_levels_on_runbooks_are_tags() {
    let selection = Selection::of(&every_service());
    for runbook in generate::runbooks(&selection).into_iter().filter(|runbook| runbook.row.kind != Kind::QUOTA) {
        let page = read(&runbook.alert);
        let (_, tag) = page.split_once("'Key=plimsoll/").unwrap();
        let (metric, value) = tag.split('\'').next().unwrap().split_once(",Value=").unwrap();
        assert_eq!(metric, runbook.row.metric.replace('%', ""));
        if runbook.row.alert.is_some_and(|alert| !alert.defaults.is_empty()) {
            let levels = level::parse(value, SEVERITIES, Writer::Tag);
            assert!(levels.is_ok(), "{}: {value}: {levels:?}", runbook.alert);
        }
    }
}

/// The list of all runbooks, with the summary of each alert. `SNAPSHOTS=overwrite` writes it instead.
#[test]
fn the_list_of_runbooks_is_up_to_date() {
    let rules = rules_of(&every_service(), &RuleOptions::default());
    let mut lines: Vec<_> = rules.split("- alert: ").skip(1).map(line).collect();
    lines.sort();
    let made = format!("{INDEX}{}", lines.concat());
    let path = folder().join("index.md");
    if std::env::var("SNAPSHOTS").is_ok_and(|value| value == "overwrite") {
        std::fs::write(&path, &made).unwrap();
    }
    snapbox::assert_data_eq!(std::fs::read_to_string(&path).unwrap_or_default(), snapbox::Data::text(made).raw());
}

/// The line of an alert. Rules on states of several services share pages.
fn line(rule: &str) -> String {
    let alert = rule.lines().next().unwrap();
    let value = |key: &str| rule.lines().find_map(|line| line.trim().strip_prefix(key)).unwrap().trim_matches('"');
    let page = if folder().join(format!("{alert}.md")).exists() { alert.to_owned() } else { shared(alert) };
    format!("| [{alert}]({page}.md) | {} |\n", value("summary: "))
}

/// The page of a state that services have in common.
fn shared(alert: &str) -> String {
    let state =
        SERVICES.iter().filter_map(|service| alert.strip_prefix(service.alert_prefix)).min_by_key(|rest| rest.len());
    format!("{}{}", SERVICES[0].runbook_prefix, state.unwrap())
}

/// Where plimsoll itself sets a level, a person has written what to do, by engine, with sources.
#[test]
fn the_runbook_of_every_default_level_is_written() {
    let selection = Selection::of(&every_service());
    for runbook in generate::runbooks(&selection) {
        let page = read(&runbook.alert);
        if runbook.row.alert.is_some_and(|alert| alert.defaults.is_empty()) {
            continue;
        }
        assert!(Runbook::is_written(&page), "{}: somebody has to write its sections", runbook.alert);
        let causes = section(&page, "Causes and remedies").unwrap();
        for engine in runbook.row.engines {
            assert!(causes.contains(engine.name()), "{}: no cause for {}", runbook.alert, engine.name());
        }
        assert!(section(&page, "Sources").unwrap().contains("https://"), "{}: no source", runbook.alert);
    }
}
