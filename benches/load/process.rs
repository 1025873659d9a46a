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
        Self { child: command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap() }
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
        self.status_kib("VmRSS:")
    }

    /// The most memory since its start or [`forget_peak`](Self::forget_peak).
    pub(crate) fn peak_kib(&self) -> u64 {
        self.status_kib("VmHWM:")
    }

    pub(crate) fn forget_peak(&self) {
        fs::write(self.path("clear_refs"), "5").unwrap();
    }

    fn status_kib(&self, name: &str) -> u64 {
        let status = fs::read_to_string(self.path("status")).unwrap();
        let value = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        value.split_whitespace().next().unwrap().parse().unwrap()
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
