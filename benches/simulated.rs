//! plimsoll without its tasks: a scope, a renderer and its own metrics, before a simulated AWS with a clock that is set.
//! The benches that simulate a time share it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, UNIX_EPOCH};

use plimsoll::aws::{self, Access, Target};
use plimsoll::config::{Account, Config, Regions, Selection};
use plimsoll::exposition::Renderer;
use plimsoll::plan::Now;
use plimsoll::scope::{Command, Event, OptionalRead, ParameterRead, Scope, ScopeName};
use plimsoll::sim::{Effect, Fault, Fleet, Options, Region, Sim};
use plimsoll::telemetry::Own;
use plimsoll::time::Timestamp;
use tokio::task::JoinSet;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";

/// As many as the program allows one scope.
const ISSUE_LIMIT: usize = 1_000;

pub(crate) struct Exporter {
    clock: Arc<AtomicI64>,
    start: i64,
    pub(crate) sim: Sim,
    target: Target,
    config: Arc<Config>,
    /// Absent while plimsoll does not run.
    process: Option<Process>,
}

/// What is lost when plimsoll stops.
struct Process {
    scope: Scope,
    renderer: Renderer,
    own: Own,
}

impl Exporter {
    /// plimsoll and the simulated AWS at a moment.
    pub(crate) async fn start(start: i64, fleet: Fleet, config: Config) -> Self {
        let clock = Arc::new(AtomicI64::new(start));
        let time = Arc::clone(&clock);
        let now = move || UNIX_EPOCH + Duration::from_secs(time.load(Ordering::Relaxed).unsigned_abs());
        let sim = Sim::start(fleet, Options { clock: Arc::new(now), ..Options::default() }).await.unwrap();
        let account = Account::default_chain(Regions::one(REGION));
        let config = Config { accounts: vec![account], ..config };
        let access = Access {
            endpoint: Some(sim.endpoint()),
            credentials: Some(("year".to_owned(), "year".to_owned())),
            region: Some(REGION.to_owned()),
        };
        let nobody: aws::Observer = Arc::new(|_, _, _, _| {});
        let target = aws::connect(&config, &access, &nobody).await.unwrap().remove(0).target(REGION);
        let mut exporter = Self { clock, start, sim, target, config: Arc::new(config), process: None };
        exporter.begin(start);
        exporter
    }

    /// Starts plimsoll, which knows nothing yet.
    pub(crate) fn begin(&mut self, at: i64) {
        let selection = Arc::new(Selection::of(&self.config));
        let name = ScopeName { account: "default".into(), region: REGION.into() };
        let scope = Scope::new(name, Arc::clone(&self.config), selection, ISSUE_LIMIT, moment(at));
        let own = Own::new();
        self.process = Some(Process { scope, renderer: Renderer::new(), own });
    }

    pub(crate) fn stop(&mut self) {
        self.process = None;
    }

    pub(crate) fn edit(&mut self, at: i64, edit: fn(&mut Region, f64)) {
        self.clock.store(at, Ordering::Relaxed);
        #[expect(clippy::cast_precision_loss, reason = "the seconds of a year fit in a double")]
        let elapsed = (at - self.start) as f64;
        self.sim.change(|fleet| edit(fleet.region(ACCOUNT, REGION), elapsed));
    }

    pub(crate) fn fail(&self, operation: &str, effect: Effect) {
        self.sim.fault(Fault::new(effect).operation(operation));
    }

    pub(crate) fn heal(&self) {
        self.sim.clear();
    }

    /// One tick, and all events that follow from it.
    pub(crate) async fn poll(&mut self, at: i64) {
        self.clock.store(at, Ordering::Relaxed);
        let now = moment(at);
        let Some(process) = &mut self.process else { return };
        let (mut calls, mut commands) = (JoinSet::new(), process.scope.on(Event::Tick, now));
        loop {
            for command in commands {
                calls.spawn(carry_out(self.target.clone(), command, now));
            }
            let Some(event) = calls.join_next().await else { break };
            commands = event.unwrap().map_or_else(Vec::new, |event| process.scope.on(event, now));
        }
        process.scope.on(Event::Publish, now);
        process.own.report(process.scope.name(), process.scope.report(now));
    }

    /// What a scrape receives; nothing if it fails.
    pub(crate) fn scrape(&mut self, at: i64) -> Vec<u8> {
        let Some(process) = &mut self.process else { return Vec::new() };
        let page = process.renderer.render(&[process.scope.snapshot()], Timestamp::from_second(at));
        let page = Arc::new(page).text().flat_map(Vec::from);
        page.chain(process.own.encode(false)).collect()
    }
}

/// A moment at which both clocks show the same.
fn moment(second: i64) -> Now {
    Now::at(Timestamp::from_second(second))
}

/// The call of a command, and the event that follows from it.
async fn carry_out(target: Target, command: Command, now: Now) -> Option<Event> {
    match command {
        Command::List(lister) => {
            let found = target.list(lister).await.ok();
            Some(Event::Listed(lister, found.map(|found| found.into_iter().map(Arc::new).collect())))
        }
        Command::ReadParameters(group) => {
            let read = target.max_connections(&group).await.map_or(ParameterRead::Failed, ParameterRead::Found);
            Some(Event::Parameters(group, read))
        }
        Command::Optional(call, window) => {
            let read = target.optional(call, window).await.map_or(OptionalRead::Failed, OptionalRead::Found);
            Some(Event::Optional(call, read))
        }
        Command::Fetch(batch) => {
            let answers = target.answers(&batch, || now).await.ok();
            Some(Event::BatchEnded(batch, answers))
        }
        Command::Finished(_) | Command::Forecast(_) | Command::Log(_) | Command::Publish => None,
    }
}
