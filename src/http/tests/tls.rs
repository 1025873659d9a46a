//! TLS handshakes that are not completed.

use rcgen::{CertifiedKey, generate_simple_self_signed};

use super::*;

/// TLS by a certificate of its own, from a file in a temporary folder of the test.
fn web(test: &str) -> Web {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let folder = std::env::temp_dir().join(format!("plimsoll-handshake-{test}-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let indented = |pem: String| pem.trim().replace('\n', "\n    ");
    let (certificate, key) = (indented(cert.pem()), indented(signing_key.serialize_pem()));
    let path = folder.join("web.yml");
    std::fs::write(&path, format!("tls_server_config:\n  cert: |\n    {certificate}\n  key: |\n    {key}\n")).unwrap();
    let web = Web::load(&path).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    web
}

/// Starts to send a `ClientHello` of 512 bytes.
const HALF: &[u8] = &[22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3];

#[test]
fn a_handshake_that_is_not_completed_in_time_is_cut_and_counted() {
    let (failed, failures) = mpsc::channel();
    let connection = move |event| {
        if event == ConnectionEvent::HandshakeFailed {
            failed.send(()).unwrap();
        }
    };
    let handlers = Handlers { connection: Box::new(connection), ..handlers(0) };
    let server = Server::serving(web("late"), handlers, Limits { handshake: SHORT, ..patient() });
    for sent in [&[][..], HALF, b"GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n"] {
        let mut stream = server.connect();
        // On a slow machine the connection may be cut already.
        let _ = stream.write_all(sent);
        assert_closed(&mut stream);
        failures.recv_timeout(PATIENCE).unwrap();
    }
}

#[test]
fn a_stop_does_not_wait_for_handshakes() {
    let server = Server::serving(web("stop"), handlers(0), patient());
    let mut stream = server.connect();
    stream.write_all(HALF).unwrap();
    server.stop.cancel();
    assert_closed(&mut stream);
    server.ended();
}
