//! The log, on standard error. Writing to it never blocks and never ends the program.

use std::io::{self, Write, stderr};
use std::thread;
use std::time::Duration;

use tracing::Subscriber;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::MakeWriter;

use super::logfmt::Logfmt;
use super::queue::Queue;
use crate::escape::{self, Line};

/// How long the end of the program waits for whoever reads the log: long enough for a full queue, and a small part of
/// what Kubernetes waits before it kills.
const LAST_LINES: Duration = Duration::from_secs(2);

/// The process has one standard error.
static QUEUE: Queue = Queue::new();

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: `key=value`, as the Prometheus toolkit has it.
    Logfmt,
    /// For programs: one JSON object a line.
    Json,
}

/// The log of the process. When the value goes, lines that still wait are written.
#[must_use]
pub struct Log;

impl Log {
    /// Starts logging, panics included; `level` is one of error, warn, info, debug and trace.
    ///
    /// The SDK logs nothing, at no level: its events hold requests and responses, and with them credentials. The targets
    /// of its crates begin with `aws`. Every failed call is logged here with the messages of its error chain.
    ///
    /// # Errors
    /// The writing thread cannot be started.
    pub fn start(level: &str, format: Format) -> io::Result<Self> {
        thread::Builder::new().name("log".to_owned()).spawn(|| QUEUE.write_to(stderr()))?;
        // Fails only where a log has been started before.
        let _ = tracing::subscriber::set_global_default(subscriber(level, format, || Event));
        log_panics();
        Ok(Self)
    }

    /// Writes text that is no event, such as why the program ends.
    pub fn print(&self, text: &str) {
        QUEUE.push(escape::lines(text) + "\n");
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        QUEUE.flush(LAST_LINES);
    }
}

/// Writes events in a form, each with one call of the writer.
fn subscriber<W>(level: &str, format: Format, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(format!("warn,aws=off,plimsoll={level}"));
    // It would print its own errors to standard error, which can block or panic.
    let builder = tracing_subscriber::fmt().log_internal_errors(false);
    let builder = builder.with_env_filter(filter).with_writer(writer).with_ansi(false);
    match format {
        Format::Text => Box::new(builder.with_target(false).finish()),
        Format::Logfmt => Box::new(builder.event_format(Logfmt).finish()),
        Format::Json => Box::new(builder.json().finish()),
    }
}

/// Lines that nobody got: the queue was full, or standard error did not take them.
pub(super) fn lines_dropped() -> u64 {
    QUEUE.dropped()
}

/// The hook of the standard library writes to standard error itself, and blocks with it.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, reason = panic.payload_as_str(), "panicked");
    }));
}

/// Where the formatter writes one event.
struct Event;

impl Write for Event {
    /// Takes a whole event, which the formatter writes at once.
    fn write(&mut self, event: &[u8]) -> io::Result<usize> {
        QUEUE.push(line(event));
        Ok(event.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// An event as one line with its end: what is in it cannot make two of it.
fn line(event: &[u8]) -> String {
    let text = String::from_utf8_lossy(event);
    format!("{}\n", Line(text.strip_suffix('\n').unwrap_or(&text)))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, pipe};
    use std::sync::Arc;

    use proptest::prelude::*;

    use super::*;

    /// What is written for an event that has the text in its message and in fields of each kind.
    fn written(format: Format, text: &str) -> String {
        let (mut reader, writer) = pipe().unwrap();
        let log = subscriber("info", format, Arc::new(writer));
        tracing::subscriber::with_default(log, || {
            tracing::warn!(text, error = %text, names = ?[text], "{text}");
        });
        let mut event = Vec::new();
        reader.read_to_end(&mut event).unwrap();
        line(&event)
    }

    proptest! {
        #[test]
        fn no_event_is_more_than_a_line_or_commands_who_reads_it(text in r"([\PC\pC]|\n|::|##\[){0,20}") {
            for format in [Format::Text, Format::Logfmt, Format::Json] {
                let line = written(format, &text);
                let body = line.strip_suffix('\n').unwrap();
                prop_assert!(!body.contains(escape::is_hidden) && !body.contains("##"), "{body:?}");
                prop_assert!(!body.trim_start().starts_with("::"), "{body:?}");
                if format == Format::Json {
                    let event: serde_json::Value = serde_json::from_str(body).unwrap();
                    prop_assert_eq!(event["fields"]["text"].as_str(), Some(&*text));
                }
            }
        }
    }
}
