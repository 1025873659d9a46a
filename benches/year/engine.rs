//! The process that appends scrapes and evaluates rules: `benches/year/engine` describes its commands.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, BufWriter, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::thread::{self, JoinHandle};

use serde::Deserialize;

const RULES: [&str; 3] = [
    concat!(env!("CARGO_MANIFEST_DIR"), "/alert-rules/rds.yml"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/alert-rules/rds-volume.yml"),
    concat!(env!("CARGO_MANIFEST_DIR"), "/alert-rules/plimsoll.yml"),
];

/// An alert that changed its state.
#[derive(Debug, Clone, Deserialize)]
pub(crate) struct Transition {
    /// Seconds since 1970.
    pub at: i64,
    /// `pending`, `firing` or `inactive`.
    pub state: String,
    pub labels: BTreeMap<String, String>,
    pub description: String,
}

pub(crate) struct Engine {
    child: Child,
    input: BufWriter<ChildStdin>,
    transitions: JoinHandle<Vec<Transition>>,
}

impl Engine {
    pub(crate) fn start(program: &str) -> Self {
        let mut child = Command::new(program).args(RULES).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let read = |line: String| serde_json::from_str(&line).unwrap();
        let transitions = thread::spawn(move || output.lines().map(Result::unwrap).map(read).collect());
        let input = BufWriter::new(child.stdin.take().unwrap());
        Self { child, input, transitions }
    }

    pub(crate) fn begin(&mut self) {
        writeln!(self.input, "begin").unwrap();
    }

    pub(crate) fn scrape(&mut self, at: i64, page: &[u8]) {
        writeln!(self.input, "scrape {at} {}", page.len()).unwrap();
        self.input.write_all(page).unwrap();
    }

    pub(crate) fn evaluate(&mut self, at: i64) {
        writeln!(self.input, "evaluate {at}").unwrap();
    }

    /// Everything that changed, in order.
    pub(crate) fn end(self) -> Vec<Transition> {
        let Self { mut child, input, transitions } = self;
        drop(input);
        let transitions = transitions.join().unwrap();
        assert!(child.wait().unwrap().success(), "the engine failed");
        transitions
    }
}
