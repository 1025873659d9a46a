use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::{Mutex, mpsc};

use flate2::read::GzDecoder;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::*;
use crate::explain::{Question, Wanted};
use crate::exposition::{Page, Renderer};
use crate::resource::ResourceIndex;
use crate::snapshot::{Column, Extra, Family, Sample, ScopeSnapshot};
use crate::time::Timestamp;

mod capacity;
mod shards;
mod stop;
mod tls;

/// When a test gives up, far beyond what any of them takes.
const PATIENCE: Duration = Duration::from_secs(20);

/// More than the kernel buffers for a client that does not read.
const HUGE: usize = 32 * 1024 * 1024;

const FLEET: &str = "# HELP m Help.\n# TYPE m gauge\nm{id=\"orders\"} 93.5\n";

const VALID_UNTIL: i64 = 1000;

/// One series that expires at [`VALID_UNTIL`].
fn snapshot() -> Arc<ScopeSnapshot> {
    let column = Column {
        labels: ["id=\"orders\"".into()].into(),
        extras: vec![Extra { expires: Timestamp::from_second(VALID_UNTIL), ..Extra::ever("") }],
        samples: [Sample { value: 93.5, resource: ResourceIndex::new(0), extra: 0 }].into_iter().collect(),
    };
    let family = Family { name: "m".into(), help: "Help.".into() };
    Arc::new(ScopeSnapshot { columns: [(Arc::new(family), Arc::new(column))].into(), ..ScopeSnapshot::default() })
}

/// A page of [`snapshot`].
fn page() -> Arc<Page> {
    Arc::new(Renderer::new().render(&[snapshot()], Timestamp::default()))
}

/// Handlers with [`page`] at `now`, whose own metrics contain the state of the page.
fn handlers(now: i64) -> Handlers {
    Handlers {
        pages: watch::channel(Some(page())).1,
        own_metrics: Box::new(|state| format!("own {state:?}\n").into_bytes()),
        ready: Box::new(|| Some(String::new())),
        landing: Box::new(|_, _| "<!doctype html>".to_owned()),
        fleet: Box::new(|question, representation| match question {
            Question::Resource { name, .. } if name == "orders" => Lookup::Answer(format!("{representation:?}")),
            Question::Resource { name, .. } if name == "twins" => Lookup::Ambiguous("which\n".to_owned()),
            _ => Lookup::Unknown("nobody\n".to_owned()),
        }),
        levels: Box::new(|_, format| Ok(format!("{format:?}"))),
        reloads: tokio::sync::mpsc::channel(1).0,
        now: Box::new(move || Timestamp::from_second(now)),
        telemetry_path: "/metrics".to_owned(),
        shards: 0,
        has_pages: true,
        connection: Box::new(|_| ()),
    }
}

/// Handlers whose scrapes do not fit into the kernel's buffers.
fn huge_handlers() -> Handlers {
    Handlers { own_metrics: Box::new(|_| vec![b'x'; HUGE]), ..handlers(0) }
}

/// Limits that no test reaches unless it sets a smaller one.
fn patient() -> Limits {
    Limits { capacity: capacity_of(16), handshake: PATIENCE, head: PATIENCE, response: PATIENCE, drain: PATIENCE }
}

fn capacity_of(connections: usize) -> Capacity {
    Capacity { connections, per_client: connections, responses: connections }
}

const SHORT: Duration = Duration::from_millis(50);

struct Server {
    address: SocketAddr,
    stop: CancellationToken,
    task: JoinHandle<()>,
    runtime: Runtime,
}

impl Server {
    fn start(handlers: Handlers, limits: Limits) -> Self {
        Self::serving(Web::default(), handlers, limits)
    }

    fn serving(web: Web, handlers: Handlers, limits: Limits) -> Self {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        let stop = CancellationToken::new();
        let task = runtime.spawn(serve(vec![listener], web, Arc::new(handlers), limits, stop.clone()));
        Self { address, stop, task, runtime }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.address).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream.set_write_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends one request and reads the response to the end of the connection.
    fn request(&self, first_line: &str, fields: &str) -> ReceivedResponse {
        let mut stream = self.connect();
        write!(stream, "{first_line} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{fields}\r\n").unwrap();
        let mut bytes = Vec::new();
        stream.read_to_end(&mut bytes).unwrap();
        ReceivedResponse::parse(&bytes)
    }

    fn ended(self) {
        self.runtime.block_on(async { tokio::time::timeout(PATIENCE, self.task).await }).unwrap().unwrap();
    }
}

struct ReceivedResponse {
    status: u16,
    head: String,
    body: Vec<u8>,
}

impl ReceivedResponse {
    fn parse(bytes: &[u8]) -> Self {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n").expect("a whole head");
        let head = String::from_utf8(bytes[..end].to_vec()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Self { status, head, body: bytes[end + 4..].to_vec() }
    }

    fn field(&self, name: &str) -> Option<&str> {
        let fields = self.head.lines().filter_map(|line| line.split_once(": "));
        fields.into_iter().find(|(field, _)| field.eq_ignore_ascii_case(name)).map(|(_, value)| value)
    }

    fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }
}

/// Sends a request on a connection that stays open, and reads to the last line of the response.
fn request_and_keep_alive(stream: &mut TcpStream) {
    stream.write_all(b"GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut seen = Vec::new();
    while !seen.ends_with(b"plimsoll is healthy\n") {
        let mut byte = [0];
        stream.read_exact(&mut byte).unwrap();
        seen.push(byte[0]);
    }
}

fn assert_closed(stream: &mut TcpStream) {
    let read = stream.read_to_end(&mut Vec::new());
    assert!(read.is_ok() || read.is_err_and(|error| error.kind() == ErrorKind::ConnectionReset));
}

#[test]
fn a_scrape_is_the_page_followed_by_own_metrics() {
    let server = Server::start(handlers(0), patient());
    let plain = server.request("GET /metrics", "");
    assert_eq!((plain.status, plain.text()), (200, format!("{FLEET}own Served\n").as_str()));
    assert_eq!(plain.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(plain.field("content-length"), Some(plain.body.len().to_string().as_str()));
    assert_eq!((plain.field("content-encoding"), plain.field("vary")), (None, Some("Accept-Encoding")));

    let gzip = server.request("GET /metrics?x=1", "Accept-Encoding: br\r\nAccept-Encoding: gzip;q=0.5\r\n");
    let mut text = Vec::new();
    GzDecoder::new(gzip.body.as_slice()).read_to_end(&mut text).unwrap();
    assert_eq!(text, plain.body);
    assert_eq!(gzip.field("content-type"), Some("text/plain; version=0.0.4; charset=utf-8"));
    assert_eq!(gzip.field("content-length"), Some(gzip.body.len().to_string().as_str()));
    assert_eq!((gzip.field("content-encoding"), gzip.field("vary")), (Some("gzip"), Some("Accept-Encoding")));
}

#[test]
fn an_expired_page_is_withheld_and_own_metrics_show_it() {
    let check = |handlers: Handlers, expected: &str| {
        assert_eq!(Server::start(handlers, patient()).request("GET /metrics", "").text(), expected);
    };
    check(handlers(VALID_UNTIL + 60), &format!("{FLEET}own Served\n"));
    check(handlers(VALID_UNTIL + 61), "own Withheld\n");
    check(Handlers { pages: watch::channel(None).1, ..handlers(0) }, "own NotYet\n");
}

#[test]
fn head_is_get_without_the_body() {
    let server = Server::start(handlers(0), patient());
    for path in ["/metrics", "/", "/-/healthy", "/-/ready"] {
        let (get, head) = (server.request(&format!("GET {path}"), ""), server.request(&format!("HEAD {path}"), ""));
        assert_eq!((head.status, head.body.len()), (200, 0), "{path}");
        for field in ["content-length", "content-type", "vary"] {
            assert_eq!(head.field(field), get.field(field), "{path} {field}");
        }
    }
}

#[test]
fn every_endpoint_has_its_status_and_content_type() {
    let server = Server::start(handlers(0), patient());
    let check = |request: &str, status, content_type: &str, body: &str| {
        let answer = server.request(request, "");
        assert_eq!((answer.status, answer.text()), (status, body), "{request}");
        assert_eq!(answer.field("content-type"), Some(content_type), "{request}");
        assert_eq!(answer.field("allow"), (status == 405).then_some("GET, HEAD"), "{request}");
    };
    let (text, html) = ("text/plain; charset=utf-8", "text/html; charset=utf-8");
    check("GET /", 200, html, "<!doctype html>");
    check("GET /-/healthy", 200, text, "plimsoll is healthy\n");
    check("GET /-/ready", 200, text, "plimsoll is ready\n");
    check("GET /metrics/", 404, text, "not found\n");
    check("POST /x", 404, text, "not found\n");
    check("POST /metrics", 405, text, "method not allowed\n");
    check("DELETE /", 405, text, "method not allowed\n");
}

#[test]
fn without_pages_only_metrics_and_probes_are_served() {
    let server = Server::start(Handlers { has_pages: false, ..handlers(0) }, patient());
    for path in ["/", "/resources", "/resources/orders", "/headroom", "/api/v1/resources", "/api/v1/headroom"] {
        assert_eq!(server.request(&format!("GET {path}"), "").status, 404, "{path}");
    }
    for path in ["/metrics", "/-/healthy", "/-/ready"] {
        assert_eq!(server.request(&format!("GET {path}"), "").status, 200, "{path}");
    }
}

#[test]
fn not_ready_is_503_and_still_healthy() {
    let server = Server::start(Handlers { ready: Box::new(|| None), ..handlers(0) }, patient());
    assert_eq!(server.request("GET /-/ready", "").status, 503);
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    assert_eq!(server.request("GET /metrics", "").status, 200);
}

#[test]
fn a_connection_takes_many_requests() {
    let server = Server::start(handlers(0), patient());
    let mut stream = server.connect();
    for _ in 0..3 {
        request_and_keep_alive(&mut stream);
    }
}

#[test]
fn the_body_of_a_request_is_not_read() {
    let server = Server::start(handlers(0), patient());
    assert_eq!(server.request("GET /-/healthy", "Content-Length: 1000000000000\r\n").status, 200);
    assert_eq!(server.request("GET /-/healthy", "Transfer-Encoding: chunked\r\n").status, 200);
}

#[test]
fn a_huge_head_is_refused() {
    let server = Server::start(handlers(0), patient());
    assert_eq!(server.request("GET /metrics", &format!("X: {}\r\n", "x".repeat(20_000))).status, 431);
}

#[test]
fn a_head_that_does_not_end_is_cut_and_so_is_an_idle_connection() {
    let server = Server::start(handlers(0), Limits { head: SHORT, ..patient() });
    for sent in ["", "GET /metrics HTTP/1.1\r\nHo", "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n"] {
        let mut stream = server.connect();
        // On a slow machine the connection may be cut already.
        let _ = stream.write_all(sent.as_bytes());
        assert_closed(&mut stream);
    }
}

#[test]
fn clients_that_send_nothing_do_not_delay_others() {
    let server = Server::start(handlers(0), patient());
    let _idle: Vec<_> = (0..8).map(|_| server.connect()).collect();
    assert_eq!(server.request("GET /metrics", "").status, 200);
}

#[test]
fn a_client_that_does_not_read_is_disconnected() {
    let limits = Limits { capacity: capacity_of(1), head: SHORT, response: SHORT, ..patient() };
    let server = Server::start(huge_handlers(), limits);
    let mut not_reading = server.connect();
    not_reading.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut first = [0];
    not_reading.read_exact(&mut first).unwrap();
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
}

#[test]
fn a_slow_landing_page_does_not_delay_a_scrape() {
    let (begun, has_begun) = mpsc::channel();
    let (scraped, was_scraped) = mpsc::channel();
    let was_scraped = Mutex::new(was_scraped);
    let landing = move |_: &Wanted, _: bool| {
        begun.send(()).unwrap();
        was_scraped.lock().unwrap().recv_timeout(PATIENCE / 2).map_or("no scrape in time", |()| "done").to_owned()
    };
    let server = Server::start(Handlers { landing: Box::new(landing), ..handlers(0) }, patient());
    let mut browser = server.connect();
    browser.write_all(b"GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").unwrap();
    has_begun.recv_timeout(PATIENCE).unwrap();
    assert_eq!(server.request("GET /metrics", "").status, 200);
    let _ = scraped.send(());
    let mut page = Vec::new();
    browser.read_to_end(&mut page).unwrap();
    assert_eq!(ReceivedResponse::parse(&page).text(), "done");
}

#[test]
fn questions_about_the_fleet_are_answered_as_json_or_html() {
    let server = Server::start(handlers(0), patient());
    for (path, status, content_type) in [
        ("/api/v1/resources/orders", "200", "application/json"),
        ("/resources/orders", "200", "text/html"),
        ("/api/v1/resources/twins", "300", "application/json"),
        ("/resources/nobody", "404", "text/html"),
    ] {
        let mut stream = server.connect();
        write!(stream, "GET {path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        assert!(answer.starts_with(&format!("HTTP/1.1 {status} ")), "{path}: {answer}");
        assert!(answer.contains(content_type), "{path}: {answer}");
    }
}

#[test]
fn a_request_has_one_host() {
    let server = Server::start(handlers(0), patient());
    let check = |version, hosts: &str, status| {
        let mut stream = server.connect();
        write!(stream, "GET /-/healthy HTTP/{version}\r\n{hosts}Connection: close\r\n\r\n").unwrap();
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        assert_eq!(ReceivedResponse::parse(&answer).status, status, "{version} {hosts:?}");
    };
    check("1.1", "Host: x\r\n", 200);
    check("1.1", "Host:\r\n", 200);
    check("1.1", "", 400);
    check("1.1", "Host: x\r\nHost: x\r\n", 400);
    check("1.0", "", 200);
    check("1.0", "Host: x\r\nhost: y\r\n", 400);
}

#[test]
fn browsers_may_not_store_sniff_or_frame_a_response() {
    let server = Server::start(handlers(0), patient());
    for path in ["/metrics", "/", "/-/healthy", "/api/v1/resources/orders", "/resources/orders", "/nothing"] {
        let answer = server.request(&format!("GET {path}"), "");
        assert_eq!(answer.field("x-content-type-options"), Some("nosniff"), "{path}");
        assert_eq!(answer.field("cache-control"), Some("no-store"), "{path}");
        let policy = answer.field("content-security-policy").unwrap();
        let directives: Vec<&str> = policy.split("; ").collect();
        // Directives that browsers know: https://www.w3.org/TR/CSP3/#csp-directives. They ignore unknown ones.
        for directive in ["default-src", "base-uri", "frame-ancestors"] {
            assert!(directives.contains(&&*format!("{directive} 'none'")), "{path}: {policy}");
        }
        assert!(directives.contains(&"form-action 'self'"), "{path}: {policy}");
        assert!(!policy.contains("script-src"), "{path}: {policy}");
        assert!(!policy.contains("unsafe"), "{path}: {policy}");
    }
}
