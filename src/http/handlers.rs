//! What the listener needs from the rest of the program: functions and values that the caller of `serve` provides.

use std::sync::Arc;

use tokio::sync::{mpsc, oneshot, watch};

use super::denial::Denial;
use super::question::{LevelsFormat, Representation};
use super::registry::Reason;
use crate::explain::{Question, Wanted};
use crate::exposition::Page;
use crate::time::Timestamp;

/// A function that makes a value for each request that needs it; it must not block.
pub type Supplier<T> = Box<dyn Fn() -> T + Send + Sync>;

/// A function that answers a question about the fleet in one representation.
pub type FleetHandler = Box<dyn Fn(&Question, Representation) -> Lookup + Send + Sync>;

/// A function that lists the levels in effect, or makes the refusal of a list that would be too long.
pub type LevelsHandler = Box<dyn Fn(&Wanted, LevelsFormat) -> Result<String, String> + Send + Sync>;

/// A function that makes the landing page, for what its reader wants, reloading itself or not.
pub type LandingHandler = Box<dyn Fn(&Wanted, bool) -> String + Send + Sync>;

/// A request to read the configuration again. The answer is sent when the new configuration serves, or has the mistakes.
pub type ReloadRequest = oneshot::Sender<Result<(), String>>;

/// Everything that is served.
pub struct Handlers {
    /// The latest page; `None` until the first one is rendered.
    pub pages: watch::Receiver<Option<Arc<Page>>>,
    /// plimsoll's own metrics as text, made for each scrape.
    pub own_metrics: Box<dyn Fn(PageState) -> Vec<u8> + Send + Sync>,
    /// What fails, in lines, once every scope has finished its first round; `None` until then.
    pub ready: Supplier<Option<String>>,
    /// The landing page's HTML. Like `fleet`, it runs on a blocking thread and may use the CPU for a while, but must not
    /// wait.
    pub landing: LandingHandler,
    /// Answers questions about the fleet.
    pub fleet: FleetHandler,
    /// Lists the levels in effect. Like `fleet`, it runs on a blocking thread.
    pub levels: LevelsHandler,
    /// Takes requests to read the configuration again; full while others wait.
    pub reloads: mpsc::Sender<ReloadRequest>,
    /// The monotonic time by which pages expire; changes of the wall clock do not affect it.
    pub now: Supplier<Timestamp>,
    /// The path of the metrics, such as `/metrics`.
    pub telemetry_path: String,
    /// Into how many shards pages are split; 0 for whole pages only.
    pub shards: u8,
    /// Whether pages for people and answers about the fleet are served.
    pub has_pages: bool,
    /// Counts connections and refusals; it must not block.
    pub connection: Box<dyn Fn(ConnectionEvent) + Send + Sync>,
}

/// Whether a scrape contains the fleet's series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PageState {
    /// No page was rendered yet.
    NotYet,
    /// The scrape contains them.
    Served,
    /// The page has expired, because the renderer hangs. Its values would be out of date.
    Withheld,
}

/// The answer to a question about the fleet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Lookup {
    /// The answer as the response body.
    Answer(String),
    /// No resource has the name; the body states that.
    Unknown(String),
    /// Several resources have the name; the body lists them.
    Ambiguous(String),
}

/// What happened at the listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ConnectionEvent {
    /// The number of connections that are open now.
    Open(usize),
    /// One connection was closed because a limit was reached.
    ClosedForRoom(Reason),
    /// A TLS handshake failed or was not completed in time.
    HandshakeFailed,
    /// A request was refused.
    Denied(Denial),
    /// The certificate of the listener is in effect.
    CertificateInEffect {
        /// When it expires; `None` without TLS or if that cannot be read.
        expires: Option<Timestamp>,
    },
    /// A changed web configuration was read; one with mistakes changes nothing.
    WebConfigRead {
        /// Whether it has no mistakes.
        is_good: bool,
    },
}
