//! `POST /-/reload`, as Prometheus and its exporters have it.

use hyper::header::{HeaderValue, RETRY_AFTER};
use hyper::{Response, StatusCode};
use tokio::sync::{mpsc, oneshot};

use super::answer::{TEXT, respond, text};
use super::body::Pieces;
use super::handlers::ReloadRequest;

/// Requests a reload and waits for its end. Mistakes are status 400: the file is what has to change.
pub(super) async fn reload(reloads: &mpsc::Sender<ReloadRequest>) -> Response<Pieces> {
    let (request, answer) = oneshot::channel();
    if reloads.try_send(request).is_err() {
        let mut response = text(StatusCode::TOO_MANY_REQUESTS, "another reload is waiting\n");
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
        return response;
    }
    match answer.await {
        Ok(Ok(())) => text(StatusCode::OK, "the configuration is in effect\n"),
        Ok(Err(mistakes)) => {
            respond(StatusCode::BAD_REQUEST, TEXT, Pieces::ready(vec![format!("{mistakes}\n").into()]))
        }
        Err(_) => text(StatusCode::SERVICE_UNAVAILABLE, "plimsoll stops\n"),
    }
}
