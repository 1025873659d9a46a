//! Where the lease is kept: in a file, or as a Lease of the Kubernetes API.

use std::error::Error;
use std::io;
use std::iter::successors;
use std::time::Duration;

use crate::config::{Config, LeaseName, LeasePlace};
use crate::kubernetes::{KubernetesError, KubernetesLease};
use crate::plan::LeaseRecord;
use crate::state::LeaseFile;

/// Where the lease is kept.
pub(super) enum Place {
    File(LeaseFile),
    Kubernetes(Box<KubernetesLease>),
}

/// Why the place was not reached.
#[derive(Debug, thiserror::Error)]
pub(super) enum PlaceError {
    #[error("cannot read or replace the file of the lease")]
    File(#[from] io::Error),
    #[error(transparent)]
    Kubernetes(#[from] KubernetesError),
    #[error("no answer within {0:?}")]
    Stalled(Duration),
}

impl Place {
    /// The place that is configured, for the replica of a name; each shard has a lease of its own.
    pub(super) fn new(config: &Config, replica: &str) -> Option<Self> {
        let shard = config.shard;
        Some(match config.lease.place.clone()? {
            LeasePlace::File(path) => Self::File(LeaseFile::new(path, replica)),
            LeasePlace::Kubernetes(LeaseName { mut name, namespace }) => {
                if shard.is_part() {
                    name = format!("{name}-{}-of-{}", shard.index(), shard.count());
                }
                let lease = KubernetesLease::new(LeaseName { name, namespace }, config.lease.duration);
                Self::Kubernetes(Box::new(lease))
            }
        })
    }

    /// What it holds; `None` if nobody holds the lease.
    pub(super) async fn read(&mut self) -> Result<Option<LeaseRecord>, PlaceError> {
        Ok(match self {
            Self::File(file) => file.read()?,
            Self::Kubernetes(lease) => lease.read().await?,
        })
    }

    /// Replaces what was read.
    pub(super) async fn write(&mut self, record: &LeaseRecord) -> Result<(), PlaceError> {
        match self {
            Self::File(file) => file.write(record)?,
            Self::Kubernetes(lease) => lease.write(record).await?,
        }
        Ok(())
    }

    /// Leaves the lease to the other replica.
    pub(super) async fn give_up(&mut self) -> Result<(), PlaceError> {
        match self {
            Self::File(file) => file.remove()?,
            Self::Kubernetes(lease) => lease.give_up().await?,
        }
        Ok(())
    }
}

impl PlaceError {
    /// Whether the other replica was quicker, which is no failure of the place.
    pub(super) const fn is_conflict(&self) -> bool {
        matches!(self, Self::Kubernetes(error) if error.is_conflict())
    }

    /// What failed, and the first cause of that.
    pub(super) fn text(&self) -> String {
        let first = successors(self.source(), |&error| error.source()).last();
        first.map_or_else(|| self.to_string(), |first| format!("{self}: {first}"))
    }

    /// What a person can do about it.
    pub(super) fn remedy(&self) -> String {
        match self {
            Self::File(_) => {
                "let plimsoll's user read and replace the file of `[lease]`, and mount its volume in both replicas"
                    .to_owned()
            }
            Self::Kubernetes(error) => error.remedy(),
            Self::Stalled(_) => "check that the pod reaches the Kubernetes API".to_owned(),
        }
    }
}
