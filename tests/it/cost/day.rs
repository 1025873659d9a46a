//! A simulated day of a scope against the simulated AWS, which counts what it would bill; times 30, that is the forecast.
//! Of a mixed fleet an hour and a half is simulated: a day of it would take half a minute.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::aws::Target;
use plimsoll::config::{Config, Selection, file};
use plimsoll::cost::{self, Dollars, METRIC_REQUESTED};
use plimsoll::plan::Now;
use plimsoll::scope::{Command, Event, OptionalRead, ParameterRead, Scope, ScopeName};
use plimsoll::sim::{Cluster, Fleet, Instance, Options, Sim};
use plimsoll::time::Timestamp;

use crate::support::databases::{ACCOUNT, REGION};
use crate::support::targets::connect;

/// 2026-01-01 13:00:07 UTC.
const START: i64 = 1_767_272_407;
const DAY: i64 = 86_400;
const MONTH: i64 = 30 * DAY;
const HOUR: i64 = 3_600;

/// What is listed and optional is free, so that this fleet, which does not change, is listed once.
const LISTED_ONCE: &str = "[discovery]\noptional = []\n[polling]\ndiscovery = \"1d\"\n";

/// A database, a cluster and a database that nobody started: a day of more would take too long for a test.
const FLEET: &str = r#"{
  "home_account": "123456789012", "seed": 7,
  "accounts": {"123456789012": {"eu-west-1": {
    "instances": {
      "orders": {"engine": "postgres", "class": "db.m6g.large", "storage": 100},
      "web-1": {"engine": "aurora-postgresql", "class": "db.r6g.large", "cluster": "web"},
      "old": {"engine": "postgres", "class": "db.t4g.medium", "storage": 20, "status": "stopped"}
    },
    "clusters": {"web": {"engine": "aurora-postgresql", "writer": "web-1"}}
  }}}
}"#;

/// Engines with their instances, of which every second one has Performance Insights.
const MIX: [(&str, &str, usize); 7] = [
    ("postgres", "db.m6g.large", 12),
    ("mysql", "db.t4g.medium", 10),
    ("aurora-postgresql", "db.r6g.large", 6),
    ("aurora-mysql", "db.r6g.large", 6),
    ("mariadb", "db.m5.large", 2),
    ("sqlserver-se", "db.m5.xlarge", 2),
    ("oracle-se2", "db.m5.large", 2),
];

/// Levels on metrics that have one, and that have none, by default; a metric that no dashboard draws; and a level less.
const TAGS: [(&str, &str); 5] = [
    ("plimsoll/CPUUtilization", "70/95"),
    ("plimsoll/DiskQueueDepth", "20"),
    ("plimsoll/NetworkReceiveThroughput", "100MiB"),
    ("plimsoll/DBLoadCPU", "8"),
    ("plimsoll/FreeableMemory", "off"),
];

/// Forty instances: primaries, replicas, writers and readers, some stopped, some with tags.
fn mixed_fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    for (engine, class, count) in MIX {
        let id = |number: usize| format!("{engine}-{number}");
        for number in 0..count {
            let cluster = engine.starts_with("aurora").then(|| id(number / 2));
            if let Some(cluster) = &cluster {
                let writer = Some(id(number / 2 * 2));
                let engine = engine.to_owned();
                region.clusters.insert(cluster.clone(), Cluster { engine, writer, ..Default::default() });
            }
            let is_replica = cluster.is_none() && number % 5 == 3;
            let tags = TAGS[..number % (TAGS.len() + 1)].iter().map(|(key, value)| ((*key).into(), (*value).into()));
            let instance = Instance {
                class: class.to_owned(),
                source: is_replica.then(|| id(0)),
                status: if number % 6 == 5 { "stopped" } else { "available" }.to_owned(),
                pi: number % 2 == 0,
                tags: tags.collect(),
                cluster,
                ..Instance::of(engine)
            };
            region.instances.insert(id(number), instance);
        }
    }
    fleet
}

struct Day {
    clock: Arc<AtomicI64>,
    sim: Sim,
    target: Target,
    config: Arc<Config>,
    scope: Scope,
    forecast: Option<Dollars>,
}

impl Day {
    async fn start(fleet: Fleet, more: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let time = Arc::clone(&clock);
        let now = move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs());
        let sim = Sim::start(fleet, Options { clock: Arc::new(now), ..Options::default() }).await.unwrap();
        let target = connect(&sim, &[REGION]).await.remove(0);
        let config = file::parse(&format!("{LISTED_ONCE}{more}"), "plimsoll.toml").unwrap().config;
        let config = Arc::new(config);
        let scope = scope(&config);
        Self { clock, sim, target, config, scope, forecast: None }
    }

    /// What the simulated AWS bills in a month like this time, in US dollars.
    async fn pass(&mut self, seconds: i64) -> Dollars {
        let billed = |day: &Self| {
            let tally = day.sim.counts().in_scope(ACCOUNT, REGION, "GetMetricData");
            [tally.billed, tally.queries]
        };
        let (before, start) = (billed(self), self.clock.load(Ordering::Relaxed));
        for second in (start..start + seconds).step_by(60) {
            self.clock.store(second, Ordering::Relaxed);
            self.tick(Now::at(Timestamp::from_second(second))).await;
        }
        self.clock.store(start + seconds, Ordering::Relaxed);
        let [lower, upper] = std::array::from_fn(|at| {
            #[expect(clippy::cast_precision_loss, reason = "a day has a million queries")]
            let [count, times] = [(billed(self)[at] - before[at]) as f64, (MONTH / seconds) as f64];
            count * times * METRIC_REQUESTED
        });
        Dollars { lower, upper }
    }

    async fn tick(&mut self, now: Now) {
        let mut commands = self.scope.on(Event::Tick, now);
        while let Some(command) = commands.pop() {
            if let Some(event) = self.carry_out(command, now).await {
                commands.extend(self.scope.on(event, now));
            }
        }
    }

    async fn carry_out(&mut self, command: Command, now: Now) -> Option<Event> {
        match command {
            Command::List(lister) => {
                let found = self.target.list(lister).await.ok();
                Some(Event::Listed(lister, found.map(|found| found.into_iter().map(Arc::new).collect())))
            }
            Command::ReadParameters(group) => Some(Event::Parameters(group, ParameterRead::Denied)),
            Command::Optional(call, _) => Some(Event::Optional(call, OptionalRead::Denied)),
            Command::Forecast(demand) => {
                let outlook = cost::outlook(&demand, &self.config, &Selection::of(&self.config));
                self.forecast.get_or_insert(outlook.saved);
                Some(Event::Save(outlook.savings))
            }
            Command::Fetch(batch) => {
                let answers = self.target.answers(&batch, || now).await.ok();
                Some(Event::BatchEnded(batch, answers))
            }
            Command::Finished(_) | Command::Log(_) | Command::Publish => None,
        }
    }
}

fn scope(config: &Arc<Config>) -> Scope {
    let selection = Arc::new(Selection::of(config));
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    Scope::new(name, Arc::clone(config), selection, 100, Now::at(Timestamp::from_second(START)))
}

/// A day as it is configured beyond what is shipped: what AWS bills for a month of it.
async fn check(more: &str) -> Dollars {
    let mut day = Day::start(Fleet::from_json(FLEET).unwrap(), more).await;
    let billed = day.pass(DAY).await;
    compare(day.forecast.unwrap(), billed);
    billed
}

fn compare(forecast: Dollars, billed: Dollars) {
    for (forecast, billed) in [(forecast.lower, billed.lower), (forecast.upper, billed.upper)] {
        let error = (forecast - billed) / billed;
        assert!(error.abs() < 0.05, "forecast ${forecast:.2}, billed ${billed:.2}: {:.1} %", error * 100.0);
    }
}

#[tokio::test]
async fn the_forecast_before_the_first_call_is_what_aws_bills() {
    check("").await;
}

/// What never answers is queried less often by then.
#[tokio::test]
async fn the_forecast_of_a_mixed_fleet_is_what_aws_bills_after_half_an_hour() {
    let mut day = Day::start(mixed_fleet(), "").await;
    day.pass(HOUR / 2).await;
    let billed = day.pass(HOUR).await;
    compare(day.forecast.unwrap(), billed);
}

/// The budget is half of what these databases cost as shipped, by the count that decides.
#[tokio::test]
async fn within_a_budget_the_forecast_is_what_aws_bills_and_the_budget_is_kept() {
    let billed = check("[cost]\nmonthly_budget_usd = 5.0\n").await;
    assert!(billed.upper < 5.0 * 1.05, "billed ${:.2}", billed.upper);
}
