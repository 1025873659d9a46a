//! Keeps the lease, if one is configured, and lets the scopes know whether they poll.
//!
//! The file is read and written in a thread of its own, because a network volume may not answer for hours. Whether this
//! replica polls is decided beside it, at the same pace.

use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use tokio::sync::{oneshot, watch};
use tokio::time::{interval, timeout};
use tracing::{info, warn};

use super::part::{ServeError, Shared};
use crate::plan::Lease;
use crate::state::LeaseFile;

/// How long a stop waits until the lease is given up.
const GIVE_UP: Duration = Duration::from_secs(1);

/// The longest part of a host's name that is used: the most that DNS allows.
const LONGEST_NAME: usize = 63;

/// The lease of this process.
#[derive(Clone)]
struct Keeper {
    lease: Arc<Mutex<Lease>>,
    file: LeaseFile,
    since: Instant,
}

/// Keeps the lease in a file until the process stops.
pub(super) async fn run(
    (path, lifetime): (PathBuf, Duration),
    polls: watch::Sender<bool>,
    Shared { own, stop, .. }: Shared,
) -> Result<&'static str, ServeError> {
    let replica = replica();
    let lease = Lease::new(replica.clone(), lifetime, Duration::ZERO);
    let mut ticks = interval(lease.pause());
    let keeper =
        Keeper { file: LeaseFile::new(path, &replica), lease: Arc::new(Mutex::new(lease)), since: Instant::now() };
    let (stopping, until_stop) = channel();
    let (given_up, is_given_up) = oneshot::channel();
    let in_thread = keeper.clone();
    let started = thread::Builder::new().name("lease".to_owned()).spawn(move || {
        in_thread.keep(&until_stop);
        // Nobody waits for it after a second.
        let _ = given_up.send(());
    });
    started.map_err(|_| ServeError::Ended("lease"))?;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            _ = ticks.tick() => {}
        }
        let now = keeper.since.elapsed();
        let polls_now = keeper.lease().polls(now);
        own.leads(polls_now);
        if polls.send_if_modified(|polls| std::mem::replace(polls, polls_now) != polls_now) {
            info!(polls = polls_now, replica, "the lease has changed hands");
        }
    }
    drop(stopping);
    let _ = timeout(GIVE_UP, is_given_up).await;
    Ok("lease")
}

impl Keeper {
    /// Makes steps until the sender is dropped, then gives the lease up.
    fn keep(&self, until_stop: &Receiver<()>) {
        let pause = self.lease().pause();
        let mut has_failed = false;
        loop {
            let stepped = self.step();
            if let Err(error) = &stepped
                && !has_failed
            {
                let remedy =
                    "let plimsoll's user read and replace the file of `[lease]`, and mount its volume in both replicas";
                warn!(%error, remedy, "lease not reached: this replica will poll, too");
            }
            has_failed = stepped.is_err();
            if until_stop.recv_timeout(pause) == Err(RecvTimeoutError::Disconnected) {
                break;
            }
        }
        let found = self.file.read().ok().flatten();
        if found.is_some_and(|record| self.lease().owns(&record)) {
            // The other replica takes it when it has expired.
            let _ = self.file.remove();
        }
    }

    fn step(&self) -> std::io::Result<()> {
        let found = self.file.read()?;
        let record = self.lease().step(found, self.since.elapsed());
        if let Some(record) = record {
            self.file.write(&record)?;
        }
        self.lease().reached(self.since.elapsed());
        Ok(())
    }

    fn lease(&self) -> MutexGuard<'_, Lease> {
        self.lease.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A name that no other process has: host, process and start. In containers, the process is always 1.
fn replica() -> String {
    let host = std::env::var("HOSTNAME").unwrap_or_default();
    let host = host.chars().filter(|letter| letter.is_ascii_alphanumeric() || *letter == '-').take(LONGEST_NAME);
    let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    format!("{}-{}-{}", host.collect::<String>(), std::process::id(), started.as_nanos())
}
