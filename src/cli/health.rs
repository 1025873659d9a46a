//! `plimsoll health`: whether a running exporter is ready, as an exit code, for container health checks.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use anyhow::{Context, bail, ensure};
use clap::Args;
use tokio::time::timeout;

use super::http_config::HttpConfig;
use super::web::{PORT, listen_address};
use crate::escape::{self, Line};
use crate::http::client;

/// Readiness is answered from memory. A container engine gives a check 30 seconds by default.
const TIMEOUT: Duration = Duration::from_secs(5);

const PATH: &str = "/-/ready";

/// Options of `health`.
#[derive(Debug, Args)]
pub struct HealthArguments {
    /// Address of the running exporter, by default on this machine; /-/ready is added unless there is a path
    #[arg(long, value_name = "URL", conflicts_with = "listen")]
    url: Option<String>,
    /// What the exporter was given as --web.listen-address
    #[arg(long = "web.listen-address", value_name = "ADDRESS", value_parser = listen_address)]
    listen: Option<SocketAddr>,
    /// How it is reached if it has TLS or users.
    #[command(flatten)]
    http: HttpConfig,
}

impl HealthArguments {
    /// The address that is requested.
    fn address(&self) -> String {
        match &self.url {
            Some(url) if has_path(url) => url.clone(),
            Some(url) => format!("{}{PATH}", url.trim_end_matches('/')),
            None => format!("http://{}{PATH}", reachable(self.listen)),
        }
    }
}

fn has_path(url: &str) -> bool {
    let without_scheme = url.split_once("://").map_or(url, |(_, rest)| rest);
    without_scheme.trim_end_matches('/').contains('/')
}

/// Where to reach an exporter that listens on an address: on the loopback interface if it listens on every one.
fn reachable(listen: Option<SocketAddr>) -> SocketAddr {
    let Some(listen) = listen else { return (Ipv4Addr::LOCALHOST, PORT).into() };
    match listen.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => (Ipv4Addr::LOCALHOST, listen.port()).into(),
        IpAddr::V6(ip) if ip.is_unspecified() => (Ipv6Addr::LOCALHOST, listen.port()).into(),
        _ => listen,
    }
}

/// How plimsoll begins its answers about itself.
const GREETING: &str = "plimsoll is ";

/// The text to print if the exporter is ready, with what fails.
///
/// # Errors
/// The exporter cannot be reached, does not answer in time or is not ready.
pub async fn health(arguments: &HealthArguments) -> anyhow::Result<String> {
    let address = arguments.address();
    let access = arguments.http.load()?;
    let reply = timeout(TIMEOUT, client::get(&address, "", &access)).await;
    let reply = reply.with_context(|| format!("no answer from {address} within {TIMEOUT:?}"))??;
    ensure!(reply.status == 200, "{address} answers with status {}: {}", reply.status, Line(reply.body.trim()));
    let Some(state) = reply.body.strip_prefix(GREETING) else {
        bail!(
            "{address} answers, but it is not plimsoll: name the address of plimsoll, by default http://localhost:{PORT}"
        );
    };
    Ok(escape::lines(state))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_that_of_the_listener() {
        let check = |url: Option<&str>, listen: Option<&str>, expected: &str| {
            let listen = listen.map(|text| listen_address(text).unwrap());
            let arguments = HealthArguments { url: url.map(str::to_owned), listen, http: HttpConfig::default() };
            assert_eq!(arguments.address(), expected, "{arguments:?}");
        };
        check(None, None, "http://127.0.0.1:10754/-/ready");
        check(None, Some(":9100"), "http://127.0.0.1:9100/-/ready");
        check(None, Some("[::]:9100"), "http://[::1]:9100/-/ready");
        check(None, Some("10.0.0.1:9100"), "http://10.0.0.1:9100/-/ready");
        check(Some("http://plimsoll:10754"), None, "http://plimsoll:10754/-/ready");
        check(Some("plimsoll:10754"), None, "plimsoll:10754/-/ready");
        check(Some("http://plimsoll:10754/"), None, "http://plimsoll:10754/-/ready");
        check(Some("http://plimsoll:10754/-/healthy"), None, "http://plimsoll:10754/-/healthy");
    }
}
