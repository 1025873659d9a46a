//! What the listener serves, and where.

use core::net::SocketAddr;
use std::time::Duration;

/// What the listener serves, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Web {
    /// Whether pages for people and the JSON about databases are served beside the metrics.
    pub pages: bool,
    /// The addresses to listen on; none means the default.
    pub listen_addresses: Vec<SocketAddr>,
    /// Into how many shards the page is split for scrapes of one of them; 0 for scrapes of the whole page only.
    pub shards: u8,
    /// How long responses in progress may take after the signal to stop.
    pub stop_timeout: Duration,
}

impl Default for Web {
    fn default() -> Self {
        Self {
            pages: true,
            listen_addresses: Vec::new(),
            shards: 0,
            // Less than the 30 s that Kubernetes waits before it kills, and more than a scrape takes.
            stop_timeout: Duration::from_secs(10),
        }
    }
}

impl Web {
    /// Reads `host:port` and, as Prometheus exporters do, `:port` for every interface; `None` for another text.
    #[must_use]
    pub fn listen_address(text: &str) -> Option<SocketAddr> {
        if text.starts_with(':') { format!("0.0.0.0{text}").parse().ok() } else { text.parse().ok() }
    }
}
