//! The pager: a webhook receiver that records every notification with its time.

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use super::client;
use super::prometheus::{text, text_map};

/// A sender that stops in the middle of a request must not block the next one for ever.
const TIMEOUT: Duration = Duration::from_secs(5);

pub(crate) struct Pager {
    address: SocketAddr,
    received: Arc<Mutex<Vec<Notice>>>,
}

/// One alert in one notification.
#[derive(Debug, Clone)]
pub(crate) struct Notice {
    pub(crate) received_at: Instant,
    /// Whether the alert fires or is resolved.
    pub(crate) firing: bool,
    /// Its page: Alertmanager's group, by which incident tools distinguish pages.
    pub(crate) page: String,
    /// Whether that page is open: any of its alerts fires.
    pub(crate) page_open: bool,
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

    /// The alerts that fire now according to the last notices. Alerts with equal labels are the same.
    pub(crate) fn open(&self) -> Vec<Notice> {
        let mut open: BTreeMap<BTreeMap<String, String>, Notice> = BTreeMap::new();
        for notice in self.history() {
            if notice.firing {
                open.insert(notice.labels.clone(), notice);
            } else {
                open.remove(&notice.labels);
            }
        }
        open.into_values().collect()
    }

    /// How many pages were open after each notice that matches `wanted`, with its time; only these are looked at.
    pub(crate) fn open_over_time(&self, wanted: impl Fn(&Notice) -> bool) -> Vec<(Instant, usize)> {
        let mut open = BTreeSet::new();
        let notices = self.history().into_iter().filter(wanted);
        let count = notices.map(|notice| {
            if notice.page_open {
                open.insert(notice.page);
            } else {
                open.remove(&notice.page);
            }
            (notice.received_at, open.len())
        });
        count.collect()
    }
}

impl Drop for Pager {
    fn drop(&mut self) {
        // Now the listener holds the only reference to the notices, so it ends with the next connection.
        self.received = Arc::default();
        let _ = client::connect(self.address);
    }
}

fn receive(mut stream: TcpStream, notices: &Mutex<Vec<Notice>>) -> io::Result<()> {
    stream.set_read_timeout(Some(TIMEOUT))?;
    let body = body(&mut BufReader::new(&stream))?;
    let notification: Value = serde_json::from_slice(&body)?;
    let alerts = notification["alerts"].as_array().into_iter().flatten();
    notices.lock().unwrap().extend(alerts.map(|alert| notice(&notification, alert)));
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

fn notice(notification: &Value, alert: &Value) -> Notice {
    Notice {
        received_at: Instant::now(),
        firing: text(&alert["status"]) == "firing",
        page: text(&notification["groupKey"]),
        page_open: text(&notification["status"]) == "firing",
        labels: text_map(&alert["labels"]),
        annotations: text_map(&alert["annotations"]),
    }
}

#[test]
fn alerts_open_and_close_by_their_labels_and_pages_by_their_group() {
    let pager = Pager::start();
    let alert = |status: &str, db: &str| {
        format!(r#"{{"status":"{status}","labels":{{"alertname":"A","db":"{db}"}},"annotations":{{}}}}"#)
    };
    let send = |page: &str, status: &str, alerts: &[String]| {
        let alerts = alerts.join(",");
        let body = format!(r#"{{"groupKey":"{page}","status":"{status}","alerts":[{alerts}]}}"#);
        client::request(pager.address(), "POST", "/", &[], body.as_bytes()).unwrap();
    };
    send("1", "firing", &[alert("firing", "a"), alert("firing", "b")]);
    send("2", "firing", &[alert("firing", "c")]);
    send("1", "firing", &[alert("firing", "a"), alert("resolved", "b")]);
    send("2", "resolved", &[alert("resolved", "c")]);
    let open: Vec<String> = pager.open().iter().map(|notice| notice.label("db").to_owned()).collect();
    assert_eq!(open, ["a"]);
    let counts: Vec<usize> = pager.open_over_time(|_| true).iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [1, 1, 2, 2, 2, 1]);
    let of_c: Vec<usize> =
        pager.open_over_time(|notice| notice.label("db") == "c").iter().map(|(_, count)| *count).collect();
    assert_eq!(of_c, [1, 0]);
}
