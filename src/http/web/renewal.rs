//! Takes over certificates, keys, users and everything else in the files of the web configuration when they change.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use super::loaded::Web;
use super::rules::Rules;
use super::snapshot::{Fingerprint, Snapshot};
use crate::config::file::Problems;
use crate::http::handlers::{ConnectionEvent, Handlers};

/// How often the files are read. A change is taken over when it has stood for this time, so that a file that is just
/// being written is not read half, and a new certificate is not read with the old key.
const INTERVAL: Duration = Duration::from_secs(1);

/// The most mistakes that are logged of one state of the files.
const MAX_LINES: usize = 10;

/// Keeps the rules up to date until `stop`. A state of the files that has mistakes changes nothing.
pub(in crate::http) async fn renew(
    web: Web,
    rules: watch::Sender<Arc<Rules>>,
    handlers: Arc<Handlers>,
    stop: CancellationToken,
) {
    let Some(path) = web.path else { return stop.cancelled().await };
    (handlers.connection)(certificate(&rules.borrow()));
    let (mut tried, mut pending) = (web.fingerprint, None);
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(INTERVAL) => {}
        }
        let Some((snapshot, seen)) = look(&path).await else { continue };
        let is_settled = pending.replace(seen) == Some(seen);
        if seen == tried || !is_settled {
            continue;
        }
        tried = seen;
        let renewed = snapshot.rules().and_then(|new| closes_as_much(new, &rules.borrow(), &snapshot));
        (handlers.connection)(ConnectionEvent::WebConfigRead { is_good: renewed.is_ok() });
        match renewed {
            Ok(new) => {
                (handlers.connection)(certificate(&new));
                rules.send_replace(Arc::new(new));
                tracing::info!(file = %path.display(), "web configuration taken over");
            }
            Err(problems) => report(&problems),
        }
    }
}

fn certificate(rules: &Rules) -> ConnectionEvent {
    ConnectionEvent::CertificateInEffect { expires: rules.tls.as_ref().and_then(|tls| tls.expires) }
}

/// The files as they are now; `None` if reading them panicked.
async fn look(path: &Path) -> Option<(Snapshot, Fingerprint)> {
    let path = path.to_owned();
    let look = tokio::task::spawn_blocking(move || {
        let snapshot = Snapshot::read(&path);
        let fingerprint = snapshot.fingerprint();
        (snapshot, fingerprint)
    });
    look.await.ok()
}

/// Refuses rules that no longer have TLS or users: an emptied file must not open the listener to everybody.
fn closes_as_much(new: Rules, old: &Rules, snapshot: &Snapshot) -> Result<Rules, Problems> {
    if old.tls.is_some() != new.tls.is_some() {
        return Err(snapshot.opening("`tls_server_config` cannot come or go while plimsoll runs"));
    }
    if new.users.is_empty() && !old.users.is_empty() {
        return Err(snapshot.opening("`basic_auth_users` cannot become empty while plimsoll runs"));
    }
    if old.requires_certificates() && !new.requires_certificates() {
        return Err(snapshot.opening("`client_auth_type` cannot become weaker while plimsoll runs"));
    }
    Ok(new)
}

fn report(Problems(problems): &Problems) {
    for problem in problems.iter().take(MAX_LINES) {
        tracing::error!(%problem, mistakes = problems.len(), "the previous web configuration stays in effect");
    }
}
