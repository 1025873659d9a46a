//! The dashboard of plimsoll itself: what it costs, what it calls, how fresh its values are, and the process.

use super::document::Document;
use super::layout::{Section, arrange};
use super::panel::{Panel, alarming, caption};
use super::query::{in_scope, own, own_of_process};
use super::table::Table;
use super::{place, unit, variable};
use crate::config::Config;

const DESCRIPTION: &str = "plimsoll itself: dollars, calls and errors, freshness, times, scopes and the process. Replicas \
                           add up where they cost, else the best of them counts.";

/// Dollars for one metric requested of CloudWatch: <https://aws.amazon.com/cloudwatch/pricing/>.
const PRICE: &str = "0.01 / 1000";

/// Seconds of the month that AWS's examples count with.
const MONTH: &str = "(30 * 86400)";

/// Stands for every account, also for one whose id no listing has shown yet.
const ANY_ACCOUNT: &str = ".*";

const REQUESTED: &str = "plimsoll_cloudwatch_metrics_requested_total";
const LAST_SUCCESS: &str = "plimsoll_last_success_timestamp_seconds";

pub(super) fn dashboard(config: &Config) -> Document {
    let sections = vec![
        Section::open("Cost", cost(config)),
        Section::open("Calls", calls()),
        Section::open("Freshness", freshness()),
        Section::open("Levels and issues", levels()),
        Section::open("Process", process()),
    ];
    Document::new(place::OWN, "plimsoll / Exporter", DESCRIPTION, arrange(sections))
        .variables(variable::scope(LAST_SUCCESS, ANY_ACCOUNT))
}

fn cost(config: &Config) -> Vec<Panel> {
    let spent = summed("account", &format!("increase({}[$__range])", own(REQUESTED, "")));
    let month = format!("{} * {PRICE} * {MONTH}", summed("account", &rate(REQUESTED)));
    vec![
        Panel::numbers(&caption("Spent", "Dollars for GetMetricData in the chosen time, by account.", unit::DOLLARS))
            .query("{{account}}", format!("{spent} * {PRICE}"))
            .sized(4, 7),
        Panel::lines(&caption(
            "Dollars a month",
            "What GetMetricData costs in 30 days at the rate of now, by account.",
            unit::DOLLARS,
        ))
        .query("{{account}}", month.clone())
        .sized(10, 7),
        Panel::lines(&caption(
            "Dollars a month and database",
            "What GetMetricData costs in 30 days at the rate of now, for each database of an account.",
            unit::DOLLARS,
        ))
        .query("{{account}}", format!("{month} / on (account) {}", databases(config)))
        .sized(10, 7),
    ]
}

fn calls() -> Vec<Panel> {
    vec![
        rates("Requests", "Requests to AWS a second, retries included.", "operation", "plimsoll_aws_requests_total"),
        rates("Failed calls", "Failed requests and calls a second, by cause.", "code", "plimsoll_aws_errors_total"),
        rates(
            "Calls that wait",
            "Calls that wait for their turn, on average: for the rates of AWS's quotas, or for other calls to end.",
            "service",
            "plimsoll_aws_wait_seconds_total",
        ),
        summed_gauge(
            "Calls allowed at once",
            "Calls that may be under way at once. Throttling lowers it, success raises it.",
            "service",
            "account, region, service",
            "plimsoll_aws_concurrency_limit",
        ),
        rates("Metrics requested", "Metrics a second as AWS bills them, by region.", "region", REQUESTED),
        rates("Queries", "Statistics a second, by region.", "region", "plimsoll_cloudwatch_queries_total"),
        worst(
            "Clock",
            "By how much the clock is ahead of that of AWS.",
            ("region", unit::SECONDS),
            "plimsoll_clock_skew_seconds",
        ),
        rates(
            "Datapoints of the future",
            "Datapoints dropped a second because they end after the time of the request.",
            "region",
            "plimsoll_future_datapoints_dropped_total",
        ),
    ]
}

fn freshness() -> Vec<Panel> {
    vec![
        age("Last success", "How long ago each task last succeeded.", LAST_SUCCESS),
        age(
            "Newest datapoint",
            "How long ago the period of the newest datapoint ended.",
            "plimsoll_newest_datapoint_timestamp_seconds",
        ),
        worst(
            "Rounds",
            "How long the last run of each task took.",
            ("task", unit::SECONDS),
            "plimsoll_poll_duration_seconds",
        ),
        of_process(
            "Rendering",
            "How long the last rendering of the page took.",
            unit::SECONDS,
            "plimsoll_render_duration_seconds",
        ),
        of_process("Stale page", "1 while the page has expired and is not served.", "none", "plimsoll_page_stale"),
        scopes(),
    ]
}

fn scopes() -> Panel {
    let age = format!("time() - max by (account, account_id, region, task) ({})", own(LAST_SUCCESS, ""));
    Table::new()
        .label("account", "Name")
        .label("account_id", "Account")
        .label("region", "Region")
        .label("task", "Task")
        .value("Last success", unit::SECONDS)
        .query(in_scope(&age))
        .descending("Last success")
        .panel(&caption(
            "Scopes",
            "Each task of each account and region, and how long ago it last succeeded.",
            unit::SECONDS,
        ))
        .sized(8, 7)
}

fn levels() -> Vec<Panel> {
    vec![
        summed_gauge(
            "Resources",
            "Resources by engine.",
            "engine",
            "account, region, kind, engine",
            "plimsoll_resources",
        ),
        summed_gauge(
            "Levels",
            "Levels in effect by where they come from.",
            "source",
            "account, region, severity, source",
            "plimsoll_thresholds",
        ),
        issues(),
    ]
}

/// Numbers of things left out, which all should be 0 or explained.
fn issues() -> Panel {
    let gauge = |name| format!("sum({})", in_scope(&format!("max by (account, region) ({})", own(name, ""))));
    Panel::lines(&caption("Left out", "What is counted but has no series or level of its own.", unit::COUNT))
        .query("issues beyond the limit", gauge("plimsoll_threshold_issues_omitted"))
        .query("resources listed twice", gauge("plimsoll_duplicate_resources"))
        .query("defaults without denominator", gauge("plimsoll_defaults_without_denominator"))
        .query("defaults without answer", gauge("plimsoll_defaults_never_answered"))
}

fn process() -> Vec<Panel> {
    vec![
        versions(),
        Panel::lines(&caption("CPU", "Processors in use, by target.", unit::COUNT)).query(
            "{{instance}}",
            format!("sum by (instance) (rate({}[$__rate_interval]))", own_of_process("process_cpu_seconds_total")),
        ),
        of_process("Memory", "Resident memory, by target.", unit::BYTES, "process_resident_memory_bytes"),
        of_process("Open files", "Open file descriptors, by target.", unit::COUNT, "process_open_fds"),
        of_process(
            "Connections",
            "Open connections of the listener, by target.",
            unit::COUNT,
            "plimsoll_http_connections",
        ),
        Panel::lines(&caption(
            "Connections closed",
            "Connections closed a second to make room, by the limit.",
            unit::PER_SECOND,
        ))
        .query(
            "{{reason}}",
            format!(
                "sum by (reason) (rate({}[$__rate_interval]))",
                own_of_process("plimsoll_http_connections_closed_total")
            ),
        ),
        Panel::numbers(&caption("Lost log lines", "Log lines that nobody read in time.", unit::COUNT))
            .query("", format!("sum(increase({}[$__range]))", own_of_process("plimsoll_log_lines_dropped_total")))
            .colored(&alarming("orange"))
            .sized(8, 7),
    ]
}

/// The running versions: replicas should have the same one.
fn versions() -> Panel {
    let build = own_of_process("plimsoll_build_info");
    Table::new()
        .label("version", "Version")
        .label("revision", "Revision")
        .value("Replicas", unit::COUNT)
        .query(format!("count by (version, revision) ({build})"))
        .panel(&caption("Versions", "The versions that run, and how many replicas of each.", unit::COUNT))
        .sized(8, 7)
}

/// Counts a second, by one label, of the chosen accounts and regions.
fn rates(title: &str, description: &str, label: &str, name: &str) -> Panel {
    let panel = Panel::lines(&caption(title, description, unit::PER_SECOND));
    panel.query(&format!("{{{{{label}}}}}"), summed(label, &rate(name)))
}

/// How old a time is in the best replica, for each task.
fn age(title: &str, description: &str, name: &str) -> Panel {
    let newest = format!("time() - max by (account, region, task) ({})", own(name, ""));
    let panel = Panel::lines(&caption(title, description, unit::SECONDS));
    panel.query("{{account}} {{region}} {{task}}", in_scope(&newest))
}

/// The worst value over replicas, by one label.
fn worst(title: &str, description: &str, (label, unit): (&str, &str), name: &str) -> Panel {
    let worst = in_scope(&format!("max by ({}) ({})", scope_and(label), own(name, "")));
    let panel = Panel::lines(&caption(title, description, unit));
    panel.query(&format!("{{{{{label}}}}}"), format!("max by ({label}) ({worst})"))
}

/// A gauge that all replicas have alike, summed by one of its labels.
fn summed_gauge(title: &str, description: &str, label: &str, labels: &str, name: &str) -> Panel {
    let once = in_scope(&format!("max by ({labels}) ({})", own(name, "")));
    let panel = Panel::lines(&caption(title, description, unit::COUNT));
    panel.query(&format!("{{{{{label}}}}}"), format!("sum by ({label}) ({once})"))
}

/// A gauge of each process.
fn of_process(title: &str, description: &str, unit: &str, name: &str) -> Panel {
    let panel = Panel::lines(&caption(title, description, unit));
    panel.query("{{instance}}", format!("max by (instance) ({})", own_of_process(name)))
}

/// Instances by account, whichever replica counts them; resources of every kind where no instances are watched.
fn databases(config: &Config) -> String {
    let kinds = config.catalog.kinds();
    let instances: Vec<&str> = kinds.iter().filter(|kind| kind.is_instance()).map(|kind| kind.name).collect();
    let of_kind = if instances.is_empty() { String::new() } else { format!("kind=~\"{}\"", instances.join("|")) };
    let once = format!("max by (account, region, kind, engine) ({})", own("plimsoll_resources", &of_kind));
    format!("sum by (account) ({})", in_scope(&once))
}

fn rate(name: &str) -> String {
    format!("rate({}[$__rate_interval])", own(name, ""))
}

/// A sum over replicas, by one label.
fn summed(label: &str, expression: &str) -> String {
    let of_scopes = in_scope(&format!("sum by ({}) ({expression})", scope_and(label)));
    format!("sum by ({label}) ({of_scopes})")
}

/// The labels of a scope and another one.
fn scope_and(label: &str) -> String {
    const SCOPE: [&str; 2] = ["account", "region"];
    let other = if SCOPE.contains(&label) { String::new() } else { format!(", {label}") };
    format!("{}{other}", SCOPE.join(", "))
}
