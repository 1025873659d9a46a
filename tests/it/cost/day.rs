//! A simulated day of a scope against the simulated AWS, which counts what it would bill; times 30, that is the forecast.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::aws::Target;
use plimsoll::config::{Config, Selection, file};
use plimsoll::cost::{self, Dollars, METRIC_REQUESTED};
use plimsoll::plan::Now;
use plimsoll::scope::{Command, Event, OptionalRead, ParameterRead, Scope, ScopeName};
use plimsoll::sim::{Fleet, Options, Sim};
use plimsoll::time::Timestamp;

use crate::support::databases::{ACCOUNT, REGION};
use crate::support::targets::connect;

/// 2026-01-01 13:00:07 UTC.
const START: i64 = 1_767_272_407;
const DAY: i64 = 86_400;
const DAYS: f64 = 30.0;

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

struct Day {
    clock: Arc<AtomicI64>,
    sim: Sim,
    target: Target,
    config: Arc<Config>,
    scope: Scope,
    forecast: Option<Dollars>,
}

impl Day {
    async fn start(more: &str) -> Self {
        let clock = Arc::new(AtomicI64::new(START));
        let time = Arc::clone(&clock);
        let now = move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs());
        let fleet = Fleet::from_json(FLEET).unwrap();
        let sim = Sim::start(fleet, Options { clock: Arc::new(now), ..Options::default() }).await.unwrap();
        let target = connect(&sim, &[REGION]).await.remove(0);
        let config = file::parse(&format!("{LISTED_ONCE}{more}"), "plimsoll.toml").unwrap().config;
        let config = Arc::new(config);
        let scope = scope(&config);
        Self { clock, sim, target, config, scope, forecast: None }
    }

    /// The first forecast, and what the simulated AWS bills in a month like this day, both in US dollars.
    async fn pass(mut self) -> (Dollars, Dollars) {
        for second in (START..START + DAY).step_by(60) {
            self.clock.store(second, Ordering::Relaxed);
            self.tick(Now::at(Timestamp::from_second(second))).await;
        }
        let tally = self.sim.counts().in_scope(ACCOUNT, REGION, "GetMetricData");
        #[expect(clippy::cast_precision_loss, reason = "a day has a million queries")]
        let [lower, upper] = [tally.billed, tally.queries].map(|count| count as f64 * METRIC_REQUESTED * DAYS);
        (self.forecast.unwrap(), Dollars { lower, upper })
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
    let (forecast, billed) = Day::start(more).await.pass().await;
    for (forecast, billed) in [(forecast.lower, billed.lower), (forecast.upper, billed.upper)] {
        let error = (forecast - billed) / billed;
        assert!(error.abs() < 0.05, "forecast ${forecast:.2}, billed ${billed:.2}: {:.1} %", error * 100.0);
    }
    billed
}

#[tokio::test]
async fn the_forecast_before_the_first_call_is_what_aws_bills() {
    check("").await;
}

/// The budget is half of what these databases cost as shipped, by the count that decides.
#[tokio::test]
async fn within_a_budget_the_forecast_is_what_aws_bills_and_the_budget_is_kept() {
    let billed = check("[cost]\nmonthly_budget_usd = 5.0\n").await;
    assert!(billed.upper < 5.0 * 1.05, "billed ${:.2}", billed.upper);
}
