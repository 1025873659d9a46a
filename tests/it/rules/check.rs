//! `plimsoll rules --check` against files and against a real Prometheus, which writes expressions in a form of its own.

use std::net::{Ipv4Addr, SocketAddr};

use super::root;
use crate::support::TempDir;
use crate::support::exporter::Launch;
use crate::support::prometheus::Prometheus;

/// Every service, a team on every alert, and quick scrapes: every form of expression.
const CONFIG: &str = "[discovery]
services = [\"rds\", \"rds-proxy\", \"docdb\", \"neptune\"]
[labels]
tags = [\"team\"]
[rules]
scrape_interval = \"15s\"
";
const SELECTOR: [&str; 2] = ["--selector", "job=~\"plimsoll\\\\..+|it's\",env!=\"test\""];

/// The exit code, and what is printed to standard output and standard error.
fn rules(arguments: &[&str]) -> (Option<i32>, String, String) {
    let output = Launch::against("http://127.0.0.1:9").command().arg("rules").args(arguments).output().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[track_caller]
fn complete(arguments: &[&str]) {
    let (code, report, errors) = rules(arguments);
    assert_eq!(code, Some(0), "{report}{errors}");
    assert!(report.starts_with("all ") && report.lines().count() == 1, "{report}");
}

#[test]
fn prometheus_has_what_it_was_given_although_it_writes_it_differently() {
    let folder = TempDir::new("rules-check");
    let file = folder.write("plimsoll.toml", CONFIG);
    let configured = [&["--config.file", file.to_str().unwrap()], &SELECTOR[..]].concat();
    let (_, text, errors) = rules(&configured);
    assert_eq!(errors, "");
    let nobody = SocketAddr::from((Ipv4Addr::LOCALHOST, 9));
    let prometheus = Prometheus::start(nobody, &text, None);
    let url = format!("http://{}", prometheus.address());
    let check = ["--check", &url];
    complete(&[&configured, &check[..]].concat());

    prometheus.load_rules(&text.replace("alert: RDSCPUUtilizationHigh", "alert: Mine").replace("for: 6m", "for: 9m"));
    let (code, report, _) = rules(&[&configured, &check[..]].concat());
    assert_eq!(code, Some(1));
    for line in ["RDSCPUUtilizationHigh: is missing", "RDSDatabaseConnectionsHigh: waits 9m instead of 6m"] {
        assert!(report.lines().any(|one| one == line), "{line} in {report}");
    }
    assert!(report.lines().last().unwrap().contains("plimsoll rules --output DIR"), "{report}");
}

#[test]
fn files_and_folders_are_checked_together() {
    let path = |name: &str| root().join(name).to_str().unwrap().to_owned();
    let (folder, rds, volumes) = (path("alert-rules"), path("alert-rules/rds.yml"), path("alert-rules/rds-volume.yml"));
    complete(&["--check", &folder]);
    complete(&["--check", &rds, &volumes, &path("alert-rules/plimsoll.yml")]);
    for format in ["operator", "grafana"] {
        let made = TempDir::new("rules-format");
        let made = made.path().join(format);
        let made = made.to_str().unwrap();
        assert_eq!(rules(&["--format", format, "--output", made]).0, Some(0));
        complete(&["--check", made]);
    }
    let (code, report, _) = rules(&["--check", &rds, &volumes]);
    assert_eq!(code, Some(1));
    assert!(report.contains("PlimsollDown: is missing\n") && !report.contains("RDSCPU"), "{report}");
}

#[test]
fn what_cannot_be_read_is_an_error_and_no_report() {
    let folder = TempDir::new("rules-unread");
    let (other, empty) = (folder.write("other.txt", "a: 1"), folder.path().join("empty"));
    std::fs::create_dir(&empty).unwrap();
    for (source, error) in [
        (other.to_str().unwrap(), "no `groups` of rules in it"),
        (empty.to_str().unwrap(), "no files *.yml or *.yaml in "),
        ("/no/such/file", "cannot read /no/such/file: "),
        ("http://127.0.0.1:9", "cannot connect to http://127.0.0.1:9"),
        ("https://127.0.0.1:9", "cannot connect to https://127.0.0.1:9"),
    ] {
        let (code, report, errors) = rules(&["--check", source]);
        assert_eq!((code, report.as_str()), (Some(1), ""), "{source}");
        assert!(errors.contains(error) && errors.lines().count() == 1, "{source}: {errors}");
    }
}
