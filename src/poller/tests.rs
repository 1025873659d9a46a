//! The running exporter by a clock that the test sets, and which work blocks the async threads.

use std::sync::atomic::{AtomicI64, AtomicUsize};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Builder;

use super::*;
use crate::aws;
use crate::config::{Account, Config, Regions, Selection, file};
use crate::http::client;
use crate::plan::Now;
use crate::scope::Scope;
use crate::sim::{Curve, Effect, Fault, Fleet, Instance, Options, Sim};
use crate::time::Seconds;

const ACCOUNT: &str = "123456789012";
const REGION: &str = "eu-west-1";
const HOUR: i64 = 3_600;
const DAY: i64 = 86_400;

/// Above the age limit of CPU.
const TOO_OLD: i64 = 480;

/// Only CPU, with the shortest intervals.
const BRISK: &str = "[polling]\ndiscovery = \"1s\"\nfast = \"1s\"\n[metrics]\nprofile = \"alerting\"\n";

/// Longer than anything here takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A clock that the test sets: the time that has passed for AWS and plimsoll, and how far plimsoll's wall clock is ahead.
#[derive(Clone, Default)]
struct TestClock {
    passed: Arc<AtomicI64>,
    ahead: Arc<AtomicI64>,
}

impl TestClock {
    fn as_clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || {
            let steady = unix_now() + Seconds::new(clock.passed.load(Ordering::Relaxed));
            Now { steady, wall: steady + Seconds::new(clock.ahead.load(Ordering::Relaxed)) }
        })
    }

    fn as_clock_of_aws(&self) -> crate::sim::Clock {
        let passed = Arc::clone(&self.passed);
        Arc::new(move || SystemTime::now() + Duration::from_secs(passed.load(Ordering::Relaxed).unsigned_abs()))
    }

    fn set(&self, ahead: i64) {
        self.ahead.store(ahead, Ordering::Relaxed);
    }
}

fn access(endpoint: String) -> Access {
    let credentials = Some(("test".to_owned(), "test".to_owned()));
    Access { endpoint: Some(endpoint), credentials, region: Some(REGION.to_owned()) }
}

fn config() -> Config {
    let accounts = vec![Account::default_chain(Regions::one(REGION))];
    Config { accounts, ..file::parse(BRISK, "plimsoll.toml").unwrap().config }
}

/// A simulated AWS with one database, and an exporter that polls it by the clock of the test.
struct TestExporter {
    sim: Sim,
    clock: TestClock,
    base: String,
    stop: CancellationToken,
}

impl TestExporter {
    async fn start() -> Self {
        Self::with(config()).await
    }

    async fn with(config: Config) -> Self {
        let clock = TestClock::default();
        let mut fleet = Fleet::empty(ACCOUNT);
        let metrics = [("CPUUtilization".to_owned(), Some(Curve::constant(50.0)))];
        let orders = Instance { metrics: metrics.into(), ..Instance::of("postgres") };
        fleet.region(ACCOUNT, REGION).instances.insert("orders".to_owned(), orders);
        let options = Options { clock: clock.as_clock_of_aws(), ..Options::default() };
        let sim = Sim::start(fleet, options).await.unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let (base, stop) = (format!("http://{}", listener.local_addr().unwrap()), CancellationToken::new());
        let endpoint =
            Endpoint { listeners: vec![listener], web: Web::default(), telemetry_path: "/metrics".to_owned() };
        let source = Source::new(config.clone(), Arc::new(move || Ok(config.clone())));
        tokio::spawn(run(source, access(sim.endpoint()), endpoint, clock.as_clock(), stop.clone()));
        Self { sim, clock, base, stop }
    }

    fn set_cpu(&self, value: f64) {
        self.sim.metric(ACCOUNT, REGION, "DBInstanceIdentifier=orders", "CPUUtilization").pin(Some(value));
    }

    /// The value of the first series whose line begins with `start`.
    async fn series(&self, start: &str) -> Option<f64> {
        let page = client::get(&self.base, "/metrics", &client::Access::default()).await.unwrap().body;
        page.lines().find(|line| line.starts_with(start))?.rsplit_once(' ')?.1.parse().ok()
    }

    async fn served(&self) -> Option<f64> {
        self.series("aws_rds_cpuutilization_average{").await
    }

    /// Waits until the CPU is served with this value, or not at all.
    async fn wait_for(&self, value: Option<f64>, why: &str) {
        let begin = Instant::now();
        while self.served().await != value {
            assert!(begin.elapsed() < PATIENCE, "{why}: {value:?} expected, {:?} served", self.served().await);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    async fn skew(&self) -> f64 {
        self.series("plimsoll_clock_skew_seconds{").await.unwrap()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn while_calls_succeed_a_clock_set_back_hides_no_new_value_and_the_skew_is_a_series() {
    let exporter = TestExporter::start().await;
    exporter.wait_for(Some(50.0), "at the start").await;
    assert!((0.0..5.0).contains(&exporter.skew().await));
    for (step, value) in [(-HOUR, 60.0), (-DAY, 70.0), (0, 80.0)] {
        exporter.clock.set(step);
        exporter.set_cpu(value);
        exporter.wait_for(Some(value), &format!("set by {step} s")).await;
        let skew = exporter.skew().await - f64::from(i32::try_from(step).unwrap());
        assert!((-1.0..5.0).contains(&skew), "{skew}");
    }
    assert_eq!(exporter.series("plimsoll_future_datapoints_dropped_total{").await, Some(0.0));
    exporter.stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_calls_are_refused_a_value_too_old_vanishes_however_the_clock_is_set() {
    let vanishes = |step| async move {
        let exporter = TestExporter::start().await;
        exporter.wait_for(Some(50.0), "while all is well").await;
        exporter.sim.fault(Fault::new(Effect::Denied));
        exporter.clock.set(step);
        exporter.clock.passed.store(TOO_OLD, Ordering::Relaxed);
        exporter.wait_for(None, &format!("set by {step} s")).await;
        exporter.stop.cancel();
    };
    tokio::join!(vanishes(-HOUR), vanishes(HOUR), vanishes(-DAY), vanishes(DAY));
}

/// The names of the databases whose CPU is served.
async fn names(exporter: &TestExporter) -> Vec<String> {
    let page = client::get(&exporter.base, "/metrics", &client::Access::default()).await.unwrap().body;
    let label =
        |line: &str| Some(line.split_once("dimension_DBInstanceIdentifier=\"")?.1.split_once('"')?.0.to_owned());
    page.lines().filter(|line| line.starts_with("aws_rds_cpuutilization_average{")).filter_map(label).collect()
}

async fn wait_for_names(exporter: &TestExporter, expected: &[&str]) {
    let begin = Instant::now();
    while names(exporter).await != expected {
        assert!(begin.elapsed() < PATIENCE, "{expected:?} expected, {:?} served", names(exporter).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

async fn wait_until_gone(exporter: &TestExporter, label: &str) {
    let begin = Instant::now();
    loop {
        let page = client::get(&exporter.base, "/metrics", &client::Access::default()).await.unwrap().body;
        let left: Vec<&str> = page.lines().filter(|line| line.contains(label)).collect();
        if left.is_empty() {
            return;
        }
        assert!(begin.elapsed() < PATIENCE, "{left:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

fn add_database(sim: &Sim, region: &str) {
    let metrics = [("CPUUtilization".to_owned(), Some(Curve::constant(50.0)))];
    let database = Instance { metrics: metrics.into(), ..Instance::of("postgres") };
    sim.change(|fleet| fleet.region(ACCOUNT, region).instances.insert(region.to_owned(), database));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_is_enabled_later_is_watched_within_a_day() {
    let accounts = vec![Account::default_chain(Regions::Enabled)];
    let exporter = TestExporter::with(Config { accounts, ..config() }).await;
    wait_for_names(&exporter, &["orders"]).await;
    add_database(&exporter.sim, "me-central-1");
    exporter.clock.passed.store(DAY + 1, Ordering::Relaxed);
    wait_for_names(&exporter, &["orders", "me-central-1"]).await;
    assert_eq!(exporter.sim.counts().of("ListRegions").calls, 2);
    exporter.stop.cancel();
}

/// Nothing of it is left that could look like a scope without metrics.
#[tokio::test(flavor = "multi_thread")]
async fn a_region_that_is_disabled_is_not_watched_from_the_next_daily_look_on() {
    let accounts = vec![Account::default_chain(Regions::Enabled)];
    let exporter = TestExporter::with(Config { accounts, ..config() }).await;
    add_database(&exporter.sim, "me-central-1");
    exporter.clock.passed.store(DAY + 1, Ordering::Relaxed);
    wait_for_names(&exporter, &["orders", "me-central-1"]).await;
    exporter.sim.change(|fleet| fleet.accounts.get_mut(ACCOUNT).unwrap().remove("me-central-1"));
    exporter.clock.passed.store(2 * DAY + 2, Ordering::Relaxed);
    wait_until_gone(&exporter, "region=\"me-central-1\"").await;
    wait_for_names(&exporter, &["orders"]).await;
    exporter.stop.cancel();
}

#[tokio::test(flavor = "multi_thread")]
async fn while_regions_cannot_be_listed_those_of_every_account_are_watched_and_others_once_they_can() {
    let accounts = vec![Account::default_chain(Regions::Enabled)];
    let exporter = TestExporter::with(Config { accounts, ..config() }).await;
    exporter.sim.fault(Fault::new(Effect::Denied).operation("ListRegions"));
    add_database(&exporter.sim, "me-central-1");
    wait_for_names(&exporter, &["orders"]).await;
    exporter.sim.clear();
    exporter.clock.passed.store(301, Ordering::Relaxed);
    wait_for_names(&exporter, &["orders", "me-central-1"]).await;
    exporter.stop.cancel();
}

/// The runtime of the scopes has one thread, which runs no task outside `block_on`.
#[test]
fn probes_and_scrapes_are_answered_while_the_threads_of_the_scopes_are_busy() {
    let scopes = Builder::new_current_thread().enable_all().build().unwrap();
    let exporter = scopes.block_on(TestExporter::start());
    scopes.block_on(exporter.wait_for(Some(50.0), "at the start"));
    let client = Builder::new_current_thread().enable_all().build().unwrap();
    for path in ["/-/healthy", "/-/ready", "/metrics"] {
        let response = client.block_on(client::get(&exporter.base, path, &client::Access::default())).unwrap();
        assert_eq!(response.status, 200, "{path}");
    }
    exporter.stop.cancel();
}

/// On a runtime of one thread, a part that blocks it stops every other task. The published scopes are locked so that the
/// scope's turn cannot end, and meanwhile another task must run.
#[tokio::test]
async fn while_a_scope_works_other_tasks_go_on() {
    let (config, own) = (Arc::new(config()), Arc::new(Own::new()));
    let selection = Arc::new(Selection::of(&config));
    let no_observer: Observer = Arc::new(|_, _, _, _| {});
    let access = access("http://127.0.0.1:9".to_owned());
    let target = aws::connect(&config, &access, &no_observer).await.unwrap().remove(0).target(REGION);
    let clock = clock::system();
    let spending = Arc::new(Spending::new(&config, &selection, true));
    let name = ScopeName { account: "default".into(), region: REGION.into() };
    let scope = Scope::new(name, Arc::clone(&config), selection, 100, clock());
    let mut one_scope = PublishedScopes::default();
    one_scope.add();
    let (scopes, published) = watch::channel(one_scope);
    let outlet = publisher::Publisher::new(0, scopes, &config.polling, None);
    let shared = Shared {
        own: Arc::clone(&own),
        clock,
        served: Arc::default(),
        role: watch::channel(Role::first(false)).1,
        stop: CancellationToken::new(),
        spending,
    };

    let steps = Arc::new(AtomicUsize::new(0));
    let went_on = lock_published(published, own, Arc::clone(&steps));
    let parts = async {
        tokio::select! {
            ended = watcher::run(scope, target, outlet, mpsc::channel(1).1, shared) => panic!("{ended:?}"),
            () = count_steps(&steps) => {}
        }
    };
    tokio::select! {
        () = parts => {}
        () = until_finished(&went_on) => {}
    }
    assert!(went_on.join().unwrap(), "the scope worked on the async thread");
}

/// Locks the published scopes before the scope's first turn; returns whether steps are taken while the turn waits.
fn lock_published(
    published: watch::Receiver<PublishedScopes>,
    own: Arc<Own>,
    steps: Arc<AtomicUsize>,
) -> thread::JoinHandle<bool> {
    let (locked, is_locked) = std::sync::mpsc::channel();
    let thread = thread::spawn(move || {
        let _guard = published.borrow();
        locked.send(()).unwrap();
        // The last step of a turn before it publishes.
        wait(|| !own.reports().is_empty());
        let before = steps.load(Ordering::Relaxed);
        wait(|| steps.load(Ordering::Relaxed) > before + 1)
    });
    is_locked.recv().unwrap();
    thread
}

/// Waits for a condition; returns whether it became true.
fn wait(condition: impl Fn() -> bool) -> bool {
    let begin = Instant::now();
    while !condition() && begin.elapsed() < PATIENCE {
        thread::sleep(Duration::from_millis(1));
    }
    condition()
}

async fn count_steps(steps: &AtomicUsize) {
    loop {
        steps.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

async fn until_finished<T>(thread: &thread::JoinHandle<T>) {
    while !thread.is_finished() {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}
