//! Every query of every panel, mark and variable on a real Prometheus that has scraped two replicas of plimsoll.

use std::collections::{BTreeMap, BTreeSet};
use std::thread::sleep;
use std::time::{Duration, Instant};

use plimsoll::catalog::Catalog;
use plimsoll::config::{Config, Selection};
use plimsoll::generate::RuleOptions;
use plimsoll::resource::SERVICES;
use plimsoll::sim::{Fleet, Options};
use serde_json::Value;

use super::json::{Board, Query, Usage, boards, boards_of};
use crate::rules::{every_service, rules_of};
use crate::support::databases::{ACCOUNT, REGION};
use crate::support::exporter::Exporter;
use crate::support::prometheus::Prometheus;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// The demonstration's fleet with every service, listed each second, without the ARN on each series: no query needs it. What has a trend is polled as often. Values are served for little more than a
/// minute, the shortest age limit, so that one that is missing is reported within the test.
const CONFIG: &str = r#"
[[account]]
name = "production"
regions = ["eu-west-1"]

[[account]]
name = "research"
role_arn = "arn:aws:iam::210987654321:role/plimsoll"
regions = ["us-east-1"]

[discovery]
services = ["rds", "rds-proxy", "docdb", "neptune"]

[polling]
discovery = "1s"
fast = "1s"
publication_delay = "0s"

[polling.age_limit]
minute = "65s"

[metrics.FreeStorageSpace]
interval = "1s"

[metrics.EngineUptime]
interval = "1s"

[metrics.MaximumUsedTransactionIDs]
interval = "1s"

[metrics.OldestReplicationSlotLag]
interval = "1s"

[labels]
profile = "lean"
tags = ["team"]
threshold_info = true
"#;

/// The pause between two looks at what is still empty.
const POLL: Duration = Duration::from_millis(200);

/// Longer than it takes until each change of the fleet shows.
const SHOWN: Duration = Duration::from_mins(2);

/// Marks last for a minute, in which Prometheus usually scrapes once or twice. Here it scrapes once a second.
const SHORTER: [(&str, &str); 3] = [("[5m] offset 1m", "[10s] offset 2s"), ("[1m:15s]", "[5s:1s]"), ("[1m]", "[5s]")];

/// Fills in the variables; those that Grafana itself defines, too.
fn fill(query: &Query, values: &BTreeMap<String, String>) -> String {
    let built_in =
        [("__rate_interval", "15s"), ("__range", "1m")].map(|(name, value)| (name.to_owned(), value.to_owned()));
    let mut values: Vec<(String, String)> = values.clone().into_iter().chain(built_in).collect();
    // The longest name first: `$cluster` must not replace a part of `$clusters`.
    values.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    let filled = values.iter().fold(query.text.clone(), |text, (name, value)| text.replace(&format!("${name}"), value));
    match query.usage {
        Usage::Mark => SHORTER.iter().fold(filled, |text, (usual, shorter)| text.replace(usual, shorter)),
        Usage::Panel | Usage::Variable => filled,
    }
}

/// What a filled query returns.
fn run(prometheus: &Prometheus, query: &Query) -> Result<Vec<Value>, String> {
    match query.usage {
        Usage::Panel => prometheus.instant(&query.text),
        Usage::Mark => prometheus.over_last_minute(&query.text),
        Usage::Variable => {
            let (selector, label) = query.text.strip_prefix("label_values(").unwrap().rsplit_once(", ").unwrap();
            let label = label.trim_end_matches(')');
            let series = prometheus.series(selector)?;
            Ok(series.iter().filter_map(|series| series.get(label).cloned()).collect())
        }
    }
}

/// The names of series in an expression.
fn series(text: &str) -> BTreeSet<&str> {
    let words = text.split(|character: char| !character.is_ascii_alphanumeric() && character != '_');
    let words = words.filter(|word| ["aws_", "plimsoll_", "process_"].iter().any(|prefix| word.starts_with(prefix)));
    // The beginning of a regular expression of names is none.
    words.filter(|word| !word.ends_with('_') && SERVICES.iter().all(|service| service.prefix != *word)).collect()
}

/// The series that the catalogue and the rules can serve.
fn catalogue() -> BTreeSet<String> {
    let selection = Selection::of(&every_service());
    let of_row = |selected: &plimsoll::config::selection::Selected| {
        let row = selected.row;
        let statistics = selected.statistics.iter().map(|statistic| row.series(*statistic));
        statistics.chain(row.compared_series()).chain([row.threshold_series()]).collect::<Vec<_>>()
    };
    selection.metrics.iter().flat_map(of_row).collect()
}

#[test]
fn every_query_runs_over_two_replicas_and_finds_what_the_demo_has() {
    let options = Options { live: true, publication_delay: Some(Duration::ZERO), ..Options::default() };
    let aws = SimulatedAws::start(Fleet::demo(), options);
    let replicas: Vec<Exporter> = (0..2).map(|_| aws.launch().config(CONFIG).start()).collect();
    replicas.iter().for_each(Exporter::wait_until_ready);
    let addresses: Vec<_> = replicas.iter().map(Exporter::address).collect();
    let rules = rules_of(&every_service(), &RuleOptions::default());
    let prometheus = Prometheus::scraping(&addresses, &rules, None);
    wait_for("several scrapes of both replicas", SHOWN, || {
        let scraped = "count by (instance) (count_over_time(plimsoll_headroom_ratio[1m]) > 3)";
        (prometheus.query(scraped).len() == replicas.len()).then_some(())
    });
    disturb(&aws);

    let queries = queries(&boards());
    let mut waiting: Vec<&Query> = queries.iter().collect();
    wait_for_all(&prometheus, &mut waiting);
    let served = prometheus.series("{job=\"plimsoll\"}").unwrap();
    run_those_of_single_services(&prometheus);
    check_names(&queries, &served.iter().filter_map(|series| series["__name__"].as_str()).collect());
}

/// Every query of some dashboards, filled in, each text once.
fn queries(boards: &[Board]) -> Vec<Query> {
    let filled = boards.iter().flat_map(|board| {
        let values = board.all_values();
        let filled = move |query: Query| Query { text: fill(&query, &values), ..query };
        board.queries().into_iter().map(filled).collect::<Vec<_>>()
    });
    let mut queries: Vec<Query> = filled.collect();
    queries.sort_by(|left, right| left.text.cmp(&right.text));
    queries.dedup_by(|left, right| left.text == right.text);
    queries
}

/// A service that is watched alone has queries of its own, which may find nothing here.
fn run_those_of_single_services(prometheus: &Prometheus) {
    for service in SERVICES {
        let config = Config { catalog: Catalog::of(&[*service]), ..Config::default() };
        for query in queries(&boards_of(&config)) {
            let result = run(prometheus, &query);
            assert!(result.is_ok(), "{} alone: {}\n{}\n{result:?}", service.name, query.place, query.text);
        }
    }
}

/// Waits until every query that must have data has some. An error of any query ends the test at once.
fn wait_for_all(prometheus: &Prometheus, waiting: &mut Vec<&Query>) {
    let is_empty = |query: &&Query| {
        run(prometheus, query).unwrap_or_else(|error| panic!("{}\n{}\n{error}", query.place, query.text)).is_empty()
    };
    waiting.retain(is_empty);
    let served = prometheus.series("{job=\"plimsoll\"}").unwrap();
    let served: BTreeSet<&str> = served.iter().filter_map(|series| series["__name__"].as_str()).collect();
    waiting.retain(|query| must_have_data(query, &served));
    let start = Instant::now();
    while !waiting.is_empty() {
        let shown: Vec<String> = waiting.iter().map(|query| format!("{}\n  {}", query.place, query.text)).collect();
        assert!(start.elapsed() < SHOWN, "without data:\n{}", shown.join("\n"));
        sleep(POLL);
        waiting.retain(is_empty);
    }
}

/// A metric that no database of the demonstration publishes has no value; all else has.
fn must_have_data(query: &Query, served: &BTreeSet<&str>) -> bool {
    let names = series(&query.text);
    let mut of_databases = names.iter().filter(|name| name.starts_with("aws_")).peekable();
    of_databases.peek().is_none() || of_databases.any(|name| served.contains(name))
}

/// What happens to a fleet once in a while: levels that change, that cannot be used, that are muted, that have no value,
/// a failover, a restart, and a database that does not run.
fn disturb(aws: &SimulatedAws) {
    aws.change(|fleet| {
        let tag = |tags: &mut BTreeMap<String, String>, metric: &str, value: &str| {
            tags.insert(format!("plimsoll/{metric}"), value.to_owned());
        };
        let orders = &mut fleet.instance("orders").unwrap().tags;
        tag(orders, "CPUUtilization", "70/85");
        tag(orders, "OldestReplicationSlotLag", "1GiB");
        tag(&mut fleet.instance("billing").unwrap().tags, "mute", "2099-01-01");
        tag(&mut fleet.instance("ledger").unwrap().tags, "FreeStorageSpace", "20GiB");
        let web = fleet.cluster("web").unwrap();
        tag(&mut web.tags, "VolumeBytesUsed", "2TiB");
        tag(&mut web.tags, "DatabaseConnections", "many");
        web.writer = Some("web-2".to_owned());
        "failing-over".clone_into(&mut web.status);
        "rebooting".clone_into(&mut fleet.instance("web-1").unwrap().status);
    });
    aws.metric(ACCOUNT, REGION, "DBInstanceIdentifier=events-1", "EngineUptime").pin(Some(5.0));
}

/// Names that nothing serves are spelling mistakes.
fn check_names(queries: &[Query], served: &BTreeSet<&str>) {
    let catalogue = catalogue();
    let is_known = |name: &str| served.contains(name) || catalogue.contains(name);
    let names: BTreeSet<&str> = queries.iter().flat_map(|query| series(&query.text)).collect();
    let unknown: Vec<&str> = names.into_iter().filter(|name| !is_known(name)).collect();
    assert!(unknown.is_empty(), "nothing serves {unknown:?}");
}
