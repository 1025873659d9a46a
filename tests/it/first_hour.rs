//! What a new user sees: the log of the start and of the first round, errors of a configuration, help, version, man pages
//! and the health check.

use std::process::{Command, Output};

use plimsoll::sim::{Effect, Fault, Fleet, Options};
use serde_json::Value;

use crate::support::databases::{INSTANCE, ONCE, databases};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;
use crate::support::tools::run;
use crate::support::{TempDir, wait_for};

/// The events of a log with this message.
fn events(exporter: &Exporter, message: &str) -> Vec<Value> {
    let log = exporter.log();
    let events = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    events.filter(|event| event["fields"]["message"] == message).collect()
}

/// The only event with this message, as its level and its fields.
#[track_caller]
fn event(exporter: &Exporter, message: &str) -> (String, Value) {
    let found = events(exporter, message);
    let [event] = &found[..] else { panic!("not one event {message:?}: {}", exporter.log()) };
    (event["level"].as_str().unwrap().to_owned(), event["fields"].clone())
}

fn plimsoll(arguments: &[&str]) -> Output {
    let mut command = Launch::against("http://127.0.0.1:1").command();
    run(command.args(arguments), "")
}

fn text(bytes: &[u8]) -> &str {
    std::str::from_utf8(bytes).unwrap()
}

#[test]
fn the_log_shows_what_was_read_and_what_the_first_round_found() {
    let mut fleet = databases(["orders", "billing"]);
    fleet.instance("orders").unwrap().tags.insert("plimsoll/DatabaseConnections".to_owned(), "much".to_owned());
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = aws.launch().config("").start();
    exporter.wait_until_ready();

    let (level, read) = event(&exporter, "configuration read");
    assert_eq!((level.as_str(), &read["accounts"]), ("INFO", &1.into()), "{read}");
    assert!(read["file"].as_str().unwrap().ends_with("plimsoll.toml"), "{read}");
    let (_, watching) = event(&exporter, "watching");
    assert_eq!((&watching["account"], &watching["regions"]), (&"default".into(), &"eu-west-1".into()), "{watching}");

    let (level, found) = event(&exporter, "first round over");
    assert_eq!(level, "INFO");
    assert_eq!((&found["account"], &found["region"]), (&"default".into(), &"eu-west-1".into()), "{found}");
    assert_eq!((&found["resources"], &found["issues"]), (&"2 db-instance".into(), &1.into()), "{found}");
    let sources = found["levels"].as_str().unwrap();
    assert!(sources.contains("4 resource_tag, ") && sources.ends_with(" default"), "{found}");
    let page = exporter.metrics();
    let thresholds = page.total("plimsoll_thresholds", &[]);
    let counts = sources.split(", ").map(|count| count.split_once(' ').unwrap().0.parse::<u64>().unwrap());
    assert_eq!(counts.sum::<u64>(), thresholds);
    assert!(page.count("aws_rds_cpuutilization_average", &[(INSTANCE, "orders")]) > 0);
}

#[test]
fn the_cost_of_the_first_round_follows_from_the_metrics_that_it_requested() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let every_five_minutes = "[polling]\nfast = \"5m\"\nslow = \"5m\"\nsparse = \"5m\"\ndaily = \"5m\"\n";
    let exporter = aws.launch().config(every_five_minutes).start();
    exporter.wait_until_ready();
    let (_, found) = event(&exporter, "first round over");
    let requested = exporter.metrics().total("plimsoll_cloudwatch_metrics_requested_total", &[]);
    assert!(requested > 10, "{requested}");
    // $0.01 for 1,000 metrics, 8,640 times in 30 days. The second round may have begun already.
    let dollars = [1, 2].map(|rounds| {
        let micros = requested / rounds * 8_640 * 10;
        format!("{}.{:02}", micros / 1_000_000, (micros % 1_000_000 + 5_000) / 10_000)
    });
    let logged = found["dollars_per_month"].as_str().unwrap();
    assert!(dollars.iter().any(|dollars| dollars == logged), "{logged} is not among {dollars:?}");
}

#[test]
fn a_first_round_without_databases_or_permission_is_a_warning() {
    let check = |aws: &SimulatedAws, message: &str, part: &str| {
        let exporter = aws.launch().config(ONCE).start();
        exporter.wait_until_ready();
        let (level, fields) = event(&exporter, message);
        assert_eq!(level, "WARN");
        assert!(fields.to_string().contains(part), "{fields}");
    };
    let empty = SimulatedAws::start(Fleet::empty("123456789012"), Options::default());
    check(&empty, "first round over: no databases found", "check `regions`");
    let refused = SimulatedAws::start(databases(["orders"]), Options::default());
    refused.fault(Fault::new(Effect::Denied).operation("DescribeDBInstances"));
    check(&refused, "first round over with failed calls", "\"unlisted\":\"instances\"");
}

#[test]
fn listings_polls_and_renderings_are_logged_at_debug_and_repeat_nothing_at_info() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let often = "[polling]\ndiscovery = \"1s\"\nfast = \"1s\"\nslow = \"1s\"\n";
    let exporter = aws.launch().arg("--log.level=debug").config(often).start();
    exporter.wait_until_ready();
    wait_for("a few rounds", std::time::Duration::from_mins(1), || {
        let polls = events(&exporter, "polled");
        (polls.len() > 6 && events(&exporter, "listed").len() > 6).then_some(())
    });
    let (listed, polled) = (events(&exporter, "listed"), events(&exporter, "polled"));
    let rendered = events(&exporter, "page rendered");
    assert!(listed.iter().any(|event| event["fields"]["resources"] == 1), "{listed:?}");
    assert!(polled.iter().all(|event| event["fields"]["queries"].as_u64() > Some(0)), "{polled:?}");
    assert!(rendered.iter().any(|event| event["fields"]["series"].as_u64() > Some(0)), "{rendered:?}");
    let log = exporter.log();
    let mut info: Vec<Value> = log.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    info.retain(|event| event["level"] == "INFO");
    let messages: Vec<&str> = info.iter().map(|event| event["fields"]["message"].as_str().unwrap()).collect();
    let expected = ["configuration read", "listening", "watching", "forecast of the cost", "first round over"];
    assert_eq!(messages, expected);
}

#[test]
fn the_version_has_revision_and_build() {
    let output = plimsoll(&["--version"]);
    let version = text(&output.stdout);
    assert!(version.starts_with(concat!("plimsoll ", env!("CARGO_PKG_VERSION"), " (revision ")), "{version}");
    assert!(version.contains("rustc 1.") && version.lines().count() == 1, "{version}");
}

#[test]
fn flags_of_the_server_are_in_the_help_of_commands_that_serve() {
    let check = |arguments: &[&str], has: bool| {
        let output = plimsoll(arguments);
        assert!(output.status.success());
        assert_eq!(text(&output.stdout).contains("--web.telemetry-path"), has, "{arguments:?}");
    };
    check(&["--help"], true);
    check(&["demo", "--help"], true);
    for command in ["check", "check-tags", "explain", "rules", "dashboards", "health", "completions", "man"] {
        check(&[command, "--help"], false);
    }
}

#[test]
fn completions_know_every_command_and_bash_accepts_them() {
    for shell in ["bash", "zsh", "fish"] {
        let output = plimsoll(&["completions", shell]);
        let script = text(&output.stdout);
        assert!(script.contains("check-tags") && script.contains("web.listen-address"), "{shell}");
    }
    let script = plimsoll(&["completions", "bash"]).stdout;
    let checked = run(Command::new("bash").arg("-n"), text(&script));
    assert!(checked.status.success(), "{}", text(&checked.stderr));
}

#[test]
fn each_command_has_a_man_page() {
    let folder = TempDir::new("man");
    let path = folder.write("marker", "").parent().unwrap().to_owned();
    let output = plimsoll(&["man", "--output", path.to_str().unwrap()]);
    assert!(output.status.success(), "{}", text(&output.stderr));
    for (page, part) in
        [("plimsoll.1", "SUBCOMMANDS"), ("plimsoll-check-tags.1", "terraform show"), ("plimsoll-health.1", "url")]
    {
        let page = std::fs::read_to_string(path.join(page)).unwrap();
        assert!(page.contains(".TH") && page.contains(part), "{page}");
    }
    let missing = path.join("missing");
    let output = plimsoll(&["man", "--output", missing.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("plimsoll: cannot write man pages to "), "{}", text(&output.stderr));
}

#[test]
fn health_is_the_readiness_of_the_running_exporter() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Hang));
    let waiting = aws.launch().config(ONCE).start();
    check_health(&waiting, 1, "", "status 503");
    aws.clear();
    let mut ready = aws.launch().config(ONCE).start();
    ready.wait_until_ready();
    check_health(&ready, 0, "ready\n", "");
    ready.stop();
    check_health(&ready, 1, "", "cannot connect");
}

#[track_caller]
fn check_health(exporter: &Exporter, code: i32, printed: &str, error: &str) {
    let output = plimsoll(&["health", "--web.listen-address", &exporter.address().to_string()]);
    assert_eq!((output.status.code(), text(&output.stdout)), (Some(code), printed), "{output:?}");
    assert!(text(&output.stderr).contains(error) && text(&output.stderr).lines().count() <= 1, "{output:?}");
}
