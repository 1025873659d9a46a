//! Limits of connections and responses, and how they fit into the limit of open files of the process.

use std::time::Duration;

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

use super::registry::Capacity;
use crate::config::Web;

/// Limits of connections and responses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections and responses at a time.
    pub capacity: Capacity,
    /// From the start of a connection to the end of its TLS handshake.
    pub handshake: Duration,
    /// From the end of one response, or from the start, to the end of the next request's head.
    pub head: Duration,
    /// From the end of a request's head to the last byte of its response, and the most that may pass until the next.
    pub response: Duration,
    /// From the signal to stop until connections are cut.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            capacity: Capacity::default(),
            // As long as a scrape may take, of which a handshake is the first part.
            handshake: Duration::from_secs(10),
            // Keeps a connection that is scraped every 15 s. No usual scrape interval is 20 s, so no scrape meets a
            // connection that is just being closed.
            head: Duration::from_secs(20),
            // Twice the usual scrape interval of 30 s, which is the longest possible time-out of such a scrape.
            response: Duration::from_mins(1),
            drain: Web::default().stop_timeout,
        }
    }
}

impl Limits {
    /// The defaults with this `drain`, lowered to half of the limit of open files: the other half is for calls to AWS.
    ///
    /// Raises the soft limit of open files as far as needed and allowed, and logs a warning if that is not enough.
    #[must_use]
    pub fn of_process(drain: Duration) -> Self {
        let limits = Self { drain, ..Self::default() };
        let wanted = limits.capacity.connections * 2;
        let files = raise_open_files(wanted);
        if files >= wanted {
            return limits;
        }
        let capacity = limits.capacity.at_most(files / 2);
        tracing::warn!(
            open_files = files,
            wanted,
            connections = capacity.connections,
            "the limit of open files is low, so fewer connections are accepted: raise it with `ulimit -n` or LimitNOFILE"
        );
        Self { capacity, ..limits }
    }
}

/// The limit of open files, after raising it to `wanted` as far as the hard limit allows.
fn raise_open_files(wanted: usize) -> usize {
    let before = getrlimit(Resource::Nofile);
    let wanted = u64::try_from(wanted).unwrap_or(u64::MAX);
    if before.current.is_some_and(|current| current < wanted) {
        let current = before.maximum.map_or(wanted, |maximum| maximum.min(wanted));
        // A failure leaves the limit as it was, which is read below.
        let _ = setrlimit(Resource::Nofile, Rlimit { current: Some(current), ..before });
    }
    let current = getrlimit(Resource::Nofile).current;
    current.map_or(usize::MAX, |current| usize::try_from(current).unwrap_or(usize::MAX))
}
