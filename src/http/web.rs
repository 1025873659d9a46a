//! The web configuration in effect: which connections and requests are let in, and with what.
//!
//! `snapshot` reads files, `renewal` looks whether they have changed, and the others hold what was read: `tls` for
//! connections, `passwords` and `bucket` for requests.

use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use hyper::header::{AUTHORIZATION, HeaderMap};
use tokio::sync::watch;

use super::denial::Denial;

mod authorization;
mod bucket;
mod expiry;
mod loaded;
mod names;
mod passwords;
mod renewal;
mod rules;
mod snapshot;
mod tls;

pub use loaded::Web;
pub(super) use renewal::renew;
pub(super) use tls::{HandshakeError, Tls, certificates, key};

use bucket::Bucket;
use passwords::{Passwords, Verdict};
use rules::Rules;

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
