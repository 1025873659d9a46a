//! The HTTP side: connections, bodies, faults on the wire, and the way from a request to its answer.

use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard};
use std::time::{Duration, SystemTime};

use http_body_util::{BodyExt, Limited};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_LENGTH, CONTENT_TYPE, HeaderName, HeaderValue};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use super::call::{Call, Input, Protocol, protocol};
use super::document::Document;
use super::fault::{Blow, Effect, Faults, Spoil};
use super::ledger::{Counts, Tally};
use super::metric_data;
use super::refusal::Refusal;
use super::reply::{MORE, Reply, Then, hang_up};
use super::world::World;
use super::xml::Xml;
use super::{Clock, list_metrics, rds, sts, tagging};

/// Connections at one time; more wait. The SDKs open one for each request under way.
const MAX_CONNECTIONS: usize = 1024;
/// The wait after a connection that could not be taken: the process has no file left for it.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Bytes of a request; 500 queries need less than a tenth of it.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Bytes of the answer that are sent before it stalls.
const STALL_AFTER: usize = 10;

const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// What all connections share with the handle.
pub(super) struct Shared {
    pub world: RwLock<World>,
    pub faults: Mutex<Faults>,
    pub counts: Mutex<Counts>,
    pub clock: Clock,
    pub latency: Duration,
    pub requests: AtomicU64,
}

/// Serves until it is dropped; its connections end with it.
pub(super) async fn serve(listener: TcpListener, shared: Arc<Shared>) {
    let slots = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    while let Ok(slot) = Arc::clone(&slots).acquire_owned().await {
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        };
        let shared = Arc::clone(&shared);
        connections.spawn(async move {
            let service = service_fn(move |request| respond(Arc::clone(&shared), request));
            // A client that goes away in the middle is its own affair.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            drop(slot);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn respond(shared: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<Reply>> {
    let (parts, body) = request.into_parts();
    let protocol = protocol(&parts);
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    let id = format!("00000000-0000-4000-8000-{number:012x}");
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(refuse(protocol, &Refusal::too_large(), &id));
    };
    let home = shared.world().fleet.home_account.clone();
    match Call::read(&parts, &body.to_bytes(), &home) {
        Ok(call) => shared.perform(protocol, &call, &id).await,
        Err(refusal) => Ok(refuse(protocol, &refusal, &id)),
    }
}

/// What a fault does in place of an answer.
async fn harm(effect: Effect, protocol: Protocol, call: &Call, id: &str) -> io::Result<Response<Reply>> {
    match effect {
        Effect::Hang => std::future::pending().await,
        Effect::Disconnect => Err(hang_up()),
        Effect::Stall => Ok(stall(protocol)),
        Effect::EndlessBody => Ok(endless(protocol)),
        Effect::Echo => Ok(refuse(protocol, &Refusal::echo(&call.input.to_string()), id)),
        Effect::Answer(status, body) => {
            Ok(reply(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), content_type(protocol), body))
        }
        _ => Ok(match effect.refusal(&call.scope, call.operation) {
            Some(refusal) => refuse(protocol, &refusal, id),
            None => unavailable(),
        }),
    }
}

/// What a fault makes of the right answer.
fn spoil(effect: Option<Effect>, protocol: Protocol, content: Content, id: &str) -> Response<Reply> {
    let content = match (effect, content) {
        (Some(Effect::SameMarker), Content::Xml(text)) => Content::Xml(with_marker(&text, "after-")),
        (Some(Effect::EndlessPages), Content::Xml(text)) => Content::Xml(with_marker(&text, &format!("after-{id}"))),
        (_, content) => content,
    };
    let mut response = written(protocol, StatusCode::OK, content, id);
    let body = response.body_mut();
    let length = body.bytes.as_ref().map_or(0, Bytes::len);
    let cut = |body: &mut Reply, at: usize| body.bytes = body.bytes.take().map(|bytes| bytes.slice(..at.min(length)));
    match effect {
        Some(Effect::CutBody(at)) => cut(body, at),
        Some(Effect::CutConnection(at)) => {
            cut(body, at);
            body.then = Then::Flush;
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        _ => {}
    }
    response
}

/// A page that names a next one.
fn with_marker(page: &str, marker: &str) -> String {
    page.replacen("Result>", &format!("Result><Marker>{marker}</Marker>"), 1)
}

/// What an operation answers.
enum Content {
    Xml(String),
    Tree(Document),
}

impl Shared {
    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn world(&self) -> RwLockReadGuard<'_, World> {
        self.world.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn perform(&self, protocol: Protocol, call: &Call, id: &str) -> io::Result<Response<Reply>> {
        self.arrive(call);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let mentions = |value: &str| matches!(&call.input, Input::Tree(tree) if metric_data::mentions(tree, value));
        let Blow { effect, spoils } = lock(&self.faults).strike(&call.scope, call.operation, mentions);
        match effect {
            Some(Effect::Slow(by)) => tokio::time::sleep(by).await,
            Some(effect) if !effect.answers() => {
                self.tally(call, |tally| tally.failed += 1);
                return harm(effect, protocol, call, id).await;
            }
            _ => {}
        }
        Ok(match self.answer(call, &spoils, id) {
            Ok(content) => spoil(effect, protocol, content, id),
            Err(refusal) => {
                self.tally(call, |tally| tally.failed += 1);
                refuse(protocol, &refusal, id)
            }
        })
    }

    fn arrive(&self, call: &Call) {
        self.tally(call, |tally| {
            tally.attempts += 1;
            tally.calls += u64::from(call.first);
        });
    }

    fn tally(&self, call: &Call, count: impl FnOnce(&mut Tally)) {
        count(lock(&self.counts).tally(&call.scope, call.operation));
    }

    fn answer(&self, call: &Call, spoils: &[Spoil], id: &str) -> Result<Content, Refusal> {
        let world = self.world();
        let (now, scope) = (self.now(), &call.scope);
        let seconds = seconds(now);
        match (&call.input, call.operation) {
            (Input::Form(form), "DescribeDBInstances") => {
                rds::instances(&world, scope, seconds, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBClusters") => {
                rds::clusters(&world, scope, seconds, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBProxies") => rds::proxies(&world, scope, form, id).map(Content::Xml),
            (Input::Form(form), "ListTagsForResource") => rds::tags_of(&world, scope, form, id).map(Content::Xml),
            (Input::Form(form), "DescribeDBParameters") => {
                rds::instance_parameters(&world, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBClusterParameters") => {
                rds::cluster_parameters(&world, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribePendingMaintenanceActions") => {
                rds::optional::maintenance(&world, scope, form, id).map(Content::Xml)
            }
            (Input::Form(_), "GetCallerIdentity") => Ok(Content::Xml(sts::caller_identity(scope, id))),
            (Input::Form(form), "AssumeRole") => sts::assume_role(&world, scope, now, form, id).map(Content::Xml),
            (Input::Tree(tree), "ListMetrics") => list_metrics::answer(&world, scope, tree).map(Content::Tree),
            (Input::Tree(tree), "GetResources") => tagging::answer(&world, scope, tree).map(Content::Tree),
            (Input::Tree(tree), "GetMetricData") => {
                let (answer, worth) = metric_data::answer(&world, scope, seconds, tree, spoils)?;
                self.tally(call, |tally| tally.add(&worth));
                Ok(Content::Tree(answer))
            }
            _ => Err(Refusal::unknown_operation(call.operation)),
        }
    }
}

/// Seconds since 1970; a clock before that stands at its beginning.
pub(super) fn seconds(time: SystemTime) -> i64 {
    let since = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// A lock that outlives a panic of another holder: what it guards is whole after every statement.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn reply(status: StatusCode, content_type: &'static str, bytes: impl Into<Bytes>) -> Response<Reply> {
    let mut response = Response::new(Reply { bytes: Some(bytes.into()), then: Then::End });
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    response
}

const fn content_type(protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Query => "text/xml",
        Protocol::Cbor => "application/cbor",
        Protocol::Json10 => "application/x-amz-json-1.0",
        Protocol::Json11 => "application/x-amz-json-1.1",
    }
}

/// An answer in the protocol of its request.
fn written(protocol: Protocol, status: StatusCode, content: Content, id: &str) -> Response<Reply> {
    let bytes = match content {
        Content::Xml(text) => text.into_bytes(),
        Content::Tree(tree) if protocol == Protocol::Cbor => tree.to_cbor(),
        Content::Tree(tree) => tree.to_json().to_string().into_bytes(),
    };
    let mut response = reply(status, content_type(protocol), bytes);
    if protocol == Protocol::Cbor {
        response.headers_mut().insert(SMITHY_PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

fn refuse(protocol: Protocol, refusal: &Refusal, id: &str) -> Response<Reply> {
    let Refusal { code, shape, message, .. } = refusal;
    let content = match protocol {
        Protocol::Query => Content::Xml(Xml::error(refusal.is_senders(), code, message, id)),
        Protocol::Cbor | Protocol::Json10 | Protocol::Json11 => Content::Tree(Document::Map(vec![
            ("__type", Document::text(format!("com.amazonaws.cloudwatch#{shape}"))),
            ("message", Document::text(message)),
        ])),
    };
    let status = StatusCode::from_u16(refusal.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = written(protocol, status, content, id);
    let fault = if refusal.is_senders() { "Sender" } else { "Receiver" };
    let header = HeaderValue::from_str(&format!("{code};{fault}"));
    if let (Protocol::Cbor | Protocol::Json10, Ok(header)) = (protocol, header) {
        response.headers_mut().insert(QUERY_ERROR, header);
    }
    response
}

fn unavailable() -> Response<Reply> {
    const PAGE: &str = "<html><body><h1>503 Service Unavailable</h1></body></html>\n";
    reply(StatusCode::SERVICE_UNAVAILABLE, "text/html", PAGE)
}

fn stall(protocol: Protocol) -> Response<Reply> {
    let mut response = reply(StatusCode::OK, content_type(protocol), vec![b' '; STALL_AFTER]);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(1000));
    response.body_mut().then = Then::Silence;
    response
}

fn endless(protocol: Protocol) -> Response<Reply> {
    let mut response = reply(StatusCode::OK, content_type(protocol), MORE);
    response.body_mut().then = Then::More;
    response
}
