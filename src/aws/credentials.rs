//! Temporary credentials: kept, and renewed early enough that an outage of their source is over before they expire.

use std::time::{Duration, SystemTime};

use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{ProvideCredentials, Result, future};
use tokio::sync::Mutex;
use tokio::time::{Instant, timeout};

/// How long before their end credentials are renewed. EC2 has new ones five minutes before the old ones expire:
/// <https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instance-metadata-security-credentials.html>.
pub(super) const RENEWED_BEFORE: Duration = Duration::from_mins(5);

/// The pause before credentials that are still valid are renewed again, after an attempt that gave no newer ones.
const PAUSE: Duration = Duration::from_secs(30);

/// How long calls wait for new credentials while the old ones are still valid.
const PATIENCE: Duration = Duration::from_secs(5);

/// Credentials of another provider. While it fails, those from before are used until they expire.
#[derive(Debug)]
pub(super) struct KeptCredentials<P> {
    source: P,
    kept: Mutex<Option<Kept>>,
}

#[derive(Debug)]
struct Kept {
    credentials: Credentials,
    /// When the source is next called.
    due: Instant,
}

impl<P: ProvideCredentials> KeptCredentials<P> {
    pub(super) fn new(source: P) -> Self {
        Self { source, kept: Mutex::new(None) }
    }

    async fn current(&self, now: Instant) -> Result {
        let mut kept = self.kept.lock().await;
        let valid = kept.take().filter(|kept| remaining(&kept.credentials) > Duration::ZERO);
        let Some(Kept { credentials, due }) = valid else {
            let credentials = self.source.provide_credentials().await?;
            *kept = Some(Kept::new(credentials.clone(), now));
            return Ok(credentials);
        };
        let is_due = due <= now;
        let renewed = if is_due { self.renewed().await.ok() } else { None };
        let unchanged = || Kept { credentials, due: if is_due { now + PAUSE } else { due } };
        let current = renewed.map_or_else(unchanged, |renewed| Kept::new(renewed, now));
        let credentials = current.credentials.clone();
        *kept = Some(current);
        Ok(credentials)
    }

    async fn renewed(&self) -> Result {
        let renewed = timeout(PATIENCE, self.source.provide_credentials()).await;
        renewed.unwrap_or_else(|_| Err(CredentialsError::provider_timed_out(PATIENCE)))
    }
}

impl Kept {
    fn new(credentials: Credentials, now: Instant) -> Self {
        let due = now + remaining(&credentials).saturating_sub(RENEWED_BEFORE).max(PAUSE);
        Self { credentials, due }
    }
}

/// How long credentials are still valid. Those without an end are asked for whenever the SDK's own cache drops them.
fn remaining(credentials: &Credentials) -> Duration {
    let expiry = credentials.expiry();
    expiry.map_or(Duration::ZERO, |end| end.duration_since(SystemTime::now()).unwrap_or_default())
}

impl<P: ProvideCredentials> ProvideCredentials for KeptCredentials<P> {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.current(Instant::now()))
    }
}

#[cfg(test)]
mod tests;
