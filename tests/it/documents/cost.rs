//! The table of costs in `docs/cost.md` is what plimsoll queries.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use plimsoll::aws::{self, Access, Target};
use plimsoll::config::{Config, Profile, Selection, file};
use plimsoll::cost;
use plimsoll::plan::{Batch, Now};
use plimsoll::scope::{self, Command, Event, Scope, ScopeName, Seen};
use plimsoll::sim::{Fleet, Instance, Options, Sim};
use plimsoll::time::{Seconds, Timestamp};

use super::read;
use crate::support::databases::{ACCOUNT, REGION};

/// 2026-01-01 13:00 UTC.
const START: i64 = 1_767_272_400;

/// Within this time every metric is queried at least once.
const ROUND_SECONDS: i64 = 600;

/// Dollars for one metric asked once: <https://aws.amazon.com/cloudwatch/pricing/>.
const DOLLARS: f64 = 0.01 / 1000.0;
const MONTH_SECONDS: f64 = 30.0 * 86_400.0;

const DATABASES: [(&str, &str); 3] = [
    ("postgres", "PostgreSQL primary, db.m6g.large, gp3"),
    ("mysql", "MySQL primary, the same"),
    ("aurora-postgresql", "Aurora PostgreSQL writer, db.r6g.large"),
];
const PROFILES: [Profile; 4] = [Profile::None, Profile::Alerting, Profile::Dashboards, Profile::All];

/// For each database, the metrics by the time between two polls.
type Queried = BTreeMap<String, BTreeMap<Seconds, BTreeSet<&'static str>>>;

#[tokio::test]
async fn the_table_of_costs_is_what_is_queried() {
    let sim = Sim::start(fleet(), Options::default()).await.unwrap();
    let target = connect(&sim).await;
    let mut columns = Vec::new();
    for profile in PROFILES {
        columns.push(queried(profile, &target).await);
    }
    let row = |(engine, title): (&str, &str)| {
        let cells: Vec<String> = columns.iter().map(|column| cell(column.get(engine))).collect();
        format!("| {title} | {} |", cells.join(" | "))
    };
    let table = DATABASES.map(row).join("\n");
    assert!(read("docs/cost.md").contains(&table), "docs/cost.md must have this table:\n{table}");
    let readme = read("README.md");
    let postgres = |column: usize| dollars(columns[column].get("postgres"));
    for price in [postgres(1), postgres(2)] {
        assert!(readme.contains(&price), "README.md must name {price}");
    }
}

/// The fleet on which the other exporters were measured, of a hundred instances; those of Aurora are in clusters of two.
const MIX: [(&str, usize); 7] = [
    ("postgres", 35),
    ("mysql", 25),
    ("aurora-postgresql", 14),
    ("aurora-mysql", 14),
    ("mariadb", 4),
    ("sqlserver-se", 4),
    ("oracle-se2", 4),
];

/// As shipped, with two levers, and for alerts only with everything every five minutes.
#[tokio::test]
async fn what_an_instance_of_a_mixed_fleet_costs_is_documented() {
    let sim = Sim::start(mixed_fleet(), Options::default()).await.unwrap();
    let target = connect(&sim).await;
    let page = read("docs/cost.md");
    let check = async |toml: &str, limit: f64| {
        let config = Arc::new(file::parse(toml, "plimsoll.toml").unwrap().config);
        let dollars = each_instance(config, &target).await;
        let documented = format!("${dollars:.2} for each instance");
        assert!(dollars <= limit && page.contains(&documented), "docs/cost.md must name {documented}");
    };
    check("", 2.50).await;
    check("[polling]\nwithout_level = \"5m\"\n", 2.75).await;
    check("[metrics.FreeStorageSpace]\ninterval = \"5m\"\n", 2.50).await;
    check("[metrics]\nprofile = \"alerting\"\n[polling]\nfast = \"5m\"\n", 1.10).await;
}

fn mixed_fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    for (engine, count) in MIX {
        for number in 0..count {
            let (id, pair) = (format!("{engine}-{number}"), format!("{engine}-{}", number / 2));
            let cluster = engine.starts_with("aurora").then(|| pair.clone());
            if cluster.is_some() {
                let writer = Some(format!("{engine}-{}", number / 2 * 2));
                let engine = engine.to_owned();
                region.clusters.insert(pair, plimsoll::sim::Cluster { engine, writer, ..Default::default() });
            }
            // Half of them have Performance Insights.
            region.instances.insert(id, Instance { cluster, pi: number % 2 == 0, ..Instance::of(engine) });
        }
    }
    fleet
}

/// The forecast for one instance, as AWS publishes how it counts.
async fn each_instance(config: Arc<Config>, target: &Target) -> f64 {
    let mut listings = Vec::new();
    for lister in config.catalog.listers() {
        listings.push((lister, Some(target.list(lister).await.unwrap())));
    }
    let selection = Arc::new(Selection::of(&config));
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let seen = Seen { listings, ..Seen::default() };
    let inventory = scope::inventory(name, &config, &selection, seen, now(START));
    let forecast = cost::forecast(&[&inventory], Timestamp::from_second(START));
    assert_eq!(forecast.scopes[0].instances, 100);
    forecast.dollars.lower / 100.0
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    for (engine, _) in DATABASES {
        let plain = Instance { pi: true, ..Instance::of(engine) };
        let instance = if engine.starts_with("aurora") {
            Instance { class: "db.r6g.large".to_owned(), cluster: Some("web".to_owned()), ..plain }
        } else {
            plain
        };
        region.instances.insert(engine.to_owned(), instance);
    }
    let cluster =
        plimsoll::sim::Cluster { engine: "aurora-postgresql".to_owned(), ..plimsoll::sim::Cluster::default() };
    region.clusters.insert("web".to_owned(), cluster);
    fleet
}

async fn connect(sim: &Sim) -> Target {
    let access = Access {
        endpoint: Some(sim.endpoint()),
        credentials: Some(("test".to_owned(), "test".to_owned())),
        region: Some(REGION.to_owned()),
    };
    let observer: aws::Observer = Arc::new(|_, _, _, _| {});
    aws::connect(&Config::default(), &access, &observer).await.unwrap().remove(0).target(REGION)
}

/// What the first round queries of the databases. No batch is answered: that changes nothing in a first round.
async fn queried(profile: Profile, target: &Target) -> Queried {
    let mut config = Config::default();
    config.metrics.profile = profile;
    let selection = Arc::new(Selection::of(&config));
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let mut scope = Scope::new(name, Arc::new(config), selection, 1_000, now(START));
    let mut queried = Queried::new();
    for second in (START..START + ROUND_SECONDS).step_by(60) {
        let mut commands = scope.on(Event::Tick, now(second));
        while let Some(command) = commands.pop() {
            let event = match command {
                Command::List(lister) => {
                    let found = target.list(lister).await.unwrap();
                    Event::Listed(lister, Some(found.into_iter().map(Arc::new).collect()))
                }
                Command::Fetch(batch) => {
                    count(&mut queried, &batch);
                    Event::BatchEnded(batch, None)
                }
                _ => continue,
            };
            commands.extend(scope.on(event, now(second)));
        }
    }
    queried
}

fn now(second: i64) -> Now {
    Now::at(Timestamp::from_second(second))
}

fn count(queried: &mut Queried, batch: &Batch) {
    for query in &batch.queries {
        let by_interval = queried.entry(query.resource.id.to_string()).or_default();
        by_interval.entry(batch.poll_group.interval).or_default().insert(query.metric);
    }
}

fn cell(queried: Option<&BTreeMap<Seconds, BTreeSet<&'static str>>>) -> String {
    let count = |interval| queried.and_then(|queried| queried.get(&interval)).map_or(0, BTreeSet::len);
    if queried.is_none() {
        return "$0".to_owned();
    }
    let [fast, slow, without_level] = [1, 5, 10].map(|minutes| count(minutes * Seconds::MINUTE));
    format!("{} ({fast} + {slow} + {without_level})", dollars(queried))
}

fn dollars(queried: Option<&BTreeMap<Seconds, BTreeSet<&'static str>>>) -> String {
    let polls = |(interval, metrics): (&Seconds, &BTreeSet<&str>)| {
        #[expect(clippy::cast_precision_loss, reason = "a few dozen metrics")]
        let metrics = metrics.len() as f64;
        metrics * MONTH_SECONDS / Duration::from(*interval).as_secs_f64()
    };
    format!("${:.2}", queried.into_iter().flatten().map(polls).sum::<f64>() * DOLLARS)
}
