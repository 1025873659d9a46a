//! Restarts with a state file: no gap, no lost level, and no file that stops a start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;
use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::databases::{BRISK, ONCE, databases, in_regions, one_database_in_each};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

const SOON: Duration = Duration::from_secs(20);
const LOADED: &str = "plimsoll_state_loaded_timestamp_seconds";
const WRITTEN: &str = "plimsoll_state_last_write_timestamp_seconds";
const ERRORS: &str = "plimsoll_state_write_errors_total";
const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";
const NOT_USED: &str = "state file not used";

/// A configuration with a state file.
fn with(config: &str, file: &Path) -> String {
    format!("{config}\n[state]\nfile = \"{}\"\n", file.display())
}

fn at(folder: &TempDir) -> PathBuf {
    folder.path().join("state")
}

/// Starts the exporter and waits until it is ready and has written the file.
#[track_caller]
fn written(launch: Launch) -> Exporter {
    let exporter = launch.start();
    exporter.wait_until_ready();
    wait_for("the state to be written", SOON, || exporter.metrics().value(WRITTEN, &[]));
    exporter
}

fn refuse_to_list(aws: &SimulatedAws) {
    for operation in ["DescribeDBInstances", "DescribeDBClusters"] {
        aws.fault(Fault::new(Effect::Denied).operation(operation));
    }
}

fn export(launch: &Launch, arguments: &[&str]) -> Output {
    launch.command().args(["levels", "export"]).args(arguments).output().unwrap()
}

fn text(output: Output) -> String {
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn the_first_scrape_after_a_restart_or_a_crash_has_values_and_levels_before_any_answer() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    let mut exporter = written(aws.launch().config(&with(ONCE, &at(&folder))));
    assert_eq!(exporter.metrics().value(LOADED, &[]), None);
    aws.fault(Fault::new(Effect::Hang));
    for crash in [false, true] {
        if crash {
            exporter.kill();
        } else {
            assert_eq!(exporter.stop().code(), Some(0));
        }
        exporter.start_again();
        let page = exporter.metrics();
        assert_eq!((page.cpu("orders"), page.cpu_level("orders", "critical")), (Some(50.0), Some(90.0)), "{crash}");
        assert!(page.value(LOADED, &[]).unwrap() > 1.7e9);
        assert_eq!(page.value(ERRORS, &[]), Some(0.0));
        assert_eq!(exporter.get("/-/ready").status, 503, "nothing was listed yet");
    }
}

/// The count of the simulated AWS is what counts.
#[test]
fn a_restart_queries_nothing_that_is_not_due_and_without_the_file_everything() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    let mut exporter = written(aws.launch().config(&with(ONCE, &at(&folder))));
    let queried = || aws.reset_counts().of("GetMetricData").queries;
    let first = queried();
    assert!(first > 0);
    for (crash, has_file, expected) in [(false, true, 0), (true, true, 0), (true, false, first)] {
        if crash {
            exporter.kill();
        } else {
            exporter.stop();
        }
        if !has_file {
            fs::remove_file(at(&folder)).unwrap();
        }
        exporter.start_again();
        exporter.wait_until_ready();
        // Optional calls are made in the turn in which polls are.
        let turn = "DescribePendingMaintenanceActions";
        wait_for("the first turn", SOON, || (aws.counts().of(turn).calls > 0).then_some(()));
        wait_for("its page", SOON, || exporter.metrics().value(LAST_SUCCESS, &[("task", "maintenance")]));
        assert_eq!((queried(), exporter.cpu("orders")), (expected, Some(50.0)), "{crash} {has_file}");
    }
}

#[test]
fn a_restart_while_aws_refuses_to_list_keeps_every_level_and_goes_on_polling() {
    let (aws, folder) =
        (SimulatedAws::start(databases(["orders", "billing"]), Options::default()), TempDir::new("state"));
    let mut exporter = written(aws.launch().config(&with(BRISK, &at(&folder))));
    exporter.stop();
    refuse_to_list(&aws);
    aws.set_cpu("eu-west-1", "orders", 70.0);
    exporter.start_again();
    exporter.wait_until_ready();
    wait_for("a new value", SOON, || (exporter.cpu("orders") == Some(70.0)).then_some(()));
    // A second restart has only what the first one kept.
    exporter.stop();
    exporter.start_again();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    for id in ["orders", "billing"] {
        assert_eq!([page.cpu_level(id, "warning"), page.cpu_level(id, "critical")], [Some(80.0), Some(90.0)], "{id}");
    }
}

#[test]
fn a_file_that_cannot_be_used_is_reported_and_replaced_and_stops_no_start() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    let file = at(&folder);
    written(aws.launch().config(&with(ONCE, &file))).stop();
    let whole = fs::read(&file).unwrap();
    let check = |content: &[u8], mode: u32, error: &str| {
        fs::write(&file, content).unwrap();
        fs::set_permissions(&file, fs::Permissions::from_mode(mode)).unwrap();
        let exporter = written(aws.launch().config(&with(ONCE, &file)));
        let log = exporter.log();
        let line = log.lines().find(|line| line.contains(NOT_USED)).unwrap_or_else(|| panic!("{error}: {log}"));
        for part in [error, file.to_str().unwrap(), "remedy", "WARN"] {
            assert!(line.contains(part), "{part} in {line}");
        }
        let page = exporter.metrics();
        assert_eq!((page.cpu("orders"), page.value(LOADED, &[])), (Some(50.0), None), "{error}");
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
        assert!(fs::read(&file).unwrap().starts_with(b"plimsoll-state 1 "), "{error}");
    };
    check(&whole[..whole.len() / 2], 0o600, "damaged or cut off");
    check(b"<html>", 0o600, "no state file of plimsoll");
    check(b"plimsoll-state 0 abc\n", 0o600, "version");
    check(&whole, 0o666, "every user of the machine can write to it");
}

#[test]
fn a_file_that_every_user_can_read_is_used_with_a_warning() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    let mut exporter = written(aws.launch().config(&with(ONCE, &at(&folder))));
    exporter.stop();
    fs::set_permissions(at(&folder), fs::Permissions::from_mode(0o644)).unwrap();
    exporter.start_again();
    assert!(exporter.metrics().value(LOADED, &[]).is_some());
    assert!(exporter.log().contains("state file is readable by every user"));
}

#[test]
fn where_no_file_can_be_written_plimsoll_goes_on_and_counts_that() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    fs::create_dir(at(&folder)).unwrap();
    let missing = folder.path().join("missing/state");
    for (file, is_refused) in [(at(&folder), true), (missing, false), ("/proc/plimsoll".into(), false)] {
        let mut exporter = aws.launch().config(&with(ONCE, &file)).start();
        exporter.wait_until_ready();
        wait_for("a failed write", SOON, || exporter.metrics().value(ERRORS, &[]).filter(|count| *count > 0.0));
        assert_eq!((exporter.cpu("orders"), exporter.metrics().value(WRITTEN, &[])), (Some(50.0), None));
        let log = exporter.log();
        assert_eq!((log.contains("state file not written"), log.contains(NOT_USED)), (true, is_refused), "{log}");
        assert_eq!(exporter.stop().code(), Some(0));
    }
}

#[test]
fn of_another_configuration_the_scopes_that_still_exist_are_used() {
    let regions = ["eu-west-1", "us-east-1"];
    let (aws, folder) =
        (SimulatedAws::start(one_database_in_each(&regions), Options::default()), TempDir::new("state"));
    let both = with(ONCE, &at(&folder));
    written(aws.launch().config(&in_regions(&regions, &both))).stop();
    aws.fault(Fault::new(Effect::Hang));
    let exporter = aws.launch().config(&in_regions(&["us-east-1", "eu-north-1"], &both)).start();
    let page = exporter.metrics();
    assert_eq!((page.cpu("us-east-1"), page.cpu("eu-west-1")), (Some(50.0), None));
}

#[test]
fn a_database_that_was_created_again_never_shows_the_values_of_the_old_one() {
    let (aws, folder) = (SimulatedAws::start(databases(["orders"]), Options::default()), TempDir::new("state"));
    let mut exporter = written(aws.launch().config(&with(ONCE, &at(&folder))));
    exporter.stop();
    aws.change(|fleet| {
        let orders = fleet.instance("orders").unwrap();
        orders.resource_id = Some("db-CREATEDAGAIN".to_owned());
        orders.tags.clear();
    });
    aws.fault(Fault::new(Effect::Hang).operation("GetMetricData"));
    exporter.start_again();
    wait_for("the listing", SOON, || exporter.metrics().cpu_level("orders", "critical").is_none().then_some(()));
    assert_eq!(exporter.cpu("orders"), None);
}

#[test]
fn removed_tags_are_exported_from_the_exporter_that_rejected_the_listing_and_from_a_state_file() {
    let ids = ["billing", "orders", "search"];
    let (aws, folder) = (SimulatedAws::start(databases(ids), Options::default()), TempDir::new("state"));
    let exporter = written(aws.launch().config(&with(BRISK, &at(&folder))));
    aws.change(|fleet| ids.iter().for_each(|id| fleet.instance(id).unwrap().tags.clear()));
    wait_for("a listing without tags", SOON, || exporter.log().contains("the listing is rejected").then_some(()));
    let launch = aws.launch();
    let url = format!("http://{}", exporter.address());
    let file = at(&folder);
    let line = |id: &str| format!("arn:aws:rds:eu-west-1:123456789012:db:{id} plimsoll/CPUUtilization=80/90\n");
    for source in [["--from", &url], ["--state", file.to_str().unwrap()]] {
        let tags = text(export(&launch, &source));
        assert_eq!(tags, ids.map(line).concat(), "{source:?}");
        let commands = text(export(&launch, &[&source[..], &["--format", "aws-cli"]].concat()));
        assert_eq!(commands.matches("aws rds add-tags-to-resource --region 'eu-west-1'").count(), 3, "{commands}");
        let blocks = text(export(&launch, &[&source[..], &["--format", "terraform"]].concat()));
        assert_eq!(blocks.matches("tags = {\n  \"plimsoll/CPUUtilization\" = \"80/90\"\n}\n").count(), 3, "{blocks}");
    }
}

#[test]
fn an_export_of_nothing_fails_and_says_why() {
    let (aws, folder) = (SimulatedAws::start(Fleet::empty("123456789012"), Options::default()), TempDir::new("state"));
    let exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    let check = |arguments: &[&str], expected: &str| {
        let output = export(&aws.launch(), arguments);
        let errors = String::from_utf8(output.stderr).unwrap();
        assert!(!output.status.success() && output.stdout.is_empty() && errors.contains(expected), "{errors}");
    };
    check(&["--from", &format!("http://{}", exporter.address())], "no resource has a tag of plimsoll");
    check(&["--state", at(&folder).to_str().unwrap()], "there is no state file");
    let foreign = folder.write("foreign", "<html>");
    check(&["--state", foreign.to_str().unwrap()], "it is no state file of plimsoll");
}
