//! The HTTP server: connections, bodies, faults on the wire, and the path from a request to its response.

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
use super::clock::{Clock, seconds};
use super::counts::{Counts, Tally};
use super::document::Document;
use super::error_response::ErrorResponse;
use super::fault::{Effect, FaultEffects, Faults, ResultFault};
use super::metric_data;
use super::response_body::{Ending, FILLER, ResponseBody, connection_closed};
use super::simulation::Simulation;
use super::xml::Xml;
use super::{list_metrics, rds, regions, sts, tagging};

/// Connections at one time; more wait. The SDKs open one for each concurrent request.
const MAX_CONNECTIONS: usize = 1024;
/// The pause after a connection that could not be accepted, because the process has no file descriptor left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);
/// Bytes of a request; 500 queries need less than a tenth of it.
const MAX_BODY: usize = 4 * 1024 * 1024;
/// Bytes of the response that are sent before it stalls.
const STALL_AFTER: usize = 10;

const QUERY_ERROR: HeaderName = HeaderName::from_static("x-amzn-query-error");
const SMITHY_PROTOCOL: HeaderName = HeaderName::from_static("smithy-protocol");

/// What all connections share with [`Sim`](super::Sim).
pub(super) struct Shared {
    pub simulation: RwLock<Simulation>,
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
            let service = service_fn(move |request| handle(Arc::clone(&shared), request));
            // A client that disconnects early is no error of the server.
            let _ = hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), service).await;
            drop(slot);
        });
        while connections.try_join_next().is_some() {}
    }
}

async fn handle(shared: Arc<Shared>, request: Request<Incoming>) -> io::Result<Response<ResponseBody>> {
    let (parts, body) = request.into_parts();
    let protocol = protocol(&parts);
    let number = shared.requests.fetch_add(1, Ordering::Relaxed);
    let id = format!("00000000-0000-4000-8000-{number:012x}");
    let Ok(body) = Limited::new(body, MAX_BODY).collect().await else {
        return Ok(error_response(protocol, &ErrorResponse::too_large(), &id));
    };
    let home = shared.simulation().fleet.home_account.clone();
    match Call::read(&parts, &body.to_bytes(), &home) {
        Ok(call) => shared.handle(protocol, &call, &id).await,
        Err(error) => Ok(error_response(protocol, &error, &id)),
    }
}

/// What a fault does in place of the right response.
async fn fault_response(
    effect: Effect,
    protocol: Protocol,
    call: &Call,
    id: &str,
) -> io::Result<Response<ResponseBody>> {
    match effect {
        Effect::Hang => std::future::pending().await,
        Effect::Disconnect => Err(connection_closed()),
        Effect::Stall => Ok(stall(protocol)),
        Effect::EndlessBody => Ok(endless(protocol)),
        Effect::Echo => Ok(error_response(protocol, &ErrorResponse::echo(&call.input.to_string()), id)),
        Effect::Answer(status, body) => {
            Ok(response(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), content_type(protocol), body))
        }
        _ => Ok(match effect.error_response(&call.scope, call.operation) {
            Some(error) => error_response(protocol, &error, id),
            None => unavailable(),
        }),
    }
}

/// The right response, with the change that a fault makes to it.
fn success_response(effect: Option<Effect>, protocol: Protocol, content: Content, id: &str) -> Response<ResponseBody> {
    let content = match (effect, content) {
        (Some(Effect::SameMarker), Content::Xml(text)) => Content::Xml(with_marker(&text, "after-")),
        (Some(Effect::EndlessPages), Content::Xml(text)) => Content::Xml(with_marker(&text, &format!("after-{id}"))),
        (Some(Effect::SameMarker), Content::Tree(tree)) => Content::Tree(with_token(tree, "after-")),
        (Some(Effect::EndlessPages), Content::Tree(tree)) => Content::Tree(with_token(tree, &format!("after-{id}"))),
        (_, content) => content,
    };
    let mut response = encode(protocol, StatusCode::OK, content, id);
    let body = response.body_mut();
    let length = body.bytes.as_ref().map_or(0, Bytes::len);
    let cut =
        |body: &mut ResponseBody, at: usize| body.bytes = body.bytes.take().map(|bytes| bytes.slice(..at.min(length)));
    match effect {
        Some(Effect::CutBody(at)) => cut(body, at),
        Some(Effect::CutConnection(at)) => {
            cut(body, at);
            body.ending = Ending::Flush;
            response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(length));
        }
        _ => {}
    }
    response
}

/// A page with a marker that leads to a next page.
fn with_marker(page: &str, marker: &str) -> String {
    page.replacen("Result>", &format!("Result><Marker>{marker}</Marker>"), 1)
}

/// A page of metric data with a token that leads to a next page.
fn with_token(page: Document, token: &str) -> Document {
    match page {
        Document::Map(mut fields) => {
            fields.retain(|(name, _)| *name != "NextToken");
            fields.push(("NextToken", Document::text(token)));
            Document::Map(fields)
        }
        page => page,
    }
}

/// The result of an operation, before it is encoded.
enum Content {
    Xml(String),
    Tree(Document),
}

impl Shared {
    pub(super) fn now(&self) -> SystemTime {
        (self.clock)()
    }

    fn simulation(&self) -> RwLockReadGuard<'_, Simulation> {
        self.simulation.read().unwrap_or_else(PoisonError::into_inner)
    }

    async fn handle(&self, protocol: Protocol, call: &Call, id: &str) -> io::Result<Response<ResponseBody>> {
        self.count_attempt(call);
        if !self.latency.is_zero() {
            tokio::time::sleep(self.latency).await;
        }
        let mentions = |value: &str| matches!(&call.input, Input::Tree(tree) if metric_data::mentions(tree, value));
        let FaultEffects { effect, result_faults } = lock(&self.faults).apply(&call.scope, call.operation, mentions);
        match effect {
            Some(Effect::Slow(by)) => tokio::time::sleep(by).await,
            Some(effect) if !effect.keeps_response() => {
                self.tally(call, |tally| tally.failed += 1);
                return fault_response(effect, protocol, call, id).await;
            }
            _ => {}
        }
        let first_page = effect.is_some_and(Effect::ignores_page).then(|| call.for_first_page());
        Ok(match self.dispatch(first_page.as_ref().unwrap_or(call), &result_faults, id) {
            Ok(content) => success_response(effect, protocol, content, id),
            Err(error) => {
                self.tally(call, |tally| tally.failed += 1);
                error_response(protocol, &error, id)
            }
        })
    }

    fn count_attempt(&self, call: &Call) {
        self.tally(call, |tally| {
            tally.attempts += 1;
            tally.calls += u64::from(call.first);
        });
    }

    fn tally(&self, call: &Call, count: impl FnOnce(&mut Tally)) {
        count(lock(&self.counts).tally(&call.scope, call.operation));
    }

    fn dispatch(&self, call: &Call, result_faults: &[ResultFault], id: &str) -> Result<Content, ErrorResponse> {
        let simulation = self.simulation();
        let (now, scope) = (self.now(), &call.scope);
        let seconds = seconds(now);
        match (&call.input, call.operation) {
            (Input::Form(form), "DescribeDBInstances") => {
                rds::instances(&simulation, scope, seconds, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBClusters") => {
                rds::clusters(&simulation, scope, seconds, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBProxies") => rds::proxies(&simulation, scope, form, id).map(Content::Xml),
            (Input::Form(form), "ListTagsForResource") => rds::tags_of(&simulation, scope, form, id).map(Content::Xml),
            (Input::Form(form), "DescribeDBParameters") => {
                rds::instance_parameters(&simulation, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBClusterParameters") => {
                rds::cluster_parameters(&simulation, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribePendingMaintenanceActions") => {
                rds::optional::maintenance(&simulation, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeDBMajorEngineVersions") => {
                rds::optional::lifecycles(&simulation, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeEvents") => {
                rds::optional::events(&simulation, scope, form, id).map(Content::Xml)
            }
            (Input::Form(form), "DescribeBlueGreenDeployments") => {
                rds::optional::blue_green(&simulation, scope, form, id).map(Content::Xml)
            }
            (Input::Form(_), "DescribeAccountAttributes") => {
                Ok(Content::Xml(rds::optional::quotas(&simulation, scope, id)))
            }
            (Input::Form(_), "GetCallerIdentity") => Ok(Content::Xml(sts::caller_identity(scope, id))),
            (Input::Form(form), "AssumeRole") => sts::assume_role(&simulation, scope, now, form, id).map(Content::Xml),
            (Input::Form(form), "AssumeRoleWithWebIdentity") => {
                sts::assume_role_with_token(&simulation, scope, now, form, id).map(Content::Xml)
            }
            (Input::Tree(tree), "ListRegions") => regions::respond(&simulation, scope, tree).map(Content::Tree),
            (Input::Tree(tree), "ListMetrics") => list_metrics::respond(&simulation, scope, tree).map(Content::Tree),
            (Input::Tree(tree), "GetResources") => tagging::respond(&simulation, scope, tree).map(Content::Tree),
            (Input::Tree(tree), "GetMetricData") => {
                let (document, usage) = metric_data::respond(&simulation, scope, seconds, tree, result_faults)?;
                self.tally(call, |tally| tally.add(&usage));
                Ok(Content::Tree(document))
            }
            _ => Err(ErrorResponse::unknown_operation(call.operation)),
        }
    }
}

/// Locks also after another holder panicked: what the mutex guards is consistent after every statement.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn response(status: StatusCode, content_type: &'static str, bytes: impl Into<Bytes>) -> Response<ResponseBody> {
    let mut response = Response::new(ResponseBody { bytes: Some(bytes.into()), ending: Ending::End });
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
        Protocol::RestJson => "application/json",
    }
}

/// A response in the protocol of its request.
fn encode(protocol: Protocol, status: StatusCode, content: Content, id: &str) -> Response<ResponseBody> {
    let bytes = match content {
        Content::Xml(text) => text.into_bytes(),
        Content::Tree(tree) if protocol == Protocol::Cbor => tree.to_cbor(),
        Content::Tree(tree) => tree.to_json().to_string().into_bytes(),
    };
    let mut response = response(status, content_type(protocol), bytes);
    if protocol == Protocol::Cbor {
        response.headers_mut().insert(SMITHY_PROTOCOL, HeaderValue::from_static("rpc-v2-cbor"));
    }
    if let Ok(id) = HeaderValue::from_str(id) {
        response.headers_mut().insert("x-amzn-requestid", id);
    }
    response
}

fn error_response(protocol: Protocol, error: &ErrorResponse, id: &str) -> Response<ResponseBody> {
    let ErrorResponse { code, shape, message, .. } = error;
    let content = match protocol {
        Protocol::Query => Content::Xml(Xml::error(error.is_sender(), code, message, id)),
        Protocol::Cbor | Protocol::Json10 | Protocol::Json11 | Protocol::RestJson => {
            Content::Tree(Document::Map(vec![
                ("__type", Document::text(format!("com.amazonaws.cloudwatch#{shape}"))),
                ("message", Document::text(message)),
            ]))
        }
    };
    let status = StatusCode::from_u16(error.status).unwrap_or(StatusCode::BAD_REQUEST);
    let mut response = encode(protocol, status, content, id);
    let fault = if error.is_sender() { "Sender" } else { "Receiver" };
    let header = HeaderValue::from_str(&format!("{code};{fault}"));
    if let (Protocol::Cbor | Protocol::Json10, Ok(header)) = (protocol, header) {
        response.headers_mut().insert(QUERY_ERROR, header);
    }
    response
}

fn unavailable() -> Response<ResponseBody> {
    const PAGE: &str = "<html><body><h1>503 Service Unavailable</h1></body></html>\n";
    response(StatusCode::SERVICE_UNAVAILABLE, "text/html", PAGE)
}

fn stall(protocol: Protocol) -> Response<ResponseBody> {
    let mut response = response(StatusCode::OK, content_type(protocol), vec![b' '; STALL_AFTER]);
    response.headers_mut().insert(CONTENT_LENGTH, HeaderValue::from(1000));
    response.body_mut().ending = Ending::Silence;
    response
}

fn endless(protocol: Protocol) -> Response<ResponseBody> {
    let mut response = response(StatusCode::OK, content_type(protocol), FILLER);
    response.body_mut().ending = Ending::More;
    response
}
