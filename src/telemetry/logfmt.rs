//! Log lines as Prometheus' own programs write them: `key=value`, one line for each event, quoted where needed.
//!
//! The format: <https://brandur.org/logfmt>, with the keys `ts`, `level` and `msg` of Prometheus' own programs.

use std::fmt::{self, Debug, Write};

use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::fmt::FmtContext;
use tracing_subscriber::fmt::format::{FormatEvent, FormatFields, Writer};
use tracing_subscriber::fmt::time::{FormatTime, SystemTime};
use tracing_subscriber::registry::LookupSpan;

use crate::escape;

/// Writes events as logfmt.
pub(super) struct Logfmt;

impl<S, N> FormatEvent<S, N> for Logfmt
where
    S: Subscriber + for<'a> LookupSpan<'a>,
    N: for<'a> FormatFields<'a> + 'static,
{
    fn format_event(&self, _context: &FmtContext<'_, S, N>, mut line: Writer<'_>, event: &Event<'_>) -> fmt::Result {
        let mut fields = Fields::default();
        event.record(&mut fields);
        line.write_str("ts=")?;
        SystemTime.format_time(&mut line)?;
        write!(line, " level={}", event.metadata().level().as_str().to_ascii_lowercase())?;
        writeln!(line, " msg={}{}", Quoted(&fields.message), fields.others)
    }
}

/// The fields of one event.
#[derive(Default)]
struct Fields {
    message: String,
    /// The other fields as text, each with a space before it.
    others: String,
}

impl Fields {
    fn add(&mut self, field: &Field, value: String) {
        if field.name() == "message" {
            self.message = value;
        } else {
            // Writing to a string cannot fail.
            let _ = write!(self.others, " {}={}", field.name(), Quoted(&value));
        }
    }
}

impl Visit for Fields {
    fn record_str(&mut self, field: &Field, value: &str) {
        self.add(field, value.to_owned());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn Debug) {
        self.add(field, format!("{value:?}"));
    }
}

/// A value, in quotes if it is empty or has characters that would end it or begin another field.
struct Quoted<'a>(&'a str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        let breaks = |character: char| character <= ' ' || escape::is_hidden(character) || "=\"\\".contains(character);
        if !self.0.is_empty() && !self.0.contains(breaks) {
            return text.write_str(self.0);
        }
        text.write_char('"')?;
        for character in self.0.chars() {
            match character {
                '"' | '\\' => write!(text, "\\{character}")?,
                hidden if escape::is_hidden(hidden) => escape::write(text, hidden)?,
                plain => text.write_char(plain)?,
            }
        }
        text.write_char('"')
    }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use super::*;

    /// A writer that keeps what is written.
    #[derive(Clone, Default)]
    struct Lines(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Lines {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().unwrap().write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    /// The line of an event without its time.
    fn written(event: impl FnOnce()) -> String {
        let lines = Lines::default();
        let writer = lines.clone();
        let log = tracing_subscriber::fmt().event_format(Logfmt).with_writer(move || writer.clone()).finish();
        tracing::subscriber::with_default(log, event);
        let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
        let (time, rest) = text.strip_prefix("ts=").unwrap().split_once(' ').unwrap();
        assert!(time.starts_with("20") && time.ends_with('Z') && time.contains('T'), "{time}");
        rest.to_owned()
    }

    #[test]
    fn an_event_is_one_line_of_keys_and_values() {
        let guard: Option<&str> = None;
        let line = written(|| {
            tracing::warn!(
                tag_key = "plimsoll/CPUUtilization",
                text = "80 = \"high\"\nlevel=info",
                nothing = "",
                guard,
                count = 3,
                error = %io::Error::other("out of C:\\memory"),
                names = ?["a", "b"],
                "tag not used"
            );
        });
        assert_eq!(
            line,
            "level=warn msg=\"tag not used\" tag_key=plimsoll/CPUUtilization text=\"80 = \\\"high\\\"\\nlevel=info\" \
             nothing=\"\" count=3 error=\"out of C:\\\\memory\" names=\"[\\\"a\\\", \\\"b\\\"]\"\n"
        );
    }

    #[test]
    fn control_characters_are_escaped() {
        assert_eq!(written(|| tracing::info!("\u{1b}[2J\u{7f}é")), "level=info msg=\"\\u001b[2J\\u007fé\"\n");
    }
}
