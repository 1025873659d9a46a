//! Flags of the server.

use std::net::SocketAddr;

use clap::Args;

/// The default port.
pub const PORT: u16 = 10754;

/// Flags of the server.
#[derive(Debug, Args)]
pub struct Web {
    /// Address to listen on; by default port 10754 of every interface, in the demo of the loopback interface
    #[arg(long = "web.listen-address", value_name = "ADDRESS", value_parser = listen_address)]
    pub listen: Option<SocketAddr>,
    /// Path of the metrics endpoint [default: /metrics]
    #[arg(long = "web.telemetry-path", value_name = "PATH", value_parser = telemetry_path)]
    pub telemetry_path: Option<String>,
}

impl Web {
    /// The path of the metrics endpoint.
    #[must_use]
    pub fn telemetry_path(&self) -> &str {
        self.telemetry_path.as_deref().unwrap_or("/metrics")
    }
}

/// Reads `host:port` and, as Prometheus exporters do, `:port` for every interface.
pub(super) fn listen_address(text: &str) -> Result<SocketAddr, String> {
    let text = if text.starts_with(':') { format!("0.0.0.0{text}") } else { text.to_owned() };
    text.parse().map_err(|_| format!("`{text}` is no address and port, such as 127.0.0.1:10754 or :10754"))
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
