//! The web configuration in effect: which connections and requests are let in, and with what.
//!
//! `snapshot` reads files, `renewal` looks whether they have changed, and the others hold what was read: `tls` for
//! connections, `passwords` and `bucket` for requests.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hyper::header::{AUTHORIZATION, HeaderMap, HeaderName, HeaderValue};
use tokio::sync::watch;

use crate::config::file::Problems;
use crate::config::web_file::RateLimit;

mod authorization;
mod bucket;
mod names;
mod passwords;
mod renewal;
mod snapshot;
mod tls;

pub(super) use renewal::renew;
pub(super) use tls::{HandshakeError, Tls, certificates, key};

use bucket::Bucket;
use passwords::{Passwords, Users, Verdict};
use snapshot::Snapshot;

/// What is in effect at one time.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// `None` for plain HTTP.
    pub(super) tls: Option<Tls>,
    headers: Vec<(HeaderName, HeaderValue)>,
    users: Arc<Users>,
    rate_limit: Option<RateLimit>,
}

impl Rules {
    /// Sets the configured header fields, in place of plimsoll's own.
    pub(super) fn set_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
    }
}

/// The web configuration as it was read at the start.
#[derive(Debug, Default)]
pub struct Web {
    path: Option<PathBuf>,
    /// Of the files that were read.
    fingerprint: snapshot::Fingerprint,
    rules: Arc<Rules>,
}

impl Web {
    /// Reads the file of `--web.config.file` and those that it names.
    ///
    /// # Errors
    /// Every mistake in them.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let snapshot = Snapshot::read(path);
        let rules = Arc::new(snapshot.rules()?);
        Ok(Self { path: Some(path.to_owned()), fingerprint: snapshot.fingerprint(), rules })
    }

    pub(super) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules)
    }

    /// Whether the listener serves TLS.
    #[must_use]
    pub fn has_tls(&self) -> bool {
        self.rules.tls.is_some()
    }
}

/// Why a request was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Denial {
    /// It has no right user name and password.
    Unauthorized,
    /// The rate limit is reached.
    RateLimit,
    /// Too many passwords wait to be checked.
    Busy,
}

impl Denial {
    /// Every refusal.
    pub const ALL: [Self; 3] = [Self::Unauthorized, Self::RateLimit, Self::Busy];

    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Unauthorized => "unauthorized",
            Self::RateLimit => "rate_limit",
            Self::Busy => "too_many_passwords",
        }
    }
}

/// Lets requests in. All connections share it.
pub(super) struct Gate {
    rules: watch::Receiver<Arc<Rules>>,
    bucket: Mutex<Bucket>,
    passwords: Passwords,
}

impl Gate {
    pub(super) fn new(rules: watch::Receiver<Arc<Rules>>) -> Self {
        Self { rules, bucket: Mutex::default(), passwords: Passwords::new() }
    }

    /// The rules in effect now.
    pub(super) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.borrow())
    }

    /// Whether a request may be answered, in the order of the toolkit: the rate first, then the password.
    pub(super) async fn admit(&self, rules: &Rules, headers: &HeaderMap, client: IpAddr) -> Result<(), Denial> {
        let bucket = || self.bucket.lock().unwrap_or_else(PoisonError::into_inner);
        if rules.rate_limit.is_some_and(|limit| !bucket().take(limit, Instant::now())) {
            return Err(Denial::RateLimit);
        }
        if rules.users.is_empty() {
            return Ok(());
        }
        let Some(credentials) = headers.get(AUTHORIZATION).and_then(authorization::read) else {
            return Err(Denial::Unauthorized);
        };
        match self.passwords.check(&rules.users, credentials, client).await {
            Verdict::Right => Ok(()),
            Verdict::Wrong => Err(Denial::Unauthorized),
            Verdict::Busy => Err(Denial::Busy),
        }
    }
}
