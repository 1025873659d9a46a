//! A child process whose output goes to a file, that ends with the value, and whose log is shown when the test fails.

use std::fs::{self, File};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::thread;
use std::time::Duration;

use super::{TempDir, wait_for};

/// Python programs take seconds to import themselves when all tests start at once on two cores.
const START: Duration = Duration::from_mins(1);
const STOP: Duration = Duration::from_secs(30);
/// The lines that are shown of the end of a log.
const SHOWN_LINES: usize = 60;

pub(crate) struct Program {
    name: String,
    child: Child,
    log: PathBuf,
    folder: TempDir,
}

impl Program {
    /// Starts `command`; `folder` lives as long as the program.
    pub(crate) fn start(name: &str, command: &mut Command, folder: TempDir) -> Self {
        let log = folder.path().join("log");
        let child = spawn(name, command, &log);
        Self { name: name.to_owned(), child, log, folder }
    }

    /// Ends the program and starts `command` in the same folder, with a new log.
    #[track_caller]
    pub(crate) fn start_again(&mut self, command: &mut Command) {
        assert!(self.stop().success(), "{}", self.name);
        self.child = spawn(&self.name, command, &self.log);
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(&self.log).unwrap()).into_owned()
    }

    pub(crate) fn folder(&self) -> &TempDir {
        &self.folder
    }

    /// The address that the program listens on, from the first log line for which `read` returns it.
    #[track_caller]
    pub(crate) fn address(&mut self, read: fn(&str) -> Option<String>) -> SocketAddr {
        let what = format!("{} to log its address", self.name);
        wait_for(&what, START, || {
            let ended = self.child.try_wait().unwrap();
            let address = complete_lines(&self.log()).find_map(read).map(|address| address.parse().unwrap());
            assert!(address.is_some() || ended.is_none(), "{} ended at its start: {ended:?}", self.name);
            address
        })
    }

    /// A number in KiB from the `status` file of the process.
    #[track_caller]
    pub(crate) fn status_kib(&self, name: &str) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        word_after(&status, name).unwrap().parse().unwrap()
    }

    /// Sends a signal by its name without `SIG`.
    pub(crate) fn signal(&self, signal: &str) {
        let id = self.child.id().to_string();
        let sent = Command::new("sh").args(["-c", "kill -s \"$0\" \"$1\"", signal, &id]).status().unwrap();
        assert!(sent.success(), "SIG{signal} to {}", self.name);
    }

    /// Ends the process at once, as a crash does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Sends SIGTERM and waits until the process has ended.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        let what = format!("{} to end", self.name);
        wait_for(&what, STOP, || self.child.try_wait().unwrap())
    }
}

fn spawn(name: &str, command: &mut Command, log: &Path) -> Child {
    let output = File::create(log).unwrap();
    command.stdin(Stdio::null()).stdout(output.try_clone().unwrap()).stderr(output);
    command.spawn().unwrap_or_else(|error| panic!("starting {name}: {error}"))
}

/// The last line may be incomplete.
fn complete_lines(log: &str) -> impl Iterator<Item = &str> {
    log.split_inclusive('\n').filter_map(|line| line.strip_suffix('\n'))
}

/// The word after `mark`, up to the next space.
pub(crate) fn word_after(line: &str, mark: &str) -> Option<String> {
    let (_, rest) = line.split_once(mark)?;
    rest.split_whitespace().next().map(str::to_owned)
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            let log = self.log();
            let lines: Vec<&str> = log.lines().collect();
            let shown = &lines[lines.len().saturating_sub(SHOWN_LINES)..];
            eprintln!("--- end of the log of {}:\n{}\n---", self.name, shown.join("\n"));
        }
    }
}
