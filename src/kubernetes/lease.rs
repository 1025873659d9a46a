//! The Lease of the Kubernetes API by which one of two replicas polls.
//!
//! It is replaced only in the version that was read, so that of two replicas that take it at once one gets status 409.
//! Its times come from the clock of the holder, for people and tools: replicas look only whether they change.
//!
//! <https://kubernetes.io/docs/concepts/architecture/leases/>,
//! <https://kubernetes.io/docs/reference/using-api/api-concepts/#resource-versions>

use std::time::Duration;

use k8s_openapi::api::coordination::v1::{Lease, LeaseSpec};
use k8s_openapi::apimachinery::pkg::apis::meta::v1::MicroTime;
use k8s_openapi::jiff::Timestamp;

use super::connection::Connection;
use super::error::KubernetesError;
use crate::config::LeaseName;
use crate::plan::LeaseRecord;

/// A Lease by its name.
pub struct KubernetesLease {
    name: LeaseName,
    duration: Duration,
    /// Dropped with a failure: the next one reads token and authority again.
    connection: Option<Connection>,
    /// What was read last, with its version.
    found: Option<Lease>,
}

impl KubernetesLease {
    /// The Lease of that name, which is valid for whole seconds.
    #[must_use]
    pub const fn new(name: LeaseName, duration: Duration) -> Self {
        Self { name, duration, connection: None, found: None }
    }

    /// What it holds; `None` if nobody holds it, or if there is none.
    ///
    /// # Errors
    /// The API is not reached or refuses it, or answers something else.
    pub async fn read(&mut self) -> Result<Option<LeaseRecord>, KubernetesError> {
        let connection = match self.connection.take() {
            Some(connection) => connection,
            None => Connection::new(&self.name).await?,
        };
        self.found = match connection.get().await {
            Err(error) if error.is_absence() => None,
            found => Some(found?),
        };
        self.connection = Some(connection);
        Ok(self.found.as_ref().and_then(record))
    }

    /// Replaces what was read, or creates it.
    ///
    /// # Errors
    /// The API is not reached or refuses it, or another replica has replaced it since.
    pub async fn write(&mut self, record: &LeaseRecord) -> Result<(), KubernetesError> {
        self.replace(Some(&record.holder)).await
    }

    /// Leaves it without a holder, so that the other replica need not wait.
    ///
    /// # Errors
    /// As with writing.
    pub async fn give_up(&mut self) -> Result<(), KubernetesError> {
        self.replace(None).await
    }

    async fn replace(&mut self, holder: Option<&str>) -> Result<(), KubernetesError> {
        // A record is written after it was read.
        let Some(connection) = self.connection.take() else { return Ok(()) };
        let exists = self.found.is_some();
        let mut lease = self.found.take().unwrap_or_else(|| connection.new_lease());
        renew(lease.spec.get_or_insert_default(), holder, self.duration);
        self.found = Some(if exists { connection.update(&lease).await } else { connection.create(&lease).await }?);
        self.connection = Some(connection);
        Ok(())
    }
}

/// What a Lease holds; `None` if nobody holds it.
fn record(lease: &Lease) -> Option<LeaseRecord> {
    let LeaseSpec { holder_identity, renew_time, .. } = lease.spec.as_ref()?;
    let holder = holder_identity.clone().filter(|holder| !holder.is_empty())?;
    let renewed = renew_time.as_ref().map_or(0, |at| at.0.as_microsecond());
    Some(LeaseRecord { holder, renewals: renewed.cast_unsigned() })
}

/// Renews it, as `client-go` does.
fn renew(spec: &mut LeaseSpec, holder: Option<&str>, duration: Duration) {
    let now = || Some(MicroTime(Timestamp::now()));
    if spec.holder_identity.as_deref() != holder {
        spec.acquire_time = now();
        spec.lease_transitions = Some(spec.lease_transitions.unwrap_or_default().saturating_add(1));
    }
    spec.holder_identity = holder.map(str::to_owned);
    spec.lease_duration_seconds = i32::try_from(duration.as_secs()).ok();
    spec.renew_time = now();
}

#[cfg(test)]
mod tests {
    use super::*;

    const DURATION: Duration = Duration::from_secs(12);

    fn held_by(holder: &str) -> Lease {
        let mut spec = LeaseSpec::default();
        renew(&mut spec, Some(holder), DURATION);
        Lease { spec: Some(spec), ..Lease::default() }
    }

    #[test]
    fn a_lease_without_holder_holds_nothing() {
        assert_eq!(record(&Lease::default()), None);
        assert_eq!(record(&held_by("")), None, "as client-go gives it up");
        assert_eq!(record(&held_by("a")).unwrap().holder, "a");
    }

    #[test]
    fn each_renewal_is_another_record_and_only_another_holder_is_a_transition() {
        let mut lease = held_by("a");
        let (first, spec) = (record(&lease), lease.spec.as_mut().unwrap());
        assert_eq!((spec.lease_transitions, spec.lease_duration_seconds), (Some(1), Some(12)));
        let acquired = spec.acquire_time.clone();
        spec.renew_time = None;
        renew(spec, Some("a"), DURATION);
        assert_eq!((spec.lease_transitions, &spec.acquire_time), (Some(1), &acquired));
        renew(spec, Some("b"), DURATION);
        assert_eq!(spec.lease_transitions, Some(2));
        renew(spec, None, DURATION);
        assert_ne!(record(&lease), first);
    }
}
