//! The parts of every page: its frame and style, lists of facts, and escaped text.

use std::fmt::{self, Display, Formatter, Write};

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::time::Timestamp;

/// Inline, with system fonts, so that pages load nothing.
const STYLE: &str = concat!("\n", include_str!("style.css"));

/// The source expression that allows the pages' style in a Content-Security-Policy:
/// <https://www.w3.org/TR/CSP3/#grammardef-hash-source>.
#[must_use]
pub fn style_hash() -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(STYLE)))
}

/// When a page was made, and how a reader gets it anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Frame {
    /// The path and query of the page.
    pub address: String,
    /// Whether it reloads itself each minute.
    pub reloads: bool,
    /// The time for which it is made.
    pub now: Timestamp,
}

impl Frame {
    /// The address of the same page with the other way of reloading.
    fn other(&self) -> String {
        let separator = if self.address.contains('?') { '&' } else { '?' };
        if self.reloads { format!("{}{separator}refresh=off", self.address) } else { self.address.clone() }
    }
}

impl Display for Frame {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let time = jiff::Timestamp::from_second(self.now.as_second()).map(|time| time.to_string()).unwrap_or_default();
        let (state, switch) =
            if self.reloads { ("Reloads each minute", "stop") } else { ("Does not reload", "reload each minute") };
        let other = self.other();
        writeln!(
            html,
            "<p class=\"none\">As of <time datetime=\"{time}\">{}</time>. {state}: <a href=\"{}\">{switch}</a></p>",
            time.replace('T', " ").replace('Z', " UTC"),
            Escaped(&other)
        )
    }
}

/// The frame of every page.
pub(super) struct Document<'a> {
    pub(super) title: &'a str,
    pub(super) body: &'a str,
    /// `None` for a page that is never out of date.
    pub(super) frame: Option<&'a Frame>,
}

impl Display for Document<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Self { title, body, frame } = self;
        let reload = match frame {
            Some(Frame { reloads: true, .. }) => "<meta http-equiv=\"refresh\" content=\"60\">\n",
            _ => "",
        };
        let as_of = frame.map(Frame::to_string).unwrap_or_default();
        write!(
            html,
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n{reload}\
             <title>plimsoll: {title}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n\
             <header><strong>plimsoll</strong> <nav><a href=\"/\">Overview</a> <a href=\"/headroom\">Least headroom</a> \
             <a href=\"/resources\">Databases</a></nav></header>\n\
             <main>\n<h1>{title}</h1>\n{as_of}{body}</main>\n</body>\n</html>\n",
            title = Escaped(title),
        )
    }
}

/// The colour of a fact; its text must say the same, because not everybody sees colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Color {
    /// It needs somebody now.
    Red,
    /// It is about to need somebody.
    Amber,
    /// It needs nobody.
    None,
}

/// A list of the most important facts, by subject.
#[derive(Default)]
pub(super) struct Facts {
    html: String,
    is_bad: bool,
}

impl Facts {
    /// Adds a subject with its facts, which are HTML. Without facts, the page shows "none".
    pub(super) fn push(&mut self, subject: impl Display, facts: impl Iterator<Item = String>, color: Color) {
        self.is_bad |= color == Color::Red;
        let class = match color {
            Color::Red => " class=\"bad\"",
            Color::Amber => " class=\"warn\"",
            Color::None => "",
        };
        let items = facts.map(|fact| format!("<dd{class}>{fact}</dd>")).collect::<Vec<_>>().concat();
        let items = if items.is_empty() { "<dd class=\"none\">none</dd>" } else { &items };
        let _ = writeln!(self.html, "<div><dt>{subject}</dt>{items}</div>");
    }
}

impl Display for Facts {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let class = if self.is_bad { " class=\"bad\"" } else { "" };
        write!(html, "<dl{class}>\n{}</dl>\n", self.html)
    }
}

/// Text that is safe between tags and in quoted attributes.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl Display for Escaped<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match character {
            '&' => formatter.write_str("&amp;"),
            '<' => formatter.write_str("&lt;"),
            '>' => formatter.write_str("&gt;"),
            '"' => formatter.write_str("&quot;"),
            '\'' => formatter.write_str("&#39;"),
            _ => formatter.write_char(character),
        })
    }
}
