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

/// How long the program waits at its end until the log is written: enough for a full queue, and a small part of the
/// 30 s that Kubernetes waits before it kills.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// The process has one standard error.
static QUEUE: Queue = Queue::new();

/// How a log line looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// For people.
    Text,
    /// For programs: `key=value`, as Prometheus' own programs write it.
    Logfmt,
    /// For programs: one JSON object a line.
    Json,
}

/// The log of the process. Dropping it writes the lines that are still queued.
#[must_use]
pub struct Log;

impl Log {
    /// Starts logging, panics included; `level` is one of error, warn, info, debug and trace.
    ///
    /// Events of the SDK are left out at every level, because they contain requests and responses, and with them
    /// credentials. The targets of its crates begin with `aws`. plimsoll logs every failed call itself.
    ///
    /// # Errors
    /// The writing thread cannot be started.
    pub fn start(level: &str, format: Format) -> io::Result<Self> {
        thread::Builder::new().name("log".to_owned()).spawn(|| QUEUE.write_to(stderr()))?;
        // Fails only if a log has been started before.
        let _ = tracing::subscriber::set_global_default(subscriber(level, format, || Event));
        log_panics();
        Ok(Self)
    }

    /// Writes text that is no event, such as the error that ends the program.
    pub fn print(&self, text: &str) {
        QUEUE.push(escape::lines(text) + "\n");
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        QUEUE.flush(FLUSH_TIMEOUT);
    }
}

/// A subscriber that writes events in a format, each with one call of the writer.
fn subscriber<W>(level: &str, format: Format, writer: W) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'a> MakeWriter<'a> + Send + Sync + 'static,
{
    let filter = EnvFilter::new(format!("warn,aws=off,kube_client=off,plimsoll={level}"));
    // Otherwise it prints its own errors to standard error, which can block or panic.
    let builder = tracing_subscriber::fmt().log_internal_errors(false);
    let builder = builder.with_env_filter(filter).with_writer(writer).with_ansi(false);
    match format {
        Format::Text => Box::new(builder.with_target(false).finish()),
        Format::Logfmt => Box::new(builder.event_format(Logfmt).finish()),
        Format::Json => Box::new(builder.json().finish()),
    }
}

/// Lines that were lost: the queue was full, or standard error could not be written to.
pub(super) fn lines_dropped() -> u64 {
    QUEUE.dropped()
}

/// Logs panics as events. The standard library's hook writes to standard error, which can block.
fn log_panics() {
    std::panic::set_hook(Box::new(|panic| {
        let place = panic.location().map(ToString::to_string);
        tracing::error!(place, reason = panic.payload_as_str(), "panicked");
    }));
}

/// The writer of the formatter: it puts each event into the queue.
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

/// An event as one line with its line end; line ends inside it are escaped.
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
        fn every_event_is_one_line_without_commands_for_its_reader(text in r"([\PC\pC]|\n|::|##\[){0,20}") {
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
