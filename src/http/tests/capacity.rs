//! At a limit, the least active connection is closed, and the kernel keeps no bytes for it.

use std::fs;
use std::thread;
use std::time::Instant;

use tokio::net::TcpSocket;

use super::*;

/// A client that advertises a tiny window, requests a page and reads only its first byte.
fn slow_reader(server: &Server) -> TcpStream {
    let mut stream = server.runtime.block_on(async {
        let socket = TcpSocket::new_v4().unwrap();
        socket.set_recv_buffer_size(1024).unwrap();
        socket.connect(server.address).await.unwrap().into_std().unwrap()
    });
    stream.set_nonblocking(false).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    stream.read_exact(&mut [0]).unwrap();
    stream
}

/// The unsent bytes that the kernel holds for each socket of a port, including sockets without a process: `tx_queue` in <https://www.kernel.org/doc/html/latest/networking/proc_net_tcp.html>.
fn unsent(port: u16) -> Vec<u64> {
    let table = fs::read_to_string("/proc/net/tcp").unwrap();
    let rows = table.lines().skip(1).map(|line| line.split_whitespace().collect::<Vec<_>>());
    let of_port = rows.filter(|row| row[1].ends_with(&format!(":{port:04X}")));
    of_port.map(|row| u64::from_str_radix(row[4].split_once(':').unwrap().0, 16).unwrap()).collect()
}

#[track_caller]
fn wait_until(what: &str, mut is_so: impl FnMut() -> bool) {
    let start = Instant::now();
    while !is_so() {
        assert!(start.elapsed() < PATIENCE, "waited {PATIENCE:?} for {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

fn assert_reset(stream: &mut TcpStream) {
    assert_eq!(stream.read_to_end(&mut Vec::new()).unwrap_err().kind(), ErrorKind::ConnectionReset);
}

#[test]
fn the_connection_that_has_been_idle_longest_is_closed() {
    let server = Server::start(handlers(0), Limits { capacity: capacity_of(2), ..patient() });
    let (mut first, mut second) = (server.connect(), server.connect());
    request_and_keep_alive(&mut second);
    request_and_keep_alive(&mut first);
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    assert_reset(&mut second);
    request_and_keep_alive(&mut first);
}

#[test]
fn the_longest_response_is_closed_if_no_connection_is_idle() {
    let server = Server::start(huge_handlers(), Limits { capacity: capacity_of(2), ..patient() });
    let (mut first, _second) = (slow_reader(&server), slow_reader(&server));
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    assert_reset(&mut first);
}

#[test]
fn a_response_is_counted_until_the_kernel_has_all_of_it() {
    let capacity = Capacity { responses: 1, ..capacity_of(9) };
    let server = Server::start(huge_handlers(), Limits { capacity, ..patient() });
    let mut slow = slow_reader(&server);
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    assert_reset(&mut slow);
    let mut quick = server.connect();
    request_and_keep_alive(&mut quick);
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    request_and_keep_alive(&mut quick);
}

#[test]
fn the_kernel_buffers_little_for_slow_readers_and_nothing_after_the_cut() {
    const READERS: usize = 4;
    let server = Server::start(huge_handlers(), Limits { drain: SHORT, ..patient() });
    let readers: Vec<TcpStream> = (0..READERS).map(|_| slow_reader(&server)).collect();
    let port = server.address.port();
    // The server has filled the buffers when they do not grow any more.
    let mut before = 0;
    wait_until("full buffers", || {
        thread::sleep(SHORT);
        let now = unsent(port).iter().sum();
        before == std::mem::replace(&mut before, now) && now > 0
    });
    assert!(before < 256 * 1024 * READERS as u64, "{before} bytes");
    server.stop.cancel();
    server.ended();
    wait_until("the kernel to forget the responses", || unsent(port).iter().sum::<u64>() == 0);
    drop(readers);
}

#[test]
fn the_kernel_drops_a_response_that_its_client_does_not_read() {
    let limits = Limits { head: SHORT, response: SHORT * 4, ..patient() };
    // More than the client's window and less than the kernel's buffer: to the server, the response is sent.
    let server = Server::start(Handlers { own_metrics: Box::new(|_| vec![b'x'; 64 * 1024]), ..handlers(0) }, limits);
    let reader = slow_reader(&server);
    wait_until("the kernel to forget the response", || unsent(server.address.port()).iter().sum::<u64>() == 0);
    drop(reader);
}

#[test]
fn connections_and_the_reasons_of_closing_them_are_counted() {
    let (events, counted) = mpsc::channel();
    let observed = Handlers { connection: Box::new(move |event| events.send(event).unwrap()), ..handlers(0) };
    let server = Server::start(observed, Limits { capacity: capacity_of(1), ..patient() });
    let mut idle = server.connect();
    request_and_keep_alive(&mut idle);
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    server.stop.cancel();
    server.ended();
    let events: Vec<ConnectionEvent> = counted.try_iter().collect();
    assert_eq!(events.first(), Some(&ConnectionEvent::Open(1)));
    assert!(events.contains(&ConnectionEvent::ClosedForRoom(Reason::PerClient)), "{events:?}");
    assert_eq!(events.last(), Some(&ConnectionEvent::Open(0)));
}
