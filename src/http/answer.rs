//! Makes the response to one request.

use std::sync::{Arc, LazyLock};

use bytes::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HOST, HeaderMap,
    HeaderValue, RETRY_AFTER, VARY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use hyper::{Method, Request, Response, StatusCode, Uri, Version};
use tokio::sync::Semaphore;

use crate::explain::{Question, Refusal, Wanted};
use crate::exposition::Page;
use crate::pages;
use crate::time::Seconds;

use super::body::Pieces;
use super::denial::Denial;
use super::handlers::{Handlers, Lookup, PageState};
use super::negotiation::{Encoding, negotiate};
use super::question::{self, BadParameter, LevelsFormat, Representation};
use super::reload::{Reload, reload};

/// Prometheus 3 fails a scrape whose content type it does not know:
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";
const CSV: &str = "text/csv; charset=utf-8; header=present";

/// The Content-Security-Policy: HTML pages use only their own style, send forms only here, and must not be framed.
static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
    let style = pages::style_hash();
    let policy =
        format!("default-src 'none'; style-src '{style}'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'");
    HeaderValue::from_maybe_shared(policy).expect("the policy is visible ASCII")
});

/// How long after its `valid_until` a page is still served. The renderer starts at that second; after a minute it must
/// be considered hanging.
const RENDERER_GRACE: Seconds = Seconds::MINUTE;

/// What a path leads to.
enum Endpoint {
    Telemetry(Option<u8>),
    BadShard(BadParameter),
    Landing(Wanted, bool),
    Description,
    Healthy,
    Ready,
    Reload,
    Fleet(Question, Representation),
    Levels(Wanted, LevelsFormat),
    BadParameter(BadParameter, Representation),
}

/// The response to one request; the request's body is not read.
pub(super) async fn answer<B>(
    handlers: &Arc<Handlers>,
    questions: &Arc<Semaphore>,
    request: &Request<B>,
) -> Response<Pieces> {
    if !has_host(request) {
        return text(StatusCode::BAD_REQUEST, "a request has one Host field\n");
    }
    let Some(endpoint) = endpoint(handlers, request.uri()) else {
        return text(StatusCode::NOT_FOUND, "not found\n");
    };
    let (is_allowed, allowed) = match (&endpoint, request.method()) {
        (Endpoint::Reload, method) => (method == Method::POST, "POST"),
        (_, method) => (matches!(*method, Method::GET | Method::HEAD), "GET, HEAD"),
    };
    if !is_allowed {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
        return response;
    }
    match endpoint {
        Endpoint::Telemetry(shard) => scrape(handlers, request.headers(), shard),
        Endpoint::BadShard(bad) => {
            respond(StatusCode::BAD_REQUEST, TEXT, Pieces::ready(vec![format!("{bad}\n").into()]))
        }
        Endpoint::Landing(wanted, reloads) => landing(handlers, questions, wanted, reloads).await,
        Endpoint::Description => respond(StatusCode::OK, JSON, Pieces::ready(vec![pages::OPENAPI.into()])),
        Endpoint::Healthy => text(StatusCode::OK, "plimsoll is healthy\n"),
        Endpoint::Reload => reloaded(reload(&handlers.reloads).await),
        Endpoint::Ready => ready((handlers.ready)()),
        Endpoint::Fleet(question, representation) => fleet(handlers, questions, question, representation).await,
        Endpoint::Levels(wanted, format) => levels(handlers, questions, wanted, format).await,
        Endpoint::BadParameter(bad, representation) => refuse(&bad, representation),
    }
}

fn ready(failures: Option<String>) -> Response<Pieces> {
    let Some(failures) = failures else {
        let not_yet = "plimsoll is not ready: an account and region has not finished its first round\n";
        return text(StatusCode::SERVICE_UNAVAILABLE, not_yet);
    };
    respond(StatusCode::OK, TEXT, Pieces::ready(vec![format!("plimsoll is ready\n{failures}").into()]))
}

/// The response to a request that is not let in.
pub(super) fn deny(denial: Denial) -> Response<Pieces> {
    let (status, body, name, value) = match denial {
        Denial::Unauthorized => (
            StatusCode::UNAUTHORIZED,
            "a user name and a password are needed\n",
            WWW_AUTHENTICATE,
            "Basic realm=\"plimsoll\", charset=\"UTF-8\"",
        ),
        Denial::RateLimit => (StatusCode::TOO_MANY_REQUESTS, "the rate limit is reached\n", RETRY_AFTER, "1"),
        Denial::Busy => (StatusCode::TOO_MANY_REQUESTS, "too many passwords wait to be checked\n", RETRY_AFTER, "1"),
    };
    let mut response = text(status, body);
    response.headers_mut().insert(name, HeaderValue::from_static(value));
    response
}

/// Mistakes are status 400: the file is what has to change.
fn reloaded(reload: Reload) -> Response<Pieces> {
    match reload {
        Reload::InEffect => text(StatusCode::OK, "the configuration is in effect\n"),
        Reload::Refused(mistakes) => {
            respond(StatusCode::BAD_REQUEST, TEXT, Pieces::ready(vec![format!("{mistakes}\n").into()]))
        }
        Reload::Busy => {
            let mut response = text(StatusCode::TOO_MANY_REQUESTS, "another reload waits\n");
            response.headers_mut().insert(RETRY_AFTER, HeaderValue::from_static("1"));
            response
        }
        Reload::Stopping => text(StatusCode::SERVICE_UNAVAILABLE, "plimsoll stops\n"),
    }
}

/// Whether there is one Host field, which HTTP/1.0 may leave out: RFC 9112 §3.2.
fn has_host<B>(request: &Request<B>) -> bool {
    match request.headers().get_all(HOST).iter().count() {
        0 => request.version() < Version::HTTP_11,
        count => count == 1,
    }
}

async fn landing(
    handlers: &Arc<Handlers>,
    questions: &Arc<Semaphore>,
    wanted: Wanted,
    reloads: bool,
) -> Response<Pieces> {
    let make = move |handlers: &Handlers| (handlers.landing)(&wanted, reloads);
    run_blocking(handlers, questions, make).await.map_or_else(unanswered, |html| page(StatusCode::OK, html))
}

async fn fleet(
    handlers: &Arc<Handlers>,
    questions: &Arc<Semaphore>,
    question: Question,
    representation: Representation,
) -> Response<Pieces> {
    let (status, body) =
        match run_blocking(handlers, questions, move |handlers| (handlers.fleet)(&question, representation)).await {
            Some(Lookup::Answer(body)) => (StatusCode::OK, body),
            Some(Lookup::Unknown(body)) => (StatusCode::NOT_FOUND, body),
            Some(Lookup::Ambiguous(body)) => (StatusCode::MULTIPLE_CHOICES, body),
            None => return unanswered(),
        };
    match representation {
        Representation::Json => respond(status, JSON, Pieces::ready(vec![body.into()])),
        Representation::Html { .. } => page(status, body),
    }
}

async fn levels(
    handlers: &Arc<Handlers>,
    questions: &Arc<Semaphore>,
    wanted: Wanted,
    format: LevelsFormat,
) -> Response<Pieces> {
    let make = move |handlers: &Handlers| (handlers.levels)(&wanted, format);
    let (status, content_type, body) = match (run_blocking(handlers, questions, make).await, format) {
        (None, _) => return unanswered(),
        (Some(Err(refusal)), _) => (StatusCode::BAD_REQUEST, JSON, refusal),
        (Some(Ok(levels)), LevelsFormat::Json) => (StatusCode::OK, JSON, levels),
        (Some(Ok(levels)), LevelsFormat::Csv) => (StatusCode::OK, CSV, levels),
    };
    respond(status, content_type, Pieces::ready(vec![body.into()]))
}

/// Runs `make` on a blocking thread, because sorting thousands of databases on an async thread would delay scrapes;
/// `None` if it panicked.
async fn run_blocking<T: Send + 'static>(
    handlers: &Arc<Handlers>,
    questions: &Arc<Semaphore>,
    make: impl FnOnce(&Handlers) -> T + Send + 'static,
) -> Option<T> {
    let permit = Arc::clone(questions).acquire_owned().await;
    let handlers = Arc::clone(handlers);
    let answer = tokio::task::spawn_blocking(move || {
        // Held until the work is done, which goes on after the client has closed its connection.
        let _permit = permit;
        make(&handlers)
    });
    answer.await.ok()
}

fn unanswered() -> Response<Pieces> {
    text(StatusCode::INTERNAL_SERVER_ERROR, "the question could not be answered\n")
}

fn endpoint(handlers: &Handlers, uri: &Uri) -> Option<Endpoint> {
    match uri.path() {
        path if path == handlers.telemetry_path => {
            Some(question::shard(uri, handlers.shards).map_or_else(Endpoint::BadShard, Endpoint::Telemetry))
        }
        "/-/healthy" => Some(Endpoint::Healthy),
        "/-/ready" => Some(Endpoint::Ready),
        "/-/reload" => Some(Endpoint::Reload),
        _ if !handlers.has_pages => None,
        "/" => Some(match question::landing(uri) {
            (Ok(wanted), reloads) => Endpoint::Landing(wanted, reloads),
            (Err(bad), reloads) => Endpoint::BadParameter(bad, Representation::Html { reloads }),
        }),
        "/api/v1/openapi.json" => Some(Endpoint::Description),
        _ => of_fleet(uri),
    }
}

/// What a path of the API or of a page leads to.
fn of_fleet(uri: &Uri) -> Option<Endpoint> {
    if let Some((wanted, format)) = question::levels(uri) {
        let bad = |bad| Endpoint::BadParameter(bad, Representation::Json);
        return Some(wanted.map_or_else(bad, |wanted| Endpoint::Levels(wanted, format)));
    }
    let (read, representation) = question::read(uri)?;
    let bad = |bad| Endpoint::BadParameter(bad, representation);
    Some(read.map_or_else(bad, |question| Endpoint::Fleet(question, representation)))
}

fn refuse(bad: &BadParameter, representation: Representation) -> Response<Pieces> {
    let (content_type, body) = match representation {
        Representation::Json => (JSON, Refusal { error: bad.to_string(), candidates: Vec::new() }.json()),
        Representation::Html { .. } => (TEXT, format!("{bad}\n")),
    };
    respond(StatusCode::BAD_REQUEST, content_type, Pieces::ready(vec![body.into()]))
}

/// The page or one shard of it. Own metrics follow the page and the first shard.
fn scrape(handlers: &Handlers, headers: &HeaderMap, shard: Option<u8>) -> Response<Pieces> {
    let (page, state) = current_page(handlers);
    let page = shard.map_or(Some(&page), |shard| page.shard(shard)).cloned().unwrap_or_default();
    let own_metrics = if shard.unwrap_or_default() == 0 { (handlers.own_metrics)(state) } else { Vec::new() };
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|field| field.to_str().ok());
    let mut response = match negotiate(accepted) {
        Encoding::Gzip => gzip(&page, &own_metrics),
        Encoding::Identity => identity(page, own_metrics),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// The page that may be served, or an empty one.
fn current_page(handlers: &Handlers) -> (Arc<Page>, PageState) {
    let still_valid = |page: &Arc<Page>| (handlers.now)() <= page.valid_until() + RENDERER_GRACE;
    match handlers.pages.borrow().as_ref() {
        None => (Arc::default(), PageState::NotYet),
        Some(page) if still_valid(page) => (Arc::clone(page), PageState::Served),
        Some(_) => (Arc::default(), PageState::Withheld),
    }
}

fn gzip(page: &Page, own_metrics: &[u8]) -> Response<Pieces> {
    let mut response = respond(StatusCode::OK, EXPOSITION, Pieces::ready(page.gzip(own_metrics)));
    response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    response
}

fn identity(page: Arc<Page>, own_metrics: Vec<u8>) -> Response<Pieces> {
    let length = page.text_bytes() + own_metrics.len() as u64;
    respond(StatusCode::OK, EXPOSITION, Pieces::lazy(length, page.text().chain([own_metrics.into()])))
}

fn page(status: StatusCode, html: String) -> Response<Pieces> {
    respond(status, HTML, Pieces::ready(vec![html.into()]))
}

fn text(status: StatusCode, text: &'static str) -> Response<Pieces> {
    respond(status, TEXT, Pieces::ready(vec![Bytes::from_static(text.as_bytes())]))
}

fn respond(status: StatusCode, content_type: &'static str, body: Pieces) -> Response<Pieces> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Each response is out of date within seconds.
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    response
}
