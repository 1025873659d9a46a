//! The simulated AWS: an HTTP server on the loopback that speaks what the AWS SDKs speak, for the demonstration, tests
//! and benches.
//!
//! It serves RDS and STS (awsQuery), CloudWatch (Smithy RPC v2 CBOR and AWS JSON), Account Management and the Resource
//! Groups Tagging API from a [`Fleet`], with AWS's limits and errors, and counts the requests. It shares nothing with the code under test:
//! the metrics of a database come from the fleet, never from the catalogue. Only function calls set faults.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, PoisonError, RwLock, RwLockWriteGuard};
use std::time::{Duration, SystemTime};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

mod arn;
mod call;
mod clock;
mod counts;
mod curve;
mod dimensions;
mod document;
mod error_response;
mod fault;
mod fleet;
mod fleet_file;
mod form;
mod list_metrics;
mod metric_data;
mod published;
mod rds;
mod regions;
mod response_body;
mod scope;
mod seeded;
mod series;
mod server;
mod simulation;
mod statistic;
mod sts;
mod tagging;
mod xml;

#[cfg(test)]
mod tests;

pub use clock::Clock;
pub use counts::{CallKey, Counts, Tally};
pub use curve::{Curve, Incident, Overlay};
pub use fault::{Effect, Fault, FaultId};
pub use fleet::{
    BlueGreenDeployment, Capacity, Cluster, Event, Fleet, Instance, Lifecycle, Maintenance, Proxy, Quota, Region,
    Volume,
};
pub use fleet_file::FleetError;
pub use sts::{SECRET_ACCESS_KEY, SESSION_TOKEN};

use clock::seconds;
use fault::Faults;
use scope::Scope;
use series::Timing;
use server::{Shared, lock};
use simulation::{Simulation, series_key};

/// How a fleet is simulated.
#[derive(Clone)]
pub struct Options {
    /// Simulated seconds in one real second: compresses curves and incidents, never timestamps. `None`: the fleet's.
    pub speed: Option<f64>,
    /// The time from the end of a sample's minute until it can be read. `None`: the fleet's.
    pub publication_delay: Option<Duration>,
    /// Whether the newest readable sample follows its curve until the next one comes, as if late data still arrived.
    /// A demonstration changes within seconds this way, though samples are a minute apart.
    pub live: bool,
    /// The delay of every response.
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

/// A running simulated AWS, which ends when it is dropped.
pub struct Sim {
    address: SocketAddr,
    shared: Arc<Shared>,
    server: JoinHandle<()>,
}

impl Sim {
    /// Starts on a free port of the loopback, on the current tokio runtime.
    ///
    /// # Errors
    /// No port can be opened.
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
            simulation: RwLock::new(Simulation::new(fleet, timing)),
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

    /// Edits the fleet; the next request sees the change.
    ///
    /// Samples of an instance that stops now stay readable; one that starts begins to publish now. A new, running instance
    /// also has samples of the past.
    pub fn change<R>(&self, edit: impl FnOnce(&mut Fleet) -> R) -> R {
        let now = self.now();
        self.simulation().change(now, edit)
    }

    /// One metric, whose values a test sets; `dimensions` is `Name=value`, several joined by commas, or the empty text.
    #[must_use]
    pub fn metric(&self, account: &str, region: &str, dimensions: &str, name: &str) -> MetricHandle<'_> {
        let scope = Scope { account: account.to_owned(), region: region.to_owned() };
        MetricHandle { sim: self, key: series_key(&scope, dimensions, name) }
    }

    /// Adds a fault. Of several that match a request, the one added first applies.
    #[expect(clippy::must_use_candidate, reason = "most faults are never lifted one by one")]
    pub fn fault(&self, fault: Fault) -> FaultId {
        lock(&self.shared.faults).add(fault)
    }

    /// Removes a fault. Requests that already hang stay so.
    pub fn lift(&self, id: FaultId) {
        lock(&self.shared.faults).lift(id);
    }

    /// Removes all faults.
    pub fn clear(&self) {
        lock(&self.shared.faults).clear();
    }

    /// The counts since the start or the last reset.
    #[must_use]
    pub fn counts(&self) -> Counts {
        lock(&self.shared.counts).clone()
    }

    /// Resets the counts and returns those until now.
    #[expect(clippy::must_use_candidate, reason = "callers that only reset the counts ignore the result")]
    pub fn reset_counts(&self) -> Counts {
        let fresh = Counts::new(self.shared.now());
        std::mem::replace(&mut *lock(&self.shared.counts), fresh)
    }

    /// Stops, and waits until the port is free and every connection is closed.
    pub async fn stop(mut self) {
        self.server.abort();
        // The result of an aborted task is only that it was aborted.
        let _ = (&mut self.server).await;
    }

    fn now(&self) -> i64 {
        seconds(self.shared.now())
    }

    fn simulation(&self) -> RwLockWriteGuard<'_, Simulation> {
        self.shared.simulation.write().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Sim {
    fn drop(&mut self) {
        self.server.abort();
    }
}

/// A metric of a running [`Sim`], whose values a test sets in place of the fleet's.
pub struct MetricHandle<'a> {
    sim: &'a Sim,
    key: String,
}

impl MetricHandle<'_> {
    /// Sets all samples, past and future, to a value, until [`unpin`](Self::unpin).
    ///
    /// `None` ends the metric: it has no samples of this minute and later ones.
    pub fn pin(self, value: Option<f64>) {
        let now = self.sim.now();
        self.sim.simulation().pin(now, self.key, value);
    }

    /// Leaves a single datapoint, readable at once: that of the last minute that was over `age` ago.
    pub fn point_once(self, value: f64, age: Duration) {
        let now = self.sim.now();
        let age = i64::try_from(age.as_secs()).unwrap_or(now);
        self.sim.simulation().point_once(now, self.key, value, age);
    }

    /// Lets the metric follow the fleet again.
    pub fn unpin(self) {
        self.sim.simulation().unpin(&self.key);
    }
}
