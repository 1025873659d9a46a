//! What the parts of a running exporter have in common: the scopes, the renderer and the listener.

use std::sync::Arc;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::clock::Clock;
use super::role::Role;
use super::served::Served;
use super::spending::Spending;
use crate::aws::ConnectError;
use crate::telemetry::Own;

/// What all parts use.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) own: Arc<Own>,
    pub(super) clock: Clock,
    pub(super) served: Arc<Served>,
    pub(super) role: watch::Receiver<Role>,
    pub(super) stop: CancellationToken,
    pub(super) spending: Arc<Spending>,
}

/// Why the exporter ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// No client could be made.
    #[error("cannot connect to AWS")]
    Connect(#[from] ConnectError),
    /// The threads of the listener could not be started.
    #[error("cannot start the listener")]
    Listen(#[from] std::io::Error),
    /// A part that must run for ever ended.
    #[error("the {0} ended by itself")]
    Ended(&'static str),
}
