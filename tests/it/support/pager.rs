//! The person on call: a webhook receiver that writes down every notification and when it came.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client;
use super::prometheus::{text, text_map};

/// A sender that stops in the middle of a request must not hold up the next one for ever.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Pager {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Notice>>>,
}

/// One alert in one notification.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) received_at: Instant,
    /// Whether it opens a page or resolves it.
    pub(crate) firing: bool,
    /// `alertname` among them.
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
}

impl Notice {
    pub(crate) fn name(&self) -> &str {
        self.label("alertname")
    }

    /// The value of a label, empty if it has none.
    pub(crate) fn label(&self, key: &str) -> &str {
        self.labels.get(key).map_or("", String::as_str)
    }
}

impl Pager {
    pub(crate) fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let received = Arc::new(Mutex::new(Vec::new()));
        let notices = Arc::downgrade(&received);
        thread::spawn(move || {
            for stream in listener.incoming() {
                let Some(notices) = notices.upgrade() else { return };
                // A broken notification is sent again.
                let _ = stream.and_then(|stream| receive(stream, &notices));
            }
        });
        Self { address, received }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Everything received so far, oldest first.
    pub(crate) fn history(&self) -> Vec<Notice> {
        self.received.lock().unwrap().clone()
    }

    /// The pages open now.
    pub(crate) fn open(&self) -> Vec<Notice> {
        let mut open: BTreeMap<BTreeMap<String, String>, Notice> = BTreeMap::new();
        for notice in self.history() {
            apply(&mut open, notice);
        }
        open.into_values().collect()
    }

    /// How many pages matching `wanted` were open after each notification about one of them, with its time.
    pub(crate) fn open_over_time(&self, wanted: impl Fn(&Notice) -> bool) -> Vec<(Instant, usize)> {
        let mut open = BTreeMap::new();
        let notices = self.history().into_iter().filter(wanted);
        let count = notices.map(|notice| {
            let at = notice.received_at;
            apply(&mut open, notice);
            (at, open.len())
        });
        count.collect()
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        // Nobody holds the notices any more after this, so the listener ends with the next connection.
        self.received = Arc::default();
        let _ = client::connect(self.address);
    }
}

/// A page is the same page as long as its labels are.
fn apply(open: &mut BTreeMap<BTreeMap<String, String>, Notice>, notice: Notice) {
    if notice.firing {
        open.insert(notice.labels.clone(), notice);
    } else {
        open.remove(&notice.labels);
    }
}

fn receive(mut stream: TcpStream, notices: &Mutex<Vec<Notice>>) -> io::Result<()> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    let body = body(&mut BufReader::new(&stream))?;
    let notification: Value = serde_json::from_slice(&body)?;
    let alerts = notification["alerts"].as_array().into_iter().flatten();
    notices.lock().unwrap().extend(alerts.map(notice));
    stream.write_all(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
}

/// The body of a request whose length is declared, as Alertmanager's always is.
fn body(reader: &mut impl BufRead) -> io::Result<Vec<u8>> {
    let mut length = 0;
    let mut line = String::new();
    while reader.read_line(&mut line)? > 2 {
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().map_err(|_| io::ErrorKind::InvalidData)?;
        }
        line.clear();
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok(body)
}

fn notice(alert: &Value) -> Notice {
    Notice {
        received_at: Instant::now(),
        firing: text(&alert["status"]) == "firing",
        labels: text_map(&alert["labels"]),
        annotations: text_map(&alert["annotations"]),
    }
}

#[test]
fn pages_open_and_close_by_their_labels() {
    let pager = Pager::start();
    let send = |status: &str, db: &str| {
        let body = format!(
            r#"{{"alerts":[{{"status":"{status}","labels":{{"alertname":"A","db":"{db}"}},"annotations":{{}}}}]}}"#
        );
        client::request(pager.address(), "POST", "/", &[], body.as_bytes()).unwrap();
    };
    for (status, db) in [("firing", "a"), ("firing", "b"), ("firing", "a"), ("resolved", "b")] {
        send(status, db);
    }
    let open: Vec<String> = pager.open().iter().map(|notice| notice.label("db").to_owned()).collect();
    assert_eq!(open, ["a"]);
    let counts: Vec<usize> = pager.open_over_time(|_| true).iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [1, 2, 2, 1]);
    assert_eq!(pager.open_over_time(|notice| notice.label("db") == "b").len(), 2);
}
