//! Flags of the server, and the listeners that they lead to.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

use clap::Args;
use tokio::net::TcpListener;
use tracing::info;

use crate::config;
use crate::http;
use crate::poller::Endpoint;
use crate::version;

/// The default port.
pub const PORT: u16 = 10754;

/// Flags of the server.
#[derive(Debug, Args)]
pub struct Web {
    /// Address to listen on, may be repeated; by default port 10754 of every interface, in the demo of the loopback interface
    #[arg(long = "web.listen-address", value_name = "ADDRESS", value_parser = listen_address)]
    pub listen: Vec<SocketAddr>,
    /// Path of the metrics endpoint [default: /metrics]
    #[arg(long = "web.telemetry-path", value_name = "PATH", value_parser = telemetry_path)]
    pub telemetry_path: Option<String>,
}

/// The flag of the web configuration.
#[derive(Debug, Clone, Args)]
pub struct WebConfig {
    /// File with TLS, users and the rate limit, in the format of Prometheus' exporter-toolkit
    #[arg(long = "web.config.file", value_name = "FILE")]
    pub web_config_file: Option<PathBuf>,
}

impl WebConfig {
    /// What the file holds; without one, plain HTTP for everybody.
    ///
    /// # Errors
    /// Every mistake in the file and in those that it names.
    pub fn load(&self) -> anyhow::Result<http::Web> {
        Ok(self.web_config_file.as_deref().map(http::Web::load).transpose()?.unwrap_or_default())
    }
}

impl Web {
    /// The path of the metrics endpoint.
    #[must_use]
    pub fn telemetry_path(&self) -> &str {
        self.telemetry_path.as_deref().unwrap_or("/metrics")
    }

    /// Listens on the addresses of the flags, else on those of the configuration, else on [`PORT`] of an interface.
    ///
    /// # Errors
    /// One of the addresses cannot be listened on.
    pub async fn listen(
        &self,
        web: http::Web,
        configured: &config::Web,
        interface: Ipv4Addr,
    ) -> anyhow::Result<Endpoint> {
        let default = [(interface, PORT).into()];
        let choices = [self.listen.as_slice(), &configured.listen_addresses];
        let addresses = choices.into_iter().find(|choice| !choice.is_empty()).unwrap_or(&default);
        let mut listeners = Vec::new();
        for address in addresses {
            let bound = TcpListener::bind(address).await;
            let listener = bound.map_err(|error| {
                let remedy = remedy(error.kind());
                anyhow::Error::new(error).context(format!("cannot listen on {address}; {remedy}"))
            })?;
            let (address, tls) = (listener.local_addr()?, web.has_tls());
            info!(version = version::NUMBER, revision = version::REVISION, %address, tls, "listening");
            listeners.push(listener);
        }
        Ok(Endpoint { listeners, web, telemetry_path: self.telemetry_path().to_owned() })
    }
}

fn remedy(kind: io::ErrorKind) -> &'static str {
    match kind {
        io::ErrorKind::AddrInUse => "end the program that listens there, or choose another --web.listen-address",
        io::ErrorKind::AddrNotAvailable => "write an address that an interface of this machine has",
        io::ErrorKind::PermissionDenied => "choose a port above 1023, or grant CAP_NET_BIND_SERVICE",
        _ => "choose another --web.listen-address",
    }
}

/// Reads an address to listen on.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let remedy = || format!("`{text}` is no address and port, such as 127.0.0.1:10754 or :10754");
    config::Web::listen_address(text).ok_or_else(remedy)
}

/// Reads the path of the metrics, which must differ from the other paths that plimsoll serves.
fn telemetry_path(text: &str) -> Result<String, String> {
    let others = ["/-/", "/api/", "/headroom", "/resources"];
    let is_free = text.len() > 1 && text.starts_with('/') && !others.iter().any(|path| text.starts_with(path));
    let is_plain = text.chars().all(|character| character.is_ascii_graphic() && !"?#".contains(character));
    if is_free && is_plain { Ok(text.to_owned()) } else { Err("write a path of its own, such as /metrics".to_owned()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_path_of_the_metrics_differs_from_the_other_paths() {
        let check = |text, good| assert_eq!(telemetry_path(text).is_ok(), good, "{text}");
        check("/metrics", true);
        check("/federate/rds", true);
        check("m", false);
        check("", false);
        check("/", false);
        check("/-/ready", false);
        check("/api/v1/resources", false);
        check("/a b", false);
    }
}
