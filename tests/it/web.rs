//! The web configuration: TLS, certificates of clients, users and the rate limit, with curl, Prometheus and real
//! certificates.

use std::net::TcpListener;
use std::path::PathBuf;
use std::time::Duration;

use plimsoll::sim::Options;

use crate::support::certificates::{Authority, Certified};
use crate::support::curl::{curl, text};
use crate::support::databases::{ONCE, databases};
use crate::support::exporter::Launch;
use crate::support::prometheus::Prometheus;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

mod attacks;
mod renewal;
mod secrets;

const SOON: Duration = Duration::from_secs(30);

/// The hash of `fakepassword` at cost 10, from the toolkit's own source.
const HASH: &str = "$2y$10$QOauhQNbBCuQDKes6eFzPeMqBSjb7Mr5DUmpZ/VcEd00UAV/LDeSi";
const USER: &str = "prometheus:fakepassword";

const TLS: &str = "tls_server_config: {cert_file: server.crt, key_file: server.key}\n";

/// A folder with a web configuration and the files of certificates beside it.
struct Folder(TempDir);

impl Folder {
    fn new(web: &str) -> Self {
        let folder = Self(TempDir::new("web"));
        folder.0.write("web.yml", web);
        folder
    }

    fn certified(&self, name: &str, Certified { certificate, key }: &Certified) {
        self.0.write(&format!("{name}.crt"), certificate);
        self.0.write(&format!("{name}.key"), key);
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn launch(&self, aws: &SimulatedAws) -> Launch {
        aws.launch().config(ONCE).arg("--web.config.file").arg(text(&self.path("web.yml")))
    }
}

fn aws() -> SimulatedAws {
    SimulatedAws::start(databases(["orders"]), Options::default())
}

fn users() -> String {
    format!("basic_auth_users: {{prometheus: {HASH}}}\n")
}

#[test]
fn only_clients_with_a_good_certificate_and_password_are_let_in() {
    let (own, clients, other) = (Authority::new("server"), Authority::new("clients"), Authority::new("other"));
    let aws = aws();
    let folder = Folder::new(&format!(
        "tls_server_config:
  cert_file: server.crt
  key_file: server.key
  client_ca_file: clients.crt
  client_auth_type: RequireAndVerifyClientCert
  client_allowed_sans: [prometheus.example.com]
  min_version: TLS13
http_server_config: {{headers: {{Strict-Transport-Security: max-age=60}}}}
{}",
        users()
    ));
    folder.certified("server", &own.server());
    folder.0.write("clients.crt", &clients.pem);
    folder.0.write("own.crt", &own.pem);
    folder.0.write("other.crt", &other.pem);
    folder.certified("good", &clients.certify(&["a.example.com", "prometheus.example.com"], 4096));
    folder.certified("expired", &clients.certify(&["prometheus.example.com"], 2021));
    folder.certified("foreign", &other.certify(&["prometheus.example.com"], 4096));
    folder.certified("unnamed", &clients.certify(&["grafana.example.com"], 4096));
    let exporter = folder.launch(&aws).start();

    let request = |client: Option<&str>, authority: &str, options: &[&str]| {
        let file = |name: String| text(&folder.path(&name)).to_owned();
        let mut all = vec!["--cacert".to_owned(), file(format!("{authority}.crt"))];
        if let Some(client) = client {
            all.extend(["--cert".to_owned(), file(format!("{client}.crt"))]);
            all.extend(["--key".to_owned(), file(format!("{client}.key"))]);
        }
        let all: Vec<_> = all.iter().map(String::as_str).chain(options.iter().copied()).collect();
        curl("https", exporter.address(), "/metrics", &all)
    };
    let with_user: &[&str] = &["--user", USER];
    let good = request(Some("good"), "own", with_user);
    assert!(good.status == 200 && good.response.contains("plimsoll_build_info"), "{good:?}");
    assert!(good.response.contains("strict-transport-security: max-age=60"), "{good:?}");

    for options in [&[][..], &["--user", "prometheus:wrong"], &["--user", "nobody:fakepassword"], &["--user", ":"]] {
        let refused = request(Some("good"), "own", options);
        assert_eq!(refused.status, 401, "{options:?}: {refused:?}");
        assert!(refused.response.contains("www-authenticate: Basic realm=\"plimsoll\""), "{refused:?}");
        assert!(refused.response.contains("strict-transport-security: max-age=60"), "{refused:?}");
    }
    for (client, authority, options) in [
        (None, "own", with_user),
        (Some("expired"), "own", with_user),
        (Some("foreign"), "own", with_user),
        (Some("unnamed"), "own", with_user),
        (Some("good"), "other", with_user),
        (Some("good"), "own", &["--user", USER, "--tls-max", "1.2"]),
    ] {
        let refused = request(client, authority, options);
        assert!(refused.exit_code != 0 && refused.status == 0, "{client:?} {authority}: {refused:?}");
    }
    assert_eq!(curl("http", exporter.address(), "/metrics", with_user).status, 0);

    let page = Scrape::parse(request(Some("good"), "own", with_user).response.split_once("\r\n\r\n").unwrap().1);
    assert_eq!(page.value("plimsoll_http_requests_refused_total", &[("reason", "unauthorized")]), Some(4.0));
    assert!(page.value("plimsoll_http_handshakes_failed_total", &[]).unwrap() >= 6.0);
    assert_eq!(page.value("plimsoll_web_config_last_reload_successful", &[]), Some(1.0));
    // The certificate is valid until the beginning of 4096.
    assert_eq!(page.value("plimsoll_web_certificate_expiry_timestamp_seconds", &[]), Some(67_090_118_400.0));
    assert!(exporter.log().contains("TLS handshakes failed"));
}

#[test]
fn beyond_the_rate_limit_a_request_gets_status_429() {
    let aws = aws();
    let folder = Folder::new("rate_limit: {interval: 5m, burst: 2}\n");
    let exporter = folder.launch(&aws).start();
    let statuses = ["/metrics", "/-/healthy", "/metrics", "/-/ready"];
    let statuses = statuses.map(|path| curl("http", exporter.address(), path, &[]).status);
    assert_eq!(statuses, [200, 200, 429, 429]);
}

#[test]
fn prometheus_scrapes_with_tls_and_a_password() {
    let (aws, authority) = (aws(), Authority::new("server"));
    let folder = Folder::new(&format!("{TLS}{}", users()));
    folder.certified("server", &authority.server());
    let exporter = folder.launch(&aws).start();
    let scraper = TempDir::new("prometheus");
    let ca = scraper.write("ca.crt", &authority.pem);
    scraper.write(
        "prometheus.yml",
        &format!(
            "global: {{scrape_interval: 1s, scrape_timeout: 1s}}
scrape_configs:
- job_name: plimsoll
  scheme: https
  honor_labels: true
  basic_auth: {{username: prometheus, password: fakepassword}}
  tls_config: {{ca_file: {}}}
  static_configs: [{{targets: ['{}']}}]
",
            ca.display(),
            exporter.address()
        ),
    );
    let prometheus = Prometheus::of(scraper);
    wait_for("a scrape of the fleet", SOON, || prometheus.value("count(aws_rds_info)").filter(|count| *count >= 1.0));
    assert_eq!(prometheus.value("up"), Some(1.0));
}

#[test]
fn commands_reach_an_exporter_with_tls_and_users() {
    let (aws, authority) = (aws(), Authority::new("server"));
    let folder = Folder::new(&format!("{TLS}{}", users()));
    folder.certified("server", &authority.server());
    let exporter = folder.launch(&aws).start();
    folder.0.write("ca.crt", &authority.pem);
    folder.0.write("password", "fakepassword\n");
    let http = folder.0.write(
        "http.yml",
        "basic_auth: {username: prometheus, password_file: password}\ntls_config: {ca_file: ca.crt}\n",
    );
    let url = format!("https://localhost:{}", exporter.address().port());
    let run = |arguments: &[&str]| Launch::against("http://localhost:1").command().args(arguments).output().unwrap();
    let with_file = ["--url", &url, "--http.config.file", text(&http)];
    wait_for("plimsoll to be ready", SOON, || {
        let health = run(&[&["health"], &with_file[..]].concat());
        health.status.success().then_some(())
    });
    let explained = run(&[&["explain", "orders"], &with_file[..]].concat());
    assert!(explained.status.success(), "{explained:?}");
    let untrusted = run(&["health", "--url", &url]);
    let message = String::from_utf8_lossy(&untrusted.stderr).into_owned();
    assert!(!untrusted.status.success() && message.contains("ca_file"), "{message}");
}

#[test]
fn every_address_is_served_and_one_that_is_taken_is_an_error() {
    let aws = aws();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let exporter = aws.launch().config(ONCE).arg("--web.listen-address").arg(&free.to_string()).start();
    let both = [exporter.address(), free];
    assert_eq!(both.map(|address| curl("http", address, "/-/healthy", &[]).status), [200, 200]);

    let address = taken.local_addr().unwrap().to_string();
    let failed = aws.launch().command().args(["--web.listen-address", &address]).output().unwrap();
    let message = String::from_utf8_lossy(&failed.stderr).into_owned();
    assert_eq!(failed.status.code(), Some(1), "{message}");
    assert!(message.contains(&format!("cannot listen on {address}; end the program that listens there")), "{message}");
}

#[test]
fn without_pages_the_metrics_are_still_served() {
    let aws = aws();
    let exporter = aws.launch().config(&format!("{ONCE}\n[web]\npages = false\n")).start();
    let statuses = ["/", "/resources", "/api/v1/resources", "/metrics", "/-/healthy"];
    assert_eq!(statuses.map(|path| exporter.get(path).status), [404, 404, 404, 200, 200]);
}

#[test]
fn check_reports_every_mistake_of_the_files_in_one_run() {
    let folder = Folder::new("tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n");
    let check = |web: &str| {
        folder.0.write("web.yml", web);
        let path = folder.path("web.yml");
        let output =
            Launch::against("http://localhost:1").command().args(["check", "--web.config.file"]).arg(&path).output();
        let output = output.unwrap();
        assert_eq!(output.status.code(), Some(1));
        let errors = String::from_utf8_lossy(&output.stderr).replace(&format!("{}/", folder.0.path().display()), "");
        errors.lines().map(str::to_owned).collect::<Vec<_>>()
    };
    let (own, other) = (Authority::new("own").server(), Authority::new("other").server());
    let unread = |line: u8, name: &str, file: &str| {
        format!(
            "web.yml:{line}:3: `tls_server_config.{name}` names {file}, which cannot be read: No such file or directory (os error 2); paths are relative to the folder of this file"
        )
    };
    let files = "tls_server_config:\n  cert_file: server.crt\n  key_file: server.key\n";
    assert_eq!(
        check("tls_server_config:\n  cert_file: none.crt\n  key_file: none.key\n"),
        [
            unread(2, "cert_file", "none.crt"),
            unread(3, "key_file", "none.key"),
            "plimsoll: 2 errors in the configuration".to_owned()
        ]
    );
    folder.certified("server", &own);
    folder.0.write("server.key", &other.key);
    assert!(check(files)[0].contains("web.yml:3:3: `tls_server_config.key_file` is not the key of the certificate"));
    folder.0.write("server.key", "nothing");
    assert!(check(files)[0].contains("web.yml:3:3: `tls_server_config.key_file` holds no private key"));
    folder.0.write("server.crt", "nothing");
    assert!(check(files)[0].contains("web.yml:2:3: `tls_server_config.cert_file` holds no certificate"));
}
