//! Reads a YAML mapping key by key, as `file::reader` does with TOML. A key that no reader read is unknown.
//!
//! Messages show no text of values, because any of them may be a secret that stands in the wrong place.

use std::fmt::Display;

use super::document::{Content, Document};
use crate::config::file::diagnostics::Diagnostics;
use crate::config::file::reader::suggest_choice;

/// One value of the file.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    /// The key's own name.
    pub(super) key: &'a str,
    /// The key with its mappings, as messages show it: `tls_server_config.cert_file`.
    pub(super) path: String,
    pub(super) key_offset: usize,
    content: &'a Content,
    offset: usize,
    diagnostics: &'a Diagnostics,
}

impl<'a> Value<'a> {
    /// Reports an error of the value; `what` follows the path in the message.
    pub(super) fn error(&self, what: impl Display, remedy: impl Display) {
        self.diagnostics.error(self.offset, format_args!("`{}` {what}", self.path), remedy);
    }

    /// Whether the value is left out, which is the same as leaving out the key.
    fn is_null(&self) -> bool {
        matches!(self.content, Content::Null)
    }

    /// A string that is not empty; `None` for an empty one, which the toolkit treats as a missing key.
    pub(super) fn text(&self) -> Option<&'a str> {
        if let Content::Text(text) = self.content {
            return Some(text.as_str()).filter(|text| !text.is_empty());
        }
        self.error("has the wrong type", "write a string");
        None
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        if let Content::Boolean(value) = self.content {
            return Some(*value);
        }
        self.error("has the wrong type", "write `true` or `false`");
        None
    }

    /// A whole number that is not negative.
    pub(super) fn integer(&self) -> Option<u64> {
        if let Content::Integer(value) = self.content { Some(*value) } else { None }
    }

    /// The entries of a list.
    pub(super) fn entries(&self) -> Vec<Self> {
        let Content::List(list) = self.content else {
            self.error("has the wrong type", "write a list");
            return Vec::new();
        };
        let entry = |value: &'a Document| Self { content: &value.content, offset: value.offset, ..self.clone() };
        list.iter().map(entry).collect()
    }

    /// One of a fixed set of words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if chosen.is_none() {
            self.error("has an unknown value", suggest_choice(text, choices.iter().map(|(word, _)| *word)));
        }
        chosen.map(|(_, value)| *value)
    }

    fn mapping(&self) -> Option<Mapping<'a>> {
        if let Content::Mapping(_) = self.content {
            return Some(Mapping { value: self.clone(), read: Vec::new() });
        }
        self.error("has the wrong type", "write a mapping");
        None
    }
}

/// One mapping of the file, and which of its keys were read.
#[derive(Debug)]
pub(super) struct Mapping<'a> {
    /// The mapping itself as a value, for messages about the whole of it.
    pub(super) value: Value<'a>,
    read: Vec<&'static str>,
}

impl<'a> Mapping<'a> {
    /// The whole document; `None` if it is empty.
    pub(super) fn root(document: &'a Document, diagnostics: &'a Diagnostics) -> Option<Self> {
        let Document { content, offset } = document;
        let value = Value { key: "", path: String::new(), key_offset: 0, content, offset: *offset, diagnostics };
        if value.is_null() {
            return None;
        }
        if !matches!(content, Content::Mapping(_)) {
            diagnostics.error(*offset, "the file is no mapping", "write keys such as `tls_server_config:`");
        }
        Some(Self { value, read: Vec::new() })
    }

    /// The value of a key; `None` if it has none.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.read.push(key);
        self.values().find(|value| value.key == key).filter(|value| !value.is_null())
    }

    /// Reads a key into `target`, which keeps its value if the key is absent or invalid.
    pub(super) fn set<T>(&mut self, target: &mut T, key: &'static str, read: impl FnOnce(&Value<'a>) -> Option<T>) {
        if let Some(read) = self.value(key).as_ref().and_then(read) {
            *target = read;
        }
    }

    /// A mapping under a key.
    pub(super) fn mapping(&mut self, key: &'static str) -> Option<Self> {
        self.value(key)?.mapping()
    }

    /// All values, for mappings whose keys are chosen by the user.
    pub(super) fn values(&self) -> impl Iterator<Item = Value<'a>> {
        let entries = if let Content::Mapping(entries) = self.value.content { entries.as_slice() } else { &[] };
        let (path, diagnostics) = (self.value.path.clone(), self.value.diagnostics);
        entries.iter().map(move |entry| Value {
            key: &entry.key,
            path: if path.is_empty() { entry.key.clone() } else { format!("{path}.{}", entry.key) },
            key_offset: entry.key_offset,
            content: &entry.value.content,
            offset: entry.value.offset,
            diagnostics,
        })
    }

    /// Reports every key that was not read.
    pub(super) fn finish(self) {
        for unknown in self.values().filter(|value| !self.read.contains(&value.key)) {
            let (what, remedy) = ("is not a key of this file", suggest_choice(unknown.key, self.read.iter().copied()));
            unknown.diagnostics.error(unknown.key_offset, format_args!("`{}` {what}", unknown.path), remedy);
        }
    }
}
