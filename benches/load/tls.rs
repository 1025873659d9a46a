//! Scrapes over TLS with a user and a password.

use std::fs;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rcgen::{CertifiedKey, generate_simple_self_signed};
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use super::aws::Aws;
use super::client::{Client, tcp};
use super::exporter::{Exporter, config, folder};
use super::figures::{Percentiles, Table, milliseconds};

const INSTANCES: usize = 2_155;
const SCRAPES: u32 = 300;
const USER: &str = "prometheus:fakepassword";
/// The cost of bcrypt that exporter-toolkit's documentation shows.
const COST: u32 = 10;

/// Scrapes over one connection, and over one connection each.
pub(crate) fn measure() {
    let mut table = Table::new("scrapes with gzip over TLS 1.3, with a user");
    let (web, certificate) = web_configuration();
    let aws = Aws::start(INSTANCES, 1, Duration::from_millis(50));
    let lean = format!("{}\n[labels]\nprofile = \"lean\"\n", config(&[]));
    let exporter = Exporter::start_with_web(&aws.endpoint, &lean, &web);
    let client = TlsClient::new(exporter.address, certificate);
    let first = client.first_scrape();
    table.row("first request: handshake and bcrypt", &milliseconds(first).to_string());
    while client.connect().get("/-/ready").unwrap().status != 200 {}
    exporter.wait_until_idle();
    for (what, scrape) in
        [("one connection", &kept as &dyn Fn(&TlsClient) -> Vec<Duration>), ("a connection each", &each)]
    {
        let before = exporter.process.cpu();
        let times = scrape(&client);
        let used = exporter.process.cpu().checked_sub(before).unwrap() / SCRAPES;
        table.row(&format!("{what}, password known"), &Percentiles::of(&times).to_string());
        table.row(&format!("{what}: CPU time of the server"), &milliseconds(used).to_string());
    }
    table.print();
}

/// The web configuration in a file, and the certificate that it names.
fn web_configuration() -> (PathBuf, CertificateDer<'static>) {
    let CertifiedKey { cert, signing_key } = generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let folder = folder();
    fs::write(folder.join("server.crt"), cert.pem()).unwrap();
    fs::write(folder.join("server.key"), signing_key.serialize_pem()).unwrap();
    let (user, password) = USER.split_once(':').unwrap();
    let hash = bcrypt::hash(password, COST).unwrap();
    let web = folder.join("web.yml");
    let tls = "tls_server_config: {cert_file: server.crt, key_file: server.key}";
    fs::write(&web, format!("{tls}\nbasic_auth_users: {{{user}: {hash}}}\n")).unwrap();
    (web, cert.der().clone())
}

struct TlsClient {
    address: SocketAddr,
    config: Arc<ClientConfig>,
}

impl TlsClient {
    fn new(address: SocketAddr, certificate: CertificateDer<'static>) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(certificate).unwrap();
        Self { address, config: Arc::new(ClientConfig::builder().with_root_certificates(roots).with_no_client_auth()) }
    }

    fn connect(&self) -> Client {
        let name = ServerName::from(self.address.ip());
        let connection = ClientConnection::new(Arc::clone(&self.config), name).unwrap();
        let user = STANDARD.encode(USER);
        let headers = format!("Accept-Encoding: gzip\r\nAuthorization: Basic {user}\r\n");
        Client::over(StreamOwned::new(connection, tcp(self.address).unwrap()), &headers)
    }

    fn first_scrape(&self) -> Duration {
        let since = Instant::now();
        assert_eq!(self.connect().get("/-/healthy").unwrap().status, 200);
        since.elapsed()
    }
}

fn kept(client: &TlsClient) -> Vec<Duration> {
    let mut connection = client.connect();
    (0..SCRAPES).map(|_| connection.time().unwrap()).collect()
}

fn each(client: &TlsClient) -> Vec<Duration> {
    let one = |_| {
        let since = Instant::now();
        client.connect().time().unwrap();
        since.elapsed()
    };
    (0..SCRAPES).map(one).collect()
}
