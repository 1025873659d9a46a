//! `POST /-/reload`, as Prometheus and its exporters have it.

use tokio::sync::{mpsc, oneshot};

use super::handlers::ReloadRequest;

/// How a request to reload ended.
pub(super) enum Reload {
    InEffect,
    /// The mistakes, a line each.
    Refused(String),
    /// Another request waits.
    Busy,
    /// plimsoll stops.
    Stopping,
}

/// Requests a reload and waits for its end.
pub(super) async fn reload(reloads: &mpsc::Sender<ReloadRequest>) -> Reload {
    let (request, outcome) = oneshot::channel();
    if reloads.try_send(request).is_err() {
        return Reload::Busy;
    }
    match outcome.await {
        Ok(Ok(())) => Reload::InEffect,
        Ok(Err(mistakes)) => Reload::Refused(mistakes),
        Err(_) => Reload::Stopping,
    }
}
