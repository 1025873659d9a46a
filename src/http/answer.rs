//! Requests to answers.

use std::sync::Arc;

use bytes::Bytes;
use hyper::header::{
    ACCEPT_ENCODING, ALLOW, CONTENT_ENCODING, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap, HeaderValue, VARY,
};
use hyper::{Method, Request, Response, StatusCode, Uri};
use tokio::sync::Semaphore;

use crate::explain::{Question, Refusal};
use crate::exposition::Page;
use crate::snapshot::Seconds;

use super::body::Pieces;
use super::negotiation::{Encoding, negotiate};
use super::question::{self, Form, Wrong};
use super::{PageState, Site, Told};

/// Prometheus 3 fails a scrape whose content type it does not know:
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>.
const EXPOSITION: &str = "text/plain; version=0.0.4; charset=utf-8";
const TEXT: &str = "text/plain; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";
const JSON: &str = "application/json";

/// Pages for people need nothing but their own style.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";

/// How long after its `valid_until` a page is still served: the renderer wakes at that second and may take a while, but
/// a minute means that it hangs.
const RENDERER_GRACE: Seconds = 60;

/// What there is to ask for.
enum Endpoint {
    Telemetry,
    Landing,
    Healthy,
    Ready,
    Fleet(Question, Form),
    Wrong(Wrong, Form),
}

/// The answer to one request; its body is not read.
pub(super) async fn answer<B>(site: &Arc<Site>, questions: &Arc<Semaphore>, request: &Request<B>) -> Response<Pieces> {
    let Some(endpoint) = endpoint(site, request.uri()) else {
        return text(StatusCode::NOT_FOUND, "not found\n");
    };
    if !matches!(*request.method(), Method::GET | Method::HEAD) {
        let mut response = text(StatusCode::METHOD_NOT_ALLOWED, "method not allowed\n");
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("GET, HEAD"));
        return response;
    }
    match endpoint {
        Endpoint::Telemetry => scrape(site, request.headers()),
        Endpoint::Landing => landing(site, questions).await,
        Endpoint::Healthy => text(StatusCode::OK, "plimsoll is healthy\n"),
        Endpoint::Ready if (site.ready)() => text(StatusCode::OK, "plimsoll is ready\n"),
        Endpoint::Ready => text(
            StatusCode::SERVICE_UNAVAILABLE,
            "plimsoll is not ready: an account and region has not finished its first round\n",
        ),
        Endpoint::Fleet(question, form) => ask(site, questions, question, form).await,
        Endpoint::Wrong(wrong, form) => refuse(&wrong, form),
    }
}

async fn landing(site: &Arc<Site>, questions: &Arc<Semaphore>) -> Response<Pieces> {
    let make = |site: &Site| (site.landing)();
    aside(site, questions, make).await.map_or_else(unanswered, |html| page(StatusCode::OK, html))
}

async fn ask(site: &Arc<Site>, questions: &Arc<Semaphore>, question: Question, form: Form) -> Response<Pieces> {
    let (status, body) = match aside(site, questions, move |site| (site.fleet)(&question, form)).await {
        Some(Told::Answer(body)) => (StatusCode::OK, body),
        Some(Told::Unknown(body)) => (StatusCode::NOT_FOUND, body),
        Some(Told::Ambiguous(body)) => (StatusCode::MULTIPLE_CHOICES, body),
        None => return unanswered(),
    };
    match form {
        Form::Json => respond(status, JSON, Pieces::ready(vec![body.into()])),
        Form::Html => page(status, body),
    }
}

/// Off the async threads, for whatever sorts a fleet of thousands would keep scrapes waiting; `None` if it panicked.
async fn aside<T: Send + 'static>(
    site: &Arc<Site>,
    questions: &Arc<Semaphore>,
    make: impl FnOnce(&Site) -> T + Send + 'static,
) -> Option<T> {
    let turn = Arc::clone(questions).acquire_owned().await;
    let site = Arc::clone(site);
    let answer = tokio::task::spawn_blocking(move || {
        // The turn lasts as long as the work, which goes on when the client has left.
        let _turn = turn;
        make(&site)
    });
    answer.await.ok()
}

fn unanswered() -> Response<Pieces> {
    text(StatusCode::INTERNAL_SERVER_ERROR, "the question could not be answered\n")
}

fn endpoint(site: &Site, uri: &Uri) -> Option<Endpoint> {
    match uri.path() {
        path if path == site.telemetry_path => Some(Endpoint::Telemetry),
        "/" => Some(Endpoint::Landing),
        "/-/healthy" => Some(Endpoint::Healthy),
        "/-/ready" => Some(Endpoint::Ready),
        _ => question::read(uri).map(|(read, form)| match read {
            Ok(question) => Endpoint::Fleet(question, form),
            Err(wrong) => Endpoint::Wrong(wrong, form),
        }),
    }
}

fn refuse(wrong: &Wrong, form: Form) -> Response<Pieces> {
    let (content_type, body) = match form {
        Form::Json => (JSON, Refusal { error: wrong.to_string(), candidates: Vec::new() }.json()),
        Form::Html => (TEXT, format!("{wrong}\n")),
    };
    respond(StatusCode::BAD_REQUEST, content_type, Pieces::ready(vec![body.into()]))
}

/// The page with own metrics behind it.
fn scrape(site: &Site, headers: &HeaderMap) -> Response<Pieces> {
    let (page, state) = current_page(site);
    let own_metrics = (site.own_metrics)(state);
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|field| field.to_str().ok());
    let mut response = match negotiate(accepted) {
        Encoding::Gzip => gzip(&page, &own_metrics),
        Encoding::Identity => identity(page, own_metrics),
    };
    response.headers_mut().insert(VARY, HeaderValue::from_static("Accept-Encoding"));
    response
}

/// The page that may be served, an empty one if there is none.
fn current_page(site: &Site) -> (Arc<Page>, PageState) {
    let still_valid = |page: &Arc<Page>| (site.now)() <= page.valid_until().saturating_add(RENDERER_GRACE);
    match site.pages.borrow().as_ref() {
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
    let mut response = respond(status, HTML, Pieces::ready(vec![html.into()]));
    response.headers_mut().insert(CONTENT_SECURITY_POLICY, HeaderValue::from_static(POLICY));
    response
}

fn text(status: StatusCode, text: &'static str) -> Response<Pieces> {
    respond(status, TEXT, Pieces::ready(vec![Bytes::from_static(text.as_bytes())]))
}

fn respond(status: StatusCode, content_type: &'static str, body: Pieces) -> Response<Pieces> {
    let mut response = Response::new(body);
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}
