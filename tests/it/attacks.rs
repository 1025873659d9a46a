//! Hostile clients, and very many clients: every scrape and probe is served, and no memory or file is left in use.

use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

use plimsoll::sim::{Fleet, Options};
use rustix::process::{Pid, Resource, Rlimit, getrlimit, prlimit, setrlimit};

use crate::support::client;
use crate::support::databases::{ONCE, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_secs(20);

/// A scrape takes milliseconds, but tests share the machine. Less than the time for which an idle connection is kept.
const SERVED: Duration = Duration::from_secs(10);

/// The memory that the allocator may keep after one attack: 10 MB, and what polling needs.
const KEPT: u64 = 16 * 1024 * 1024;

/// The series of connections, which the exporter counts itself.
const CLOSED: &str = "plimsoll_http_connections_closed_total";

fn exporter(aws: &SimulatedAws, config: &str) -> Exporter {
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    exporter
}

/// Lets this process open as many files as it may: each client is one.
fn raise_open_files() {
    let limit = getrlimit(Resource::Nofile);
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, ..limit }).unwrap();
}

/// New connections; `sent` is written to each of them.
fn clients(address: SocketAddr, count: usize, sent: &str) -> Vec<TcpStream> {
    let connect = |_| {
        let mut stream = client::connect(address).unwrap();
        // At its limit the exporter may have closed it already.
        let _ = stream.write_all(sent.as_bytes());
        stream
    };
    (0..count).map(connect).collect()
}

/// Every scrape and probe is answered at once.
#[track_caller]
fn assert_served(address: SocketAddr, attack: &str) {
    for path in ["/metrics", "/-/healthy", "/-/ready"] {
        let request = format!("GET {path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        let (start, mut reply) = (Instant::now(), Vec::new());
        let mut stream = client::connect(address).unwrap();
        stream.set_read_timeout(Some(SERVED)).unwrap();
        stream.write_all(request.as_bytes()).unwrap();
        let read = stream.read_to_end(&mut reply);
        assert!(read.is_ok(), "{attack}: {path}: {read:?}");
        assert!(reply.starts_with(b"HTTP/1.1 200 OK\r\n"), "{attack}: {path}");
        assert!(start.elapsed() < SERVED, "{attack}: {path} took {:?}", start.elapsed());
    }
}

/// The resident memory of a process in bytes: `VmRSS` in man 5 `proc_pid_status`.
fn resident(id: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
}

const HEALTHY: &str = "GET /-/healthy HTTP/1.1\r\nHost: x\r\n\r\n";
/// A response that is larger than the kernel's buffers, and that no client reads.
const UNREAD: &str = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n";

#[test]
fn many_clients_do_not_keep_a_scrape_or_a_probe_from_being_served() {
    raise_open_files();
    let start = Instant::now();
    let aws = SimulatedAws::start(Fleet::seeded(1, 100), Options::default());
    let exporter = exporter(&aws, "[metrics]\nprofile = \"all\"\n[polling]\ndiscovery = \"1d\"\n");
    let address = exporter.address();
    assert!(exporter.get("/metrics").body.len() > 1024 * 1024);
    for (attack, count, sent) in [
        ("clients that probe every 15 s", 128, HEALTHY),
        ("idle clients", 1100, ""),
        ("clients that read nothing", 140, UNREAD),
        ("more clients that read nothing than responses fit", 300, UNREAD),
        ("half a request each", 300, "GET /metrics HTT"),
        ("more idle clients than fit", 2500, ""),
    ] {
        let before = resident(exporter.id());
        let mut crowd = clients(address, count, sent);
        assert_served(address, attack);
        // Clients whose connection was closed connect again.
        crowd.extend(clients(address, 150, sent));
        assert_served(address, attack);
        drop(crowd);
        let open = || exporter.metrics().value("plimsoll_http_connections", &[]).unwrap();
        wait_for("the crowd to be gone", SOON, || (open() <= 1.0).then_some(()));
        let grown = resident(exporter.id()).saturating_sub(before);
        assert!(grown < KEPT, "{attack}: {grown} bytes more than before");
    }
    let page = exporter.metrics();
    assert!(page.value(CLOSED, &[("reason", "connections_per_client")]).unwrap() > 1000.0);
    assert!(page.value(CLOSED, &[("reason", "responses")]).unwrap() > 100.0);
    let lines = exporter.log().matches("closed connections to make room").count();
    let minutes = usize::try_from(start.elapsed().as_secs() / 60).unwrap();
    assert!((1..=1 + minutes).contains(&lines), "{lines} lines");
}

/// The exporter keeps half of its open files for AWS, so that clients alone never reach the limit. The test lowers the
/// limit while the exporter runs.
#[test]
fn at_the_limit_of_open_files_the_exporter_frees_some_and_logs_little() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = exporter(&aws, ONCE);
    let address = exporter.address();
    let process = Pid::from_raw(exporter.id().try_into().unwrap());
    let open_files = |count| {
        let limit = Rlimit { current: Some(count), ..getrlimit(Resource::Nofile) };
        prlimit(process, Resource::Nofile, limit).unwrap();
    };
    let mut crowd = clients(address, 60, "");
    wait_for("the crowd", SOON, || (exporter.metrics().value("plimsoll_http_connections", &[])? > 60.0).then_some(()));
    open_files(60);
    crowd.extend(clients(address, 3, ""));
    wait_for("freed files", SOON, || exporter.log().contains("cannot accept connections").then_some(()));
    // Each failure closes a connection, and there are at most ten failures a second.
    wait_for("an answer without open files", SOON, || {
        (client::get(address, "/-/healthy").ok()?.status == 200).then_some(())
    });
    open_files(1024);
    drop(crowd);
    assert!(exporter.metrics().value(CLOSED, &[("reason", "open_files")]).unwrap() > 0.0);
    assert!(exporter.log().matches("cannot accept connections").count() <= 2);
}

#[test]
fn a_low_limit_of_open_files_is_logged_and_respected() {
    raise_open_files();
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(ONCE).open_files(100).start();
    exporter.wait_until_ready();
    let _crowd = clients(exporter.address(), 200, "");
    assert_served(exporter.address(), "more idle clients than open files");
    assert!(exporter.metrics().value("plimsoll_http_connections", &[]).unwrap() <= 50.0);
    assert!(exporter.log().contains("the limit of open files is low"));
}
