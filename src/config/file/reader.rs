//! Reads a TOML table key by key. Every reader returns the value, or reports what is wrong and where.
//!
//! A key that no reader read is unknown: there is no second list of keys that could differ from the readers.
//! This file handles TOML, durations and choices. It does not know the meaning of any key.

use std::fmt::Display;
use std::time::Duration;

use humantime::format_duration;
use toml::de::{DeTable, DeValue};

use super::diagnostics::Diagnostics;
use crate::config::nearest::nearest;

/// The most entries of one list: nobody writes more by hand, and each entry costs AWS calls or labels.
const MAX_ENTRIES: usize = 1000;

/// The shortest and the longest duration that a key takes, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds(pub(super) Duration, pub(super) Duration);

/// One value of the file.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    /// The key's own name.
    pub(super) key: String,
    /// The key with its tables, as messages show it: `polling.age_limit.hour`.
    pub(super) path: String,
    /// The position for messages about the key.
    key_offset: usize,
    /// The position for messages about the value: the name of a table, or else the value itself.
    offset: usize,
    content: &'a DeValue<'a>,
    pub(super) diagnostics: &'a Diagnostics,
}

impl<'a> Value<'a> {
    /// Reports an error of the value; `what` follows the path in the message.
    pub(super) fn error(&self, what: impl Display, remedy: impl Display) {
        self.diagnostics.error(self.offset, format_args!("`{}` {what}", self.path), remedy);
    }

    /// Reports a warning about a value that is allowed.
    pub(super) fn warn(&self, what: impl Display, remedy: impl Display) {
        self.diagnostics.warn(self.offset, format_args!("`{}` {what}", self.path), remedy);
    }

    /// Reports an error of the key itself.
    pub(super) fn key_error(&self, what: impl Display, remedy: impl Display) {
        self.diagnostics.error(self.key_offset, format_args!("`{}` {what}", self.path), remedy);
    }

    fn wrong_type(&self, remedy: impl Display) {
        self.error(format_args!("has the wrong type, {}", self.content.type_str()), remedy);
    }

    /// A string.
    pub(super) fn text(&self) -> Option<&'a str> {
        let text = self.content.as_str();
        if text.is_none() {
            self.wrong_type("write a string in quotes");
        }
        text
    }

    /// Whether it is a string, for keys that accept other types too.
    pub(super) fn is_text(&self) -> bool {
        self.content.is_str()
    }

    /// Whether it is a list without entries.
    pub(super) fn is_empty_list(&self) -> bool {
        self.content.as_array().is_some_and(|list| list.is_empty())
    }

    /// `true` or `false`.
    pub(super) fn boolean(&self) -> Option<bool> {
        let read = self.content.as_bool();
        if read.is_none() {
            self.wrong_type("write `true` or `false`");
        }
        read
    }

    /// A number from 0 to `highest`.
    pub(super) fn whole_number(&self, highest: u32) -> Option<usize> {
        let text = match self.content {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            _ => None,
        };
        let read = text.and_then(|text| text.parse::<u32>().ok()).filter(|number| *number <= highest);
        if read.is_none() {
            self.error(
                "is not a number in the allowed range",
                format_args!("write a whole number from 0 to {highest}"),
            );
        }
        read.and_then(|number| usize::try_from(number).ok())
    }

    /// A string that passes a check; `remedy` describes which strings do.
    pub(super) fn text_if(&self, is_valid: impl Fn(&str) -> bool, remedy: &str) -> Option<&'a str> {
        let text = self.text()?;
        if is_valid(text) {
            return Some(text);
        }
        self.error(format_args!("cannot be {text:?}"), remedy);
        None
    }

    /// A string, or the text of a number.
    pub(super) fn text_or_number(&self) -> Option<&'a str> {
        match self.content {
            DeValue::Integer(number) if number.radix() == 10 => Some(number.as_str()),
            DeValue::Float(number) => Some(number.as_str()),
            _ => self.text(),
        }
    }

    /// The entries of a list.
    pub(super) fn entries(&self) -> Vec<Self> {
        let Some(list) = self.content.as_array() else {
            self.wrong_type("write a list in square brackets");
            return Vec::new();
        };
        if list.len() > MAX_ENTRIES {
            self.error(format_args!("has {} entries", list.len()), format_args!("write at most {MAX_ENTRIES}"));
        }
        let entry = |(start, content)| Self { offset: start, content, ..self.clone() };
        list.iter().map(|item| (item.span().start, item.get_ref())).map(entry).collect()
    }

    /// One of a fixed set of words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if chosen.is_none() {
            let words = choices.iter().map(|(word, _)| *word);
            self.error(format_args!("cannot be {text:?}"), suggest_choice(text, words));
        }
        chosen.map(|(_, value)| *value)
    }

    /// A duration of whole seconds, within bounds.
    pub(super) fn duration(&self, Bounds(shortest, longest): Bounds) -> Option<Duration> {
        let remedy = || {
            let (shortest, longest) = (format_duration(shortest), format_duration(longest));
            format!("write a duration from {shortest} to {longest}, such as \"90s\" or \"5m\"")
        };
        let Some(text) = self.content.as_str() else {
            self.wrong_type(remedy());
            return None;
        };
        let read = humantime::parse_duration(text).ok();
        let is_valid = |duration: &Duration| (shortest..=longest).contains(duration) && duration.subsec_nanos() == 0;
        let duration = read.filter(is_valid);
        if duration.is_none() {
            self.error(format_args!("cannot be {text:?}"), remedy());
        }
        duration
    }

    /// A table.
    pub(super) fn section(&self) -> Option<Section<'a>> {
        self.table("write a table")
    }

    /// A table; `remedy` describes what to write in place of another type.
    pub(super) fn table(&self, remedy: &str) -> Option<Section<'a>> {
        let table = self.content.as_table();
        if table.is_none() {
            self.wrong_type(remedy);
        }
        table.map(|table| Section { table_value: self.clone(), table, read: Vec::new() })
    }
}

/// One table of the file, and which of its keys were read.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// The table itself as a value, for messages about the whole table.
    pub(super) table_value: Value<'a>,
    table: &'a DeTable<'a>,
    read: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole document; `content` is its table.
    pub(super) fn root(content: &'a DeValue<'a>, diagnostics: &'a Diagnostics) -> Option<Self> {
        let document =
            Value { key: String::new(), path: String::new(), key_offset: 0, offset: 0, content, diagnostics };
        document.section()
    }

    /// The value of a key.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.read.push(key);
        self.values().find(|value| value.key == key)
    }

    /// Reads a key into `target`, which keeps its default if the key is absent or invalid.
    pub(super) fn set<T>(&mut self, target: &mut T, key: &'static str, read: impl FnOnce(&Value<'a>) -> Option<T>) {
        if let Some(read) = self.value(key).as_ref().and_then(read) {
            *target = read;
        }
    }

    /// The entries of a list; none if the key is absent.
    pub(super) fn entries(&mut self, key: &'static str) -> Vec<Value<'a>> {
        self.value(key).map(|value| value.entries()).unwrap_or_default()
    }

    /// The tables of a `[[key]]`; none if the key is absent.
    pub(super) fn tables(&mut self, key: &'static str) -> Vec<Value<'a>> {
        match self.value(key) {
            Some(value) if value.content.is_array() => value.entries(),
            Some(value) => {
                value.wrong_type(format_args!("write [[{key}]]"));
                Vec::new()
            }
            None => Vec::new(),
        }
    }

    /// Whether the table has no keys.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A table under a key.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Self> {
        self.value(key)?.section()
    }

    /// The keys that were not read by name, for tables whose keys are chosen by the user.
    pub(super) fn remaining(&self) -> Vec<Value<'a>> {
        self.values().filter(|value| !self.read.contains(&value.key.as_str())).collect()
    }

    /// Reports every key that was not read.
    pub(super) fn finish(self) {
        for unknown in self.remaining() {
            unknown.key_error("is not a configuration key", suggest_choice(&unknown.key, self.read.iter().copied()));
        }
    }

    fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.table.iter().map(|(key, value)| {
            let name = key.get_ref().to_string();
            let path = if self.table_value.path.is_empty() {
                name.clone()
            } else {
                format!("{}.{name}", self.table_value.path)
            };
            let is_table = matches!(value.get_ref(), DeValue::Table(_));
            let key_offset = key.span().start;
            let offset = if is_table { key_offset } else { value.span().start };
            self.table_value.diagnostics.add_position(path.clone(), offset);
            Value {
                key: name,
                path,
                key_offset,
                offset,
                content: value.get_ref(),
                diagnostics: self.table_value.diagnostics,
            }
        })
    }
}

/// The remedy for a word that is not in a set: the closest word of the set, or else all of them.
pub(in crate::config) fn suggest_choice<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(typed, known.iter().copied()) {
        Some(closest) => format!("did you mean `{closest}`?"),
        None => format!("write one of: {}", known.join(", ")),
    }
}
