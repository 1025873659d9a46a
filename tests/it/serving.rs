//! What Prometheus and a browser get over HTTP, from the start.

use std::collections::BTreeSet;
use std::io::Read;
use std::net::SocketAddr;
use std::time::Duration;

use flate2::read::GzDecoder;
use plimsoll::catalog::{self, Statistic};
use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::client::{self, Response};
use crate::support::databases::{INSTANCE, ONCE, databases};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::promtool;
use crate::support::wait_for;

mod shards;

const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";

fn one_database() -> (SimulatedAws, Exporter) {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    (aws, exporter)
}

/// The fleet of the demonstration with every metric.
fn everything() -> (SimulatedAws, Exporter) {
    everything_with("")
}

fn everything_with(config: &str) -> (SimulatedAws, Exporter) {
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let config = format!("[metrics]\nprofile = \"all\"\n[labels]\ntags = [\"team\"]\n{config}");
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    (aws, exporter)
}

fn scrape_as(exporter: &Exporter, accept_encoding: &str) -> Response {
    let headers = [("Accept-Encoding", accept_encoding)];
    client::request(exporter.address(), "GET", "/metrics", &headers, b"").unwrap()
}

/// The decoded body of a response.
fn text(response: &Response) -> String {
    let mut text = String::new();
    match response.header("content-encoding") {
        None => text = response.text(),
        Some("gzip") => {
            let mut member = GzDecoder::new(response.body.as_slice());
            member.read_to_string(&mut text).unwrap();
            assert!(member.into_inner().is_empty(), "one member and nothing behind it");
        }
        Some(other) => panic!("{other}"),
    }
    text
}

#[test]
fn the_content_type_is_the_text_format_to_the_letter() {
    let (_aws, exporter) = one_database();
    for accept in ["", "application/openmetrics-text;version=1.0.0;q=0.6,text/plain;version=0.0.4;q=0.3,*/*;q=0.2"] {
        let headers = [("Accept", accept), ("Accept-Encoding", "gzip"), ("X-Prometheus-Scrape-Timeout-Seconds", "10")];
        let response = client::request(exporter.address(), "GET", "/metrics", &headers, b"").unwrap();
        assert_eq!(response.status, 200);
        assert_eq!(response.header("content-type"), Some(EXPOSITION));
        assert_eq!(response.header("vary"), Some("Accept-Encoding"));
    }
}

#[test]
fn gzip_is_sent_only_to_clients_that_accept_it() {
    let (_aws, exporter) = one_database();
    let check = |accept_encoding, expected| {
        let response = scrape_as(&exporter, accept_encoding);
        assert_eq!(response.header("content-encoding"), expected, "{accept_encoding}");
        assert_eq!(Scrape::parse(&text(&response)).cpu("orders"), Some(50.0), "{accept_encoding}");
    };
    let gzip = Some("gzip");
    check("gzip", gzip);
    check("gzip, deflate, br", gzip);
    check("*", gzip);
    check("gzip;q=0.2, *;q=0.1", gzip);
    check("identity;q=0.5, gzip", gzip);
    check("", None);
    check("identity", None);
    check("br", None);
    check("gzip;q=0", None);
    check("gzip;q=0.1, identity;q=0.5", None);
    check("*;q=0", None);
}

#[test]
fn both_encodings_have_the_same_text() {
    let (_aws, exporter) = everything();
    // Own metrics are those of the moment of the scrape.
    let of_the_fleet = |response: &Response| {
        let mut page = Scrape::parse(&text(response));
        page.series.retain(|series| series.name.starts_with("aws_rds_"));
        page.series
    };
    wait_for("two scrapes of one page", Duration::from_mins(1), || {
        let (plain, zipped) = (scrape_as(&exporter, "identity"), scrape_as(&exporter, "gzip"));
        assert!(zipped.body.len() < plain.body.len() / 2);
        (of_the_fleet(&plain) == of_the_fleet(&zipped)).then_some(())
    });
}

/// Status line and headers of a request, and how long the body is that follows.
fn bare(address: SocketAddr, method: &str, path: &str) -> (String, usize) {
    let request = format!("{method} {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
    let reply = client::raw(address, request.as_bytes()).unwrap();
    let end = reply.windows(4).position(|window| window == b"\r\n\r\n").unwrap();
    (String::from_utf8_lossy(&reply[..end]).to_lowercase(), reply.len() - end - 4)
}

#[test]
fn head_is_get_without_the_body() {
    let (_aws, exporter) = one_database();
    for path in ["/metrics", "/", "/-/healthy", "/-/ready"] {
        let (head, body) = bare(exporter.address(), "HEAD", path);
        assert!(head.starts_with("http/1.1 200 ok\r\n"), "{path}: {head}");
        assert!(head.contains("\r\ncontent-length: ") || path == "/metrics", "{path}: {head}");
        assert_eq!(body, 0, "{path}");
    }
    let (head, _) = bare(exporter.address(), "HEAD", "/metrics");
    assert!(head.contains(&format!("content-type: {EXPOSITION}")), "{head}");
}

#[test]
fn other_paths_and_methods_are_refused() {
    let (_aws, exporter) = one_database();
    for path in ["/metric", "/metrics/", "/-/reloads", "/favicon.ico", "//", "/..%2fmetrics"] {
        assert_eq!(exporter.get(path).status, 404, "{path}");
    }
    for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
        for path in ["/metrics", "/", "/-/healthy", "/-/ready"] {
            let response = client::request(exporter.address(), method, path, &[], b"").unwrap();
            assert_eq!(response.status, 405, "{method} {path}");
            assert_eq!(response.header("allow"), Some("GET, HEAD"), "{method} {path}");
        }
    }
}

#[test]
fn the_path_of_the_metrics_can_be_another() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(ONCE).arg("--web.telemetry-path=/series").start();
    exporter.wait_until_ready();
    assert_eq!(exporter.get("/metrics").status, 404);
    assert_eq!(Scrape::parse(&exporter.get("/series").text()).cpu("orders"), Some(50.0));
    assert!(exporter.get("/").text().contains("href=\"/series\""));
}

#[test]
fn the_landing_page_shows_what_is_watched() {
    let (_aws, exporter) = one_database();
    let response = exporter.get("/");
    assert_eq!((response.status, response.header("content-type")), (200, Some("text/html; charset=utf-8")));
    let html = response.text();
    for part in ["plimsoll", "href=\"/metrics\"", "default", "eu-west-1"] {
        assert!(html.contains(part), "no {part} in {html}");
    }
}

#[test]
fn the_landing_page_names_who_fetches_metrics_if_plimsoll_does_not() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config("[metrics]\nprofile = \"none\"\n").start();
    exporter.wait_until_ready();
    let html = exporter.get("/").text();
    assert!(html.contains("data-head=\"Metrics fetched\">by another exporter</td>"), "{html}");
}

/// The first attempts get no response, or only its beginning, for ten seconds, in which the test runs.
#[test]
fn before_the_first_round_there_are_own_metrics_and_no_readiness() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Hang).operation("DescribeDBInstances").times(1));
    aws.fault(Fault::new(Effect::Stall).operation("DescribeDBClusters").times(1));
    let exporter = aws.launch().config(ONCE).start();
    wait_for("the first calls", Duration::from_secs(5), || (aws.counts().total().failed == 2).then_some(()));
    assert_eq!(exporter.get("/-/ready").status, 503);
    assert_eq!(exporter.get("/-/healthy").status, 200);
    assert_eq!(exporter.get("/").status, 200);
    let page = exporter.metrics();
    assert_eq!(page.count("plimsoll_build_info", &[]), 1);
    assert_eq!(page.total("plimsoll_aws_requests_total", &[]), 2);
    let is_own = |name: &str| name.starts_with("plimsoll_") || name.starts_with("process_");
    assert!(page.series.iter().all(|series| is_own(&series.name)), "{page:#?}");

    exporter.wait_until_ready();
    let page = exporter.metrics();
    assert_eq!(page.cpu("orders"), Some(50.0));
    assert_eq!(page.total("plimsoll_aws_errors_total", &[("code", "timeout")]), 2);
}

/// Labels that YACE users have in their dashboards, in the spelling of CloudWatch.
const CAMEL_CASE_LABELS: [&str; 5] =
    [INSTANCE, "dimension_DBClusterIdentifier", "dimension_Role", "dimension_VolumeName", "dimension_QuotaName"];

/// The findings of promtool except those that YACE's names cause.
fn findings(page: &str) -> Vec<String> {
    let output = promtool(&["check", "metrics"], page);
    let output = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    let page = Scrape::parse(page);
    output.lines().filter(|line| !is_allowed(line, &page)).map(str::to_owned).collect()
}

fn is_allowed(finding: &str, page: &Scrape) -> bool {
    let Some((family, what)) = finding.split_once(' ') else { return false };
    let of_yace = family.starts_with("aws_rds_");
    match what {
        // Both the series of YACE and ours carry its identity labels; no other label may be in camel case.
        "label names should be written in 'snake_case' not 'camelCase'" => {
            page.find(family, &[]).iter().all(|series| {
                let camel = series.labels.keys().filter(|key| key.chars().any(char::is_uppercase));
                camel.into_iter().all(|key| CAMEL_CASE_LABELS.contains(&key.as_str()))
            })
        }
        // CloudWatch's statistics and units are part of YACE's names.
        "non-histogram and non-summary metrics should not have \"_sum\" suffix" => of_yace && family.ends_with("_sum"),
        "non-histogram and non-summary metrics should not have \"_count\" suffix" => {
            of_yace && family.ends_with("_sample_count")
        }
        _ => false,
    }
}

#[test]
fn promtool_complains_only_about_names_of_yace() {
    let (_aws, exporter) = everything();
    let page = exporter.get("/metrics").text();
    assert_eq!(findings(&page), [""; 0]);
}

#[test]
fn no_finding_is_allowed_on_other_series() {
    let series =
        |name: &str, label: &str| format!("# HELP {name} Help.\n# TYPE {name} gauge\n{name}{{{label}=\"a\"}} 1\n");
    assert_eq!(findings(&series("aws_rds_cpuutilization_sum", INSTANCE)), [""; 0]);
    for (name, label) in [("plimsoll_thing_sum", "a"), ("plimsoll_thing", "someLabel"), ("aws_rds_x", "tag_camelCase")]
    {
        assert_eq!(findings(&series(name, label)).len(), 1, "{name} {label}");
    }
}

#[test]
fn every_help_names_metric_statistic_and_unit() {
    let (_aws, exporter) = everything();
    let page = exporter.metrics();
    let mut seen = BTreeSet::new();
    for row in catalog::rows().filter(|row| row.has_points()) {
        let unit = match row.unit {
            catalog::Unit::None => "without unit".to_owned(),
            unit => format!("in {}", unit.name()),
        };
        let metric = match row.provider {
            catalog::Provider::Computed(parts) => parts.join(" + "),
            _ => row.metric.to_owned(),
        };
        let expected = |statistic: Statistic| format!("AWS/RDS {metric} {statistic}, {unit}");
        let statistics = std::iter::once(row.statistic).chain(row.shown.iter().copied());
        let series = statistics.map(|statistic| (row.series(statistic), expected(statistic)));
        for (family, expected) in series.chain([(row.threshold_series(), expected(row.statistic))]) {
            if let Some(help) = page.help.get(&family) {
                assert!(help.contains(&expected), "{family}: {help} lacks {expected}");
                assert_eq!(page.kind[&family], "gauge");
                seen.insert(family);
            }
        }
    }
    let of_cloudwatch = page.help.values().filter(|help| help.contains("CloudWatch AWS/RDS ")).count();
    assert_eq!(seen.len(), of_cloudwatch);
    assert!(seen.len() > 80, "{seen:?}");
    let names = page.series.iter().map(|series| &series.name);
    for name in names {
        assert!(page.help.get(name).is_some_and(|help| !help.is_empty()), "{name} has no HELP");
    }
}
