//! Keeps the lease, if one is configured, and lets the scopes know whether they poll.
//!
//! The place is read and written in a thread of its own, because a network volume may not answer for hours. Whether this
//! replica polls is decided beside it, at the same pace.

use std::collections::BTreeSet;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::runtime::Builder;
use tokio::sync::{oneshot, watch};
use tokio::time::{MissedTickBehavior, interval, timeout};
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::part::{ServeError, Shared};
use super::place::{Place, PlaceError};
use super::role::Role;
use crate::config::Config;
use crate::plan::Lease;

/// How long a stop waits until the lease is given up.
const GIVE_UP: Duration = Duration::from_secs(1);

/// The longest part of a host's name that is used: the most that DNS allows.
const LONGEST_NAME: usize = 63;

/// The lease of this process.
pub(super) struct Keeper {
    replica: String,
    lease: Arc<Mutex<Lease>>,
    place: Place,
    since: Instant,
}

/// Keeps the lease until the process stops.
pub(super) async fn run(keeper: Keeper, role: watch::Sender<Role>, shared: Shared) -> Result<&'static str, ServeError> {
    let (replica, lease, since) = (keeper.replica.clone(), Arc::clone(&keeper.lease), keeper.since);
    let mut ticks = interval(lock(&lease).pause());
    let is_given_up = keeper.start(shared.stop.clone()).map_err(|_| ServeError::Ended("lease"))?;
    loop {
        tokio::select! {
            () = shared.stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        let (newest, is_lost) = at(&lock(&lease), since.elapsed());
        let polls = newest.polls;
        shared.own.lease(polls, is_lost);
        if polls != role.borrow().polls {
            info!(polls, replica, "the lease has changed hands");
            // Before the scopes act on it: they query what the budget allows.
            shared.spending.polls(polls);
            shared.own.outlook(&shared.spending.outlook());
        }
        role.send_replace(newest);
    }
    let _ = timeout(GIVE_UP, is_given_up).await;
    Ok("lease")
}

/// The role at a moment, and whether the lease is lost.
fn at(lease: &Lease, now: Duration) -> (Role, bool) {
    (Role::by(lease, now), lease.is_lost(now))
}

impl Keeper {
    /// The one of a configuration; `None` without a lease.
    pub(super) fn new(config: &Config) -> Option<Self> {
        let replica = replica();
        let place = Place::new(config, &replica)?;
        let lease = Lease::new(replica.clone(), config.lease.duration, Duration::ZERO);
        Some(Self { replica, lease: Arc::new(Mutex::new(lease)), place, since: Instant::now() })
    }

    /// Makes steps in a thread; the receiver gets something when it has ended.
    fn start(self, stop: CancellationToken) -> io::Result<oneshot::Receiver<()>> {
        let (given_up, is_given_up) = oneshot::channel();
        let runtime = Builder::new_current_thread().enable_all().build()?;
        thread::Builder::new().name("lease".to_owned()).spawn(move || {
            runtime.block_on(self.keep(&stop));
            // Nobody waits for it after a second.
            let _ = given_up.send(());
        })?;
        Ok(is_given_up)
    }

    /// Makes steps until the process stops, then gives the lease up.
    async fn keep(mut self, stop: &CancellationToken) {
        let mut ticks = interval(lock(&self.lease).pause());
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut logged = BTreeSet::new();
        while stop.run_until_cancelled(ticks.tick()).await.is_some() {
            let Some(stepped) = stop.run_until_cancelled(self.step_in_time()).await else { break };
            match stepped {
                Ok(()) => logged.clear(),
                Err(error) => log(&error, &mut logged),
            }
        }
        let found = self.place.read().await.ok().flatten();
        if found.is_some_and(|record| lock(&self.lease).owns(&record)) {
            // The other replica takes it when it has expired.
            let _ = self.place.give_up().await;
        }
    }

    /// One step, which must not take longer than the pause until the next one.
    async fn step_in_time(&mut self) -> Result<(), PlaceError> {
        let pause = lock(&self.lease).pause();
        timeout(pause, self.step()).await.unwrap_or(Err(PlaceError::Stalled(pause)))
    }

    /// One step; if another replica writes at the same time, a second one, which finds its record.
    async fn step(&mut self) -> Result<(), PlaceError> {
        match self.exchange().await {
            Err(error) if error.is_conflict() => self.exchange().await,
            exchanged => exchanged,
        }
    }

    async fn exchange(&mut self) -> Result<(), PlaceError> {
        let found = self.place.read().await?;
        let record = lock(&self.lease).step(found, self.since.elapsed());
        if let Some(record) = record {
            self.place.write(&record).await?;
        }
        lock(&self.lease).reached(self.since.elapsed());
        Ok(())
    }
}

/// Of failures in a row, each error is logged once.
fn log(error: &PlaceError, logged: &mut BTreeSet<String>) {
    let (error, remedy) = (error.text(), error.remedy());
    if logged.insert(error.clone()) {
        warn!(error, remedy, "lease not reached: this replica will poll, too");
    }
}

fn lock(lease: &Mutex<Lease>) -> MutexGuard<'_, Lease> {
    lease.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A name that no other process has: host, process and start. In containers, the process is always 1.
fn replica() -> String {
    let host = std::env::var("HOSTNAME").unwrap_or_default();
    let host = host.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(LONGEST_NAME);
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{}", host.collect::<String>(), std::process::id(), started.as_nanos())
}
