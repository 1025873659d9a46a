//! A stop finishes responses in progress and waits for nothing else.

use std::time::Instant;

use super::*;

#[test]
fn stop_finishes_a_response_and_closes_idle_connections() {
    let server = Server::start(huge_handlers(), patient());
    let (mut fresh, mut idle, mut busy) = (server.connect(), server.connect(), server.connect());
    request_and_keep_alive(&mut idle);
    busy.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut answer = vec![0];
    busy.read_exact(&mut answer).unwrap();
    server.stop.cancel();
    assert_closed(&mut fresh);
    assert_closed(&mut idle);
    busy.read_to_end(&mut answer).unwrap();
    assert_eq!(ReceivedResponse::parse(&answer).body.len(), FLEET.len() + HUGE);
    server.ended();
}

#[test]
fn stop_does_not_wait_for_a_client_that_does_not_read() {
    let server = Server::start(huge_handlers(), Limits { drain: SHORT, ..patient() });
    let mut not_reading = server.connect();
    not_reading.write_all(b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    not_reading.read_exact(&mut [0]).unwrap();
    server.stop.cancel();
    server.ended();
}

#[test]
fn stop_does_not_wait_for_the_rest_of_a_request() {
    let server = Server::start(handlers(0), patient());
    let mut halves = Vec::new();
    for sent in ["GET /metr", "GET /metrics HTTP/1.1\r\nHo"] {
        let (mut fresh, mut used) = (server.connect(), server.connect());
        request_and_keep_alive(&mut used);
        fresh.write_all(sent.as_bytes()).unwrap();
        used.write_all(sent.as_bytes()).unwrap();
        halves.extend([fresh, used]);
    }
    // A response on a later connection shows that the earlier ones were accepted.
    assert_eq!(server.request("GET /-/healthy", "").status, 200);
    let start = Instant::now();
    server.stop.cancel();
    halves.iter_mut().for_each(assert_closed);
    server.ended();
    assert!(start.elapsed() < PATIENCE / 4, "{:?}", start.elapsed());
}
