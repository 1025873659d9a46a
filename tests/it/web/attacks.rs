//! Hostile clients of a listener with TLS and users: scrapes go on.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Instant;

use super::*;
use crate::support::client;

/// A scrape takes milliseconds, but tests share the machine.
const SERVED: Duration = Duration::from_secs(10);

/// The first bytes of a TLS record that is longer than what follows.
const HALF_A_RECORD: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];

/// A record that begins a first message of 16 MiB.
fn huge_message() -> Vec<u8> {
    let record = [[22, 3, 1, 64, 0, 1, 255, 255, 255].as_slice(), &[0; 16380]].concat();
    record.repeat(8)
}

#[test]
fn handshakes_that_stall_keep_no_scrape_waiting() {
    let (aws, authority) = (aws(), Authority::new("server"));
    let folder = Folder::new(TLS);
    folder.certified("server", &authority.server());
    let ca = folder.0.write("ca.crt", &authority.pem);
    let exporter = folder.launch(&aws).start();
    let connect = |sent: &[u8]| {
        let mut stream = client::connect(exporter.address()).unwrap();
        // At a limit the exporter may have closed it already.
        let _ = stream.write_all(sent);
        stream
    };
    let scrape = || {
        let start = Instant::now();
        let scrape = curl("https", exporter.address(), "/metrics", &["--cacert", text(&ca)]);
        assert_eq!(scrape.status, 200, "{scrape:?}");
        assert!(start.elapsed() < SERVED, "{:?}", start.elapsed());
        Scrape::parse(scrape.response.split_once("\r\n\r\n").unwrap().1)
    };
    let _stalled: Vec<TcpStream> = (0..700).map(|_| connect(HALF_A_RECORD)).collect();
    let page = scrape();
    // More than one client may have: connections count from their first packet.
    assert!(page.value("plimsoll_http_connections", &[]).unwrap() <= 512.0);
    let reason = [("reason", "connections_per_client")];
    assert!(page.value("plimsoll_http_connections_closed_total", &reason).unwrap() >= 189.0);

    let mut huge = connect(&huge_message());
    huge.set_read_timeout(Some(SERVED)).unwrap();
    let mut alert = Vec::new();
    let _ = huge.read_to_end(&mut alert);
    wait_for("a failed handshake", SOON, || {
        (scrape().value("plimsoll_http_handshakes_failed_total", &[])? >= 1.0).then_some(())
    });
}

#[test]
fn wrong_passwords_at_rate_keep_no_known_client_waiting() {
    let aws = aws();
    let folder = Folder::new(&users());
    let exporter = folder.launch(&aws).start();
    let scrape = || curl("http", exporter.address(), "/metrics", &["--user", USER]);
    assert_eq!(scrape().status, 200);
    // "prometheus:wrong"
    let request = "GET /metrics HTTP/1.1\r\nHost: x\r\nAuthorization: Basic cHJvbWV0aGV1czp3cm9uZw==\r\n\r\n";
    let mut crowd: Vec<TcpStream> = (0..60).map(|_| client::connect(exporter.address()).unwrap()).collect();
    for stream in &mut crowd {
        stream.write_all(request.as_bytes()).unwrap();
    }
    let start = Instant::now();
    assert_eq!(scrape().status, 200);
    assert!(start.elapsed() < SERVED, "{:?}", start.elapsed());
    let mut statuses: Vec<String> = Vec::new();
    for stream in &mut crowd {
        stream.set_read_timeout(Some(SOON)).unwrap();
        let mut line = [0; 12];
        stream.read_exact(&mut line).unwrap();
        statuses.push(String::from_utf8(line.to_vec()).unwrap());
    }
    let count = |status: &str| statuses.iter().filter(|line| line.ends_with(status)).count();
    assert_eq!(count("401") + count("429"), 60, "{statuses:?}");
    assert!(count("401") >= 1 && count("429") >= 1, "{statuses:?}");
}
