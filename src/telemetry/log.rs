//! The log, on standard error.

use std::io::stderr;

use tracing_subscriber::EnvFilter;

use super::logfmt::Logfmt;

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

/// Starts logging; `level` is one of error, warn, info, debug and trace.
///
/// The SDK logs nothing, at no level: its events hold requests and responses, and with them credentials. Its crates are
/// those whose targets begin with `aws`. Every failure of a call is logged here with its chain of messages.
pub fn init(level: &str, format: Format) {
    let filter = EnvFilter::new(format!("warn,aws=off,plimsoll={level}"));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(stderr).with_ansi(false);
    match format {
        Format::Text => builder.with_target(false).init(),
        Format::Logfmt => builder.event_format(Logfmt).init(),
        Format::Json => builder.json().init(),
    }
}
