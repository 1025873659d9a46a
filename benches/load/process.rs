//! A process that is measured from outside: Linux's `/proc`.

use std::fs;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// `USER_HZ`, the same on every architecture that Rust's tier 1 has.
const TICKS_A_SECOND: u64 = 100;

/// A child, which is killed when it is dropped.
pub(crate) struct Process {
    pub(crate) child: Child,
}

impl Process {
    pub(crate) fn start(command: &mut Command) -> Self {
        let piped = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Self { child: piped.spawn().unwrap() }
    }

    /// User and system time since its start.
    pub(crate) fn cpu(&self) -> Duration {
        let stat = fs::read_to_string(self.path("stat")).unwrap();
        // The name of the program is in parentheses and may have spaces.
        let fields: Vec<&str> = stat.rsplit(')').next().unwrap().split_whitespace().collect();
        let ticks: u64 = fields[11..13].iter().map(|ticks| ticks.parse::<u64>().unwrap()).sum();
        Duration::from_millis(ticks * 1_000 / TICKS_A_SECOND)
    }

    /// Memory now.
    pub(crate) fn resident_kib(&self) -> u64 {
        status_kib(&self.path("status"), "VmRSS:")
    }

    /// The most memory since its start or [`forget_peak`](Self::forget_peak).
    pub(crate) fn peak_kib(&self) -> u64 {
        status_kib(&self.path("status"), "VmHWM:")
    }

    pub(crate) fn forget_peak(&self) {
        fs::write(self.path("clear_refs"), "5").unwrap();
    }

    fn path(&self, file: &str) -> String {
        format!("/proc/{}/{file}", self.child.id())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The memory of this process now.
pub(crate) fn own_resident_kib() -> u64 {
    status_kib("/proc/self/status", "VmRSS:")
}

fn status_kib(path: &str, name: &str) -> u64 {
    let status = fs::read_to_string(path).unwrap();
    let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    value.split_whitespace().next().unwrap().parse().unwrap()
}
