//! What a new user sees: the log of the start and of the first round, errors of a configuration, help, version, man pages
//! and the health check.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::process::{Command, Output};
use std::thread;
use std::time::Duration;

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
    let every_five_minutes =
        "[polling]\nfast = \"5m\"\nslow = \"5m\"\nwithout_level = \"5m\"\nsparse = \"5m\"\ndaily = \"5m\"\n";
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
    wait_for("a few rounds", Duration::from_mins(1), || {
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
    let made = path.join("new/man1");
    assert!(plimsoll(&["man", "--output", made.to_str().unwrap()]).status.success());
    assert!(made.join("plimsoll.1").exists());
    let taken = folder.write("file", "");
    let output = plimsoll(&["man", "--output", taken.to_str().unwrap()]);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).starts_with("plimsoll: cannot make the folder "), "{}", text(&output.stderr));
}

/// Whoever looks at the wrong place first finds the cause there, too.
#[test]
fn without_credentials_every_place_names_the_cause_and_the_remedy() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().env("AWS_ACCESS_KEY_ID", "").config(ONCE).start();
    exporter.wait_until_ready();
    let url = format!("http://{}", exporter.address());
    let check = |text: &str| {
        for part in ["nothing could be listed in default/eu-west-1", "no AWS credentials found", "AWS_PROFILE"] {
            assert!(text.contains(part), "no {part} in {text}");
        }
    };
    let ready = exporter.get("/-/ready").text();
    assert!(ready.starts_with("plimsoll is ready\n"), "{ready}");
    check(&ready);
    check(&exporter.get("/").text());
    let health = plimsoll(&["health", "--url", &url]);
    assert!(health.status.success() && text(&health.stdout).starts_with("ready\n"), "{health:?}");
    check(text(&health.stdout));
    for arguments in [&["explain", "--url", &url][..], &["explain", "orders", "--url", &url]] {
        let output = plimsoll(arguments);
        assert_eq!(output.status.code(), Some(1), "{output:?}");
        check(text(&output.stderr));
    }
}

#[test]
fn what_failed_and_then_succeeds_is_named_no_longer() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Denied).operation("DescribeDBInstances"));
    let exporter = aws.launch().config("[polling]\ndiscovery = \"1s\"\n").start();
    exporter.wait_until_ready();
    let ready = exporter.get("/-/ready").text();
    assert!(ready.contains("DescribeDBInstances fails in default/eu-west-1: a permission is missing"), "{ready}");
    aws.clear();
    wait_for("a listing", Duration::from_mins(1), || {
        (exporter.get("/-/ready").text() == "plimsoll is ready\n").then_some(())
    });
}

/// A user with nothing but the binary or the first page has a configuration to begin with.
#[test]
fn the_help_of_check_has_the_configuration_of_the_first_page() {
    let output = plimsoll(&["check", "--help"]);
    let (_, example) = text(&output.stdout).split_once("A configuration:\n").unwrap();
    let page = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).unwrap();
    assert!(page.contains(example.trim()), "{example}");
    let help = plimsoll(&["rules", "--help"]);
    assert!(text(&help.stdout).contains("[links]\n  runbooks ="), "{help:?}");
}

#[test]
fn check_names_what_the_environment_lacks() {
    let check = |region: &str, expected: &str| {
        let mut command = Launch::against("http://127.0.0.1:1").env("AWS_REGION", region).command();
        let output = run(command.arg("check"), "");
        assert!(output.status.success(), "{output:?}");
        assert!(text(&output.stdout).starts_with("the configuration is good\n"), "{output:?}");
        assert_eq!(text(&output.stdout).lines().nth(1).unwrap_or_default().split(',').next(), Some(expected));
    };
    check("eu-west-1", "");
    check("", "but it names no region");
}

#[test]
fn health_of_another_program_is_an_error() {
    let other = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", other.local_addr().unwrap());
    let answering = thread::spawn(move || {
        let (mut client, _) = other.accept().unwrap();
        let _ = client.read(&mut [0; 1024]).unwrap();
        let body = "Prometheus Server is Ready.\n";
        let length = body.len();
        write!(client, "HTTP/1.1 200 OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
    });
    let output = plimsoll(&["health", "--url", &url]);
    assert_eq!(output.status.code(), Some(1), "{output:?}");
    assert!(text(&output.stderr).contains("it is not plimsoll"), "{output:?}");
    answering.join().unwrap();
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
