//! The documents: their examples work, their closed sets are those of the code, and their links lead somewhere.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::process::Command;

use plimsoll::aws::Cause;
use plimsoll::config::file;
use plimsoll::resource::{KINDS, Lister, SERVICES};
use serde_json::Value;

use crate::support::TempDir;
use crate::support::tools::tool;

mod configuration;
mod cost;
mod links;
mod sources;

/// More than this on the first page, and nobody reads it.
const README_LINES: usize = 200;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The Markdown files that people read, relative to the top of the repository.
fn pages() -> Vec<String> {
    let below = |folder: &str| {
        let entries = std::fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        let markdown = entries.filter(|path| path.extension().is_some_and(|extension| extension == "md"));
        let relative = |path: PathBuf| path.strip_prefix(root()).unwrap().display().to_string();
        markdown.map(relative).collect::<Vec<_>>()
    };
    ["", "docs", "docs/runbooks"].into_iter().flat_map(below).collect()
}

/// The contents of the code blocks of one language.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let fence = format!("```{language}\n");
    let parts = page.split(&fence).skip(1);
    parts.map(|part| part.split("\n```").next().unwrap().to_owned()).collect()
}

#[test]
fn the_first_page_is_short() {
    assert!(read("README.md").lines().count() <= README_LINES);
}

/// Every configuration that a page shows is accepted, without a warning.
#[test]
fn configuration_examples_are_valid() {
    let mut count = 0;
    for page in pages() {
        for example in blocks(&read(&page), "toml") {
            let parsed = file::parse(&example, &page).unwrap_or_else(|error| panic!("{error}"));
            assert!(parsed.warnings.is_empty(), "{page}: {}", parsed.warnings[0]);
            count += 1;
        }
    }
    assert!(count > 10, "{count} examples");
}

/// Prometheus reads the examples of scraping, and Alertmanager those of routing. An example that is a part of a scrape
/// job stands in one.
#[test]
fn examples_of_scraping_and_routing_are_valid() {
    for page in ["README.md", "docs/start.md"] {
        check(tool("bin/promtool").args(["check", "config", "--syntax-only"]), &blocks(&read(page), "yaml")[0]);
    }
    let part = blocks(&read("docs/comparison.md"), "yaml")[0].replace('\n', "\n    ");
    check(
        tool("bin/promtool").args(["check", "config", "--syntax-only"]),
        &format!("scrape_configs:\n  - job_name: plimsoll\n    {part}"),
    );
    let receivers = "receivers:\n  - name: platform\n  - name: payments\n";
    let routing = blocks(&read("docs/rules.md"), "yaml").join("\n") + "\n" + receivers;
    check(tool("bin/amtool").arg("check-config"), &routing);
}

/// Runs a program that checks a file with this content.
#[track_caller]
fn check(command: &mut Command, content: &str) {
    let folder = TempDir::new("documents");
    let file = folder.write("example.yml", content);
    let output = command.arg(file).output().unwrap();
    assert!(
        output.status.success(),
        "{}\n{content}",
        String::from_utf8_lossy(&[output.stdout, output.stderr].concat())
    );
}

/// Every tag of the page for owners can be used on a database that has all of its metrics.
#[test]
fn tags_for_owners_can_be_used() {
    for page in ["README.md", "docs/ten-tags.md"] {
        let tags = ten_tags(&read(page));
        assert_eq!(tags.len(), 10, "{page}");
        for tag in tags {
            let output = check_tag(&tag);
            assert!(output.contains("issues: 0"), "{page}: {tag}\n{output}");
        }
    }
}

/// The key and the value of each line of the table, as `check-tags` takes them.
fn ten_tags(page: &str) -> Vec<String> {
    let cells = |line: &str| line.split('`').map(str::to_owned).collect::<Vec<_>>();
    let tags = page.lines().filter(|line| line.starts_with("| `plimsoll/")).map(cells);
    tags.map(|cells| format!("{}={}", cells[1], cells[3])).collect()
}

fn check_tag(tag: &str) -> String {
    let database = ["--engine", "postgres", "--class", "db.m6g.large", "--storage", "1TiB", "--replica"];
    let output =
        Command::new(env!("CARGO_BIN_EXE_plimsoll")).arg("check-tags").args(database).arg(tag).output().unwrap();
    String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap()
}

/// The policies allow what the listings and polls need, and the pages name every optional permission.
#[test]
fn policies_allow_what_plimsoll_calls() {
    let needed = ["rds:DescribeDBInstances", "rds:DescribeDBClusters", "cloudwatch:GetMetricData"];
    for page in ["README.md", "docs/permissions.md"] {
        let text = read(page);
        let policy: Value = serde_json::from_str(&blocks(&text, "json")[0]).unwrap();
        let statements = policy["Statement"].as_array().unwrap();
        let mut allowed: Vec<_> = statements.iter().flat_map(|statement| actions(&statement["Action"])).collect();
        allowed.sort_unstable();
        let mut expected = needed.to_vec();
        expected.sort_unstable();
        assert_eq!(allowed, expected, "{page}");
    }
    let permissions = read("docs/permissions.md");
    let listings = KINDS.iter().filter_map(|kind| kind.lister).flat_map(Lister::permissions);
    for permission in listings.chain(&["rds:DescribeDBParameters", "rds:DescribeDBClusterParameters"]) {
        assert!(permissions.contains(permission), "docs/permissions.md does not name {permission}");
    }
}

fn actions(action: &Value) -> Vec<&str> {
    action.as_array().map_or_else(
        || vec![action.as_str().unwrap()],
        |actions| actions.iter().map(|action| action.as_str().unwrap()).collect(),
    )
}

/// The page on trouble has every cause of a failed call, every reason of an issue and every line of the log.
#[test]
fn the_page_on_trouble_is_complete() {
    let page = read("docs/troubleshooting.md");
    let lines: Vec<&str> = page.lines().collect();
    let has_row = |word: &str| lines.iter().any(|line| line.starts_with(&format!("| `{word}`")));
    for cause in Cause::ALL {
        assert!(has_row(cause.name()), "no cause {}", cause.name());
    }
    for reason in reasons() {
        assert!(has_row(&reason), "no reason {reason}");
    }
    let messages = sources::log_messages(&root().join("src"));
    let unexplained: Vec<_> = messages.iter().filter(|(_, message)| !has_row(message)).collect();
    assert!(unexplained.is_empty(), "docs/troubleshooting.md does not explain {unexplained:#?}");
}

/// The closed set of the label `reason`, from where it is written down.
fn reasons() -> Vec<String> {
    let source = read("src/level/reason.rs");
    let names = source.split("fn name(").nth(1).unwrap().split("\n    }\n").next().unwrap();
    names.split('"').skip(1).step_by(2).map(str::to_owned).collect()
}

/// Every command and every option of the program has a line.
#[test]
fn every_command_is_documented() {
    let page = read("docs/running.md");
    let output = Command::new(env!("CARGO_BIN_EXE_plimsoll")).arg("--help").output().unwrap();
    let help = String::from_utf8(output.stdout).unwrap();
    let (commands, options) = help.split_once("\nCommands:\n").unwrap().1.split_once("\nOptions:\n").unwrap();
    let commands = commands.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
    for command in commands.filter_map(|line| line.split_whitespace().next()) {
        assert!(page.contains(&format!("`plimsoll {command}")), "docs/running.md lacks the command {command}");
    }
    for option in options.split_whitespace().filter(|word| word.starts_with("--") && word.contains('.')) {
        assert!(page.contains(&format!("`{option}=")), "docs/running.md lacks the option {option}");
    }
}

/// Every dashboard is on the page of dashboards, with its address.
#[test]
fn every_dashboard_is_documented() {
    let page = read("docs/dashboards.md");
    for file in std::fs::read_dir(root().join("dashboards")).unwrap() {
        let dashboard: Value = serde_json::from_str(&std::fs::read_to_string(file.unwrap().path()).unwrap()).unwrap();
        let address = format!("`/d/{}", dashboard["uid"].as_str().unwrap());
        assert!(page.contains(&address), "docs/dashboards.md lacks {address}");
    }
}

/// Every series of plimsoll itself is in the reference, and the reference has no other.
#[test]
fn every_own_series_is_documented() {
    let page = read("docs/series.md");
    let documented: BTreeSet<_> =
        page.split("\n| `").skip(1).map(|row| row.split('`').next().unwrap().to_owned()).collect();
    assert_eq!(documented, sources::own_series(&root().join("src")));
}

/// Every service and the key that switches it on are documented.
#[test]
fn every_service_is_named() {
    let page = read("docs/configuration.md");
    for service in SERVICES {
        assert!(page.contains(&format!("\"{}\"", service.name)), "{}", service.name);
    }
}
