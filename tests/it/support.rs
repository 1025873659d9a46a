//! The programs of integration tests: the exporter, Prometheus, Alertmanager, a pager, emulators of AWS.
//!
//! Everything binds a free loopback port, writes into a folder of its own and ends with the value that holds it. A test
//! that fails prints the logs. Nothing sleeps for luck: [`wait_for`] is the only way to wait.

use std::fs;
use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) mod alertmanager;
pub(crate) mod boto;
pub(crate) mod certificates;
pub(crate) mod client;
pub(crate) mod curl;
pub(crate) mod databases;
pub(crate) mod emulator;
pub(crate) mod exporter;
pub(crate) mod golden;
pub(crate) mod kubernetes;
pub(crate) mod pager;
pub(crate) mod program;
pub(crate) mod prometheus;
pub(crate) mod scrape;
pub(crate) mod simulated;
pub(crate) mod targets;
pub(crate) mod tools;

/// The pause between two checks of a condition.
const POLL: Duration = Duration::from_millis(50);

/// Calls `look` until it returns a value; panics with `what` after `timeout`.
#[track_caller]
pub(crate) fn wait_for<T>(what: &str, timeout: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let start = Instant::now();
    loop {
        if let Some(seen) = look() {
            return seen;
        }
        assert!(start.elapsed() < timeout, "waited {timeout:?} for {what}");
        thread::sleep(POLL);
    }
}

/// A temporary folder that is deleted when it is dropped.
pub(crate) struct TempDir(PathBuf);

impl TempDir {
    pub(crate) fn new(name: &str) -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let path = std::env::temp_dir().join(format!("plimsoll-{name}-{}-{number}", process::id()));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }

    /// Writes a file and returns its path.
    pub(crate) fn write(&self, name: &str, text: &str) -> PathBuf {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path
    }
}

impl Drop for TempDir {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}
