//! What the listener serves, and where.

use core::net::SocketAddr;

/// What the listener serves, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Whether pages for people and the JSON about databases are served beside the metrics.
    pub pages: bool,
    /// The addresses to listen on; none means the default.
    pub listen_addresses: Vec<SocketAddr>,
}

impl Default for Web {
    fn default() -> Self {
        Self { pages: true, listen_addresses: Vec::new() }
    }
}

impl Web {
    /// Reads `host:port` and, as Prometheus exporters do, `:port` for every interface; `None` for another text.
    #[must_use]
    pub fn listen_address(text: &str) -> Option<SocketAddr> {
        if text.starts_with(':') { format!("0.0.0.0{text}").parse().ok() } else { text.parse().ok() }
    }
}
