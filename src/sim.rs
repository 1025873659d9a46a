//! The simulated AWS: an HTTP server on the loopback that speaks what the AWS SDKs speak, for the demonstration, tests
//! and benches.
//!
//! It answers RDS and STS (awsQuery), CloudWatch (Smithy RPC v2 CBOR and AWS JSON) and the Resource Groups Tagging API
//! from a [`Fleet`], with AWS's limits and errors, and counts what is asked. Nothing of ours comes in here: what a
//! database publishes stands in the fleet, never in the catalogue. Faults are set by function call alone.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

mod arn;
mod call;
pub mod curve;
mod document;
pub mod fault;
pub mod fleet;
mod form;
pub mod ledger;
mod list_metrics;
mod metric_data;
mod published;
mod rds;
mod refusal;
mod reply;
mod seeded;
mod server;
mod statistic;
mod sts;
mod tagging;
mod world;
mod xml;

#[cfg(test)]
mod tests;

pub use curve::{Curve, Incident};
pub use fault::{Effect, Fault, FaultId};
pub use fleet::{Capacity, Cluster, Fleet, FleetError, Instance, Maintenance, Proxy, Region, Volume};
pub use ledger::{Called, Counts, Tally};
pub use sts::{SECRET_ACCESS_KEY, SESSION_TOKEN};

use fault::Faults;
use server::{Shared, lock, seconds};
use world::{Scope, Timing, World, series_key};

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

/// How a fleet is played.
#[derive(Clone)]
pub struct Options {
    /// Simulated seconds in one real second: compresses curves and incidents, never timestamps. `None`: the fleet's.
    pub speed: Option<f64>,
    /// From the end of a sample's minute until it can be read. `None`: the fleet's.
    pub publication_delay: Option<Duration>,
    /// The newest readable sample follows its curve until the next one comes, as if late data still arrived.
    /// A demonstration moves within seconds this way, though samples are a minute apart.
    pub live: bool,
    /// Added to every answer.
    pub latency: Duration,
    /// The real clock, unless a test moves it.
    pub clock: Clock,
}

impl Default for Options {
    fn default() -> Self {
        let clock: Clock = Arc::new(SystemTime::now);
        Self { speed: None, publication_delay: None, live: false, latency: Duration::ZERO, clock }
    }
}

/// A running simulated AWS; it ends when this is dropped.
///
/// Dimensions are written `Name=value`, several joined by commas, none as the empty text.
pub struct Sim {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Sim {
    /// Starts on a free port of the loopback, on the current tokio runtime.
    ///
    /// # Errors
    /// When no port can be opened.
    pub async fn start(fleet: Fleet, options: Options) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        let address = listener.local_addr()?;
        let now = (options.clock)();
        let delay = options.publication_delay.map_or(fleet.delay_s, |delay| delay.as_secs());
        let timing = Timing {
            started: seconds(now),
            speed: options.speed.unwrap_or(fleet.speed),
            delay: i64::try_from(delay).unwrap_or(i64::MAX / 2),
            live: options.live,
        };
        let shared = Arc::new(Shared {
            world: RwLock::new(World::new(fleet, timing)),
            faults: Mutex::new(Faults::default()),
            counts: Mutex::new(Counts::new(now)),
            clock: options.clock,
            latency: options.latency,
            requests: AtomicU64::new(0),
        });
        let server = tokio::spawn(server::serve(listener, Arc::clone(&shared)));
        Ok(Self { address, shared, server })
    }

    /// The address to give to an SDK, such as `http://127.0.0.1:40123`.
    #[must_use]
    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Edits the fleet: tags, statuses, databases that come and go. The next request sees it.
    ///
    /// An instance whose status no longer publishes ends its metrics now; what it sent before stays readable. One that
    /// starts to publish begins now. One that is new and running has a past.
    pub fn change<R>(&self, edit: impl FnOnce(&mut Fleet) -> R) -> R {
        let now = self.now();
        self.world().change(now, edit)
    }

    /// Gives every sample of a metric, past and future, this value from now on, whatever the fleet says.
    ///
    /// `None` ends the metric: samples of minutes that are not over yet will never exist.
    pub fn pin(&self, account: &str, region: &str, dimensions: &str, metric: &str, value: Option<f64>) {
        let now = self.now();
        self.world().pin(now, key(account, region, dimensions, metric), value);
    }

    /// Leaves a metric with a single datapoint, readable at once: the last minute that was over `age` ago. Then silence.
    pub fn point_once(&self, account: &str, region: &str, dimensions: &str, metric: &str, value: f64, age: Duration) {
        let now = self.now();
        let age = i64::try_from(age.as_secs()).unwrap_or(now);
        self.world().point_once(now, key(account, region, dimensions, metric), value, age);
    }

    /// Gives a metric back to the fleet.
    pub fn unpin(&self, account: &str, region: &str, dimensions: &str, metric: &str) {
        self.world().unpin(&key(account, region, dimensions, metric));
    }

    /// Sets a fault. If several hit a request, the one set first does.
    #[expect(clippy::must_use_candidate, reason = "most faults are never lifted one by one")]
    pub fn fault(&self, fault: Fault) -> FaultId {
        lock(&self.shared.faults).add(fault)
    }

    /// Takes a fault back. Requests that already hang go on hanging.
    pub fn lift(&self, id: FaultId) {
        lock(&self.shared.faults).lift(id);
    }

    /// Takes all faults back.
    pub fn clear(&self) {
        lock(&self.shared.faults).clear();
    }

    /// What was asked since the start or the last reset.
    #[must_use]
    pub fn counts(&self) -> Counts {
        lock(&self.shared.counts).clone()
    }

    /// Begins to count anew and says what was asked until now.
    #[expect(clippy::must_use_candidate, reason = "called to begin anew as often as to read")]
    pub fn reset_counts(&self) -> Counts {
        let fresh = Counts::new(self.shared.now());
        std::mem::replace(&mut *lock(&self.shared.counts), fresh)
    }

    /// Stops, and waits until the port is free and every connection is closed.
    pub async fn stop(mut self) {
        self.server.abort();
        // The only outcome of an aborted task is that it was aborted.
        let _ = (&mut self.server).await;
    }

    fn now(&self) -> i64 {
        seconds(self.shared.now())
    }

    fn world(&self) -> RwLockWriteGuard<'_, World> {
        self.shared.world.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.server.abort();
    }
}

fn key(account: &str, region: &str, dimensions: &str, metric: &str) -> String {
    series_key(&Scope { account: account.to_owned(), region: region.to_owned() }, dimensions, metric)
}
