//! Reading a TOML table key by key: every reader either gives the value or notes what is wrong and where.
//!
//! A key that nobody asked for is unknown: there is no second list of keys that could drift from the readers.
//! It knows TOML, durations and choices, not what any key means.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::time::Duration;

use humantime::format_duration;
use toml::de::{DeTable, DeValue};

use super::problem::UnplacedProblem;
use crate::config::nearest::nearest;

/// The most entries of one list: nobody writes more by hand, and each costs AWS calls or labels.
const MAX_ENTRIES: usize = 1000;

/// What was found while reading; shared by all sections of one file.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) errors: RefCell<Vec<UnplacedProblem>>,
    pub(super) warnings: RefCell<Vec<UnplacedProblem>>,
    /// Where each key stands that the file has, by its path.
    positions: RefCell<BTreeMap<String, usize>>,
}

impl Found {
    pub(super) fn any_error(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// Where the first of these keys stands that the file has; the file's beginning when it has none.
    pub(super) fn position_of(&self, paths: &[&str]) -> usize {
        let positions = self.positions.borrow();
        paths.iter().find_map(|path| positions.get(*path).copied()).unwrap_or_default()
    }

    /// Whether the file has a key.
    pub(super) fn has(&self, path: &str) -> bool {
        self.positions.borrow().contains_key(path)
    }

    pub(super) fn refuse(&self, offset: usize, what: impl Display, remedy: impl Display) {
        self.errors.borrow_mut().push(UnplacedProblem { offset, what: what.to_string(), remedy: remedy.to_string() });
    }

    pub(super) fn warn(&self, offset: usize, what: impl Display, remedy: impl Display) {
        self.warnings.borrow_mut().push(UnplacedProblem { offset, what: what.to_string(), remedy: remedy.to_string() });
    }
}

/// The shortest and the longest duration that a key takes, both inclusive.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bounds(pub(super) Duration, pub(super) Duration);

/// One value of the file.
#[derive(Debug, Clone)]
pub(super) struct Value<'a> {
    /// The key's own name.
    pub(super) key: String,
    /// The key with its tables, as messages say it: `polling.age_limit.hour`.
    pub(super) path: String,
    /// Where messages about the key point.
    key_offset: usize,
    /// Where messages about the value point: at a table's name, else at the value itself.
    offset: usize,
    content: &'a DeValue<'a>,
    pub(super) found: &'a Found,
}

impl<'a> Value<'a> {
    /// Notes an error: the path, then what is wrong with it.
    pub(super) fn refuse(&self, what: impl Display, remedy: impl Display) {
        self.found.refuse(self.offset, format_args!("`{}` {what}", self.path), remedy);
    }

    /// Notes what is allowed and worth a warning.
    pub(super) fn warn(&self, what: impl Display, remedy: impl Display) {
        self.found.warn(self.offset, format_args!("`{}` {what}", self.path), remedy);
    }

    /// Notes an error of the key itself.
    pub(super) fn refuse_key(&self, what: impl Display, remedy: impl Display) {
        self.found.refuse(self.key_offset, format_args!("`{}` {what}", self.path), remedy);
    }

    fn wrong_type(&self, remedy: impl Display) {
        self.refuse(format_args!("has the wrong type, {}", self.content.type_str()), remedy);
    }

    /// A string.
    pub(super) fn text(&self) -> Option<&'a str> {
        let text = self.content.as_str();
        if text.is_none() {
            self.wrong_type("write a text in quotes");
        }
        text
    }

    /// Whether it is a string, where something else may stand too.
    pub(super) fn is_text(&self) -> bool {
        self.content.is_str()
    }

    /// `true` or `false`.
    pub(super) fn yes_or_no(&self) -> Option<bool> {
        let read = self.content.as_bool();
        if read.is_none() {
            self.wrong_type("write true or false");
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
            self.refuse("is no number that can be meant", format_args!("write a whole number from 0 to {highest}"));
        }
        read.and_then(|number| usize::try_from(number).ok())
    }

    /// A string that a check accepts; `remedy` says what it accepts.
    pub(super) fn text_that(&self, fits: impl Fn(&str) -> bool, remedy: &str) -> Option<&'a str> {
        let text = self.text()?;
        if fits(text) {
            return Some(text);
        }
        self.refuse(format_args!("cannot be {text:?}"), remedy);
        None
    }

    /// A string, or a number as it is written.
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
            self.wrong_type("write a list in brackets");
            return Vec::new();
        };
        if list.len() > MAX_ENTRIES {
            self.refuse(format_args!("has {} entries", list.len()), format_args!("write at most {MAX_ENTRIES}"));
        }
        let entry = |(start, content)| Self { offset: start, content, ..self.clone() };
        list.iter().map(|one| (one.span().start, one.get_ref())).map(entry).collect()
    }

    /// One of a closed set of words.
    pub(super) fn choice<T: Copy>(&self, choices: &[(&str, T)]) -> Option<T> {
        let text = self.text()?;
        let chosen = choices.iter().find(|(word, _)| *word == text);
        if chosen.is_none() {
            let words = choices.iter().map(|(word, _)| *word);
            self.refuse(format_args!("cannot be {text:?}"), one_of(text, words));
        }
        chosen.map(|(_, value)| *value)
    }

    /// A duration of whole seconds within bounds.
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
        let fits = |duration: &Duration| (shortest..=longest).contains(duration) && duration.subsec_nanos() == 0;
        let duration = read.filter(fits);
        if duration.is_none() {
            self.refuse(format_args!("cannot be {text:?}"), remedy());
        }
        duration
    }

    /// A table.
    pub(super) fn section(&self) -> Option<Section<'a>> {
        let table = self.content.as_table();
        if table.is_none() {
            self.wrong_type("write a table");
        }
        table.map(|table| Section { position: self.clone(), table, asked: Vec::new() })
    }
}

/// One table of the file and what was asked of it.
#[derive(Debug)]
pub(super) struct Section<'a> {
    /// The table itself as a value: where messages about the whole of it point.
    pub(super) position: Value<'a>,
    table: &'a DeTable<'a>,
    asked: Vec<&'static str>,
}

impl<'a> Section<'a> {
    /// The whole document; `content` is its table.
    pub(super) fn root(content: &'a DeValue<'a>, found: &'a Found) -> Option<Self> {
        let position = Value { key: String::new(), path: String::new(), key_offset: 0, offset: 0, content, found };
        position.section()
    }

    /// The value of a key.
    pub(super) fn value(&mut self, key: &'static str) -> Option<Value<'a>> {
        self.asked.push(key);
        self.values().find(|value| value.key == key)
    }

    /// Reads a key into its place, which keeps its default when the key is absent or wrong.
    pub(super) fn set<T>(&mut self, position: &mut T, key: &'static str, read: impl FnOnce(&Value<'a>) -> Option<T>) {
        if let Some(read) = self.value(key).as_ref().and_then(read) {
            *position = read;
        }
    }

    /// The entries of a list, none when the key is absent.
    pub(super) fn entries(&mut self, key: &'static str) -> Vec<Value<'a>> {
        self.value(key).map(|value| value.entries()).unwrap_or_default()
    }

    /// The tables of a `[[key]]`, none when it is absent.
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

    /// Whether it has no key at all.
    pub(super) fn is_empty(&self) -> bool {
        self.table.is_empty()
    }

    /// A table under a key.
    pub(super) fn section(&mut self, key: &'static str) -> Option<Self> {
        self.value(key)?.section()
    }

    /// The keys that were not asked for by name, for tables whose keys are names of the user's.
    pub(super) fn others(&self) -> Vec<Value<'a>> {
        self.values().filter(|value| !self.asked.contains(&value.key.as_str())).collect()
    }

    /// Notes every key that nobody asked for.
    pub(super) fn finish(self) {
        for unknown in self.others() {
            unknown.refuse_key("is no key of the configuration", one_of(&unknown.key, self.asked.iter().copied()));
        }
    }

    fn values(&self) -> impl Iterator<Item = Value<'a>> {
        self.table.iter().map(|(key, value)| {
            let name = key.get_ref().to_string();
            let path =
                if self.position.path.is_empty() { name.clone() } else { format!("{}.{name}", self.position.path) };
            let is_table = matches!(value.get_ref(), DeValue::Table(_));
            let key_offset = key.span().start;
            let offset = if is_table { key_offset } else { value.span().start };
            self.position.found.positions.borrow_mut().insert(path.clone(), offset);
            Value { key: name, path, key_offset, offset, content: value.get_ref(), found: self.position.found }
        })
    }
}

/// The remedy for a word that is not of a set: the one that was probably meant, else all of them.
pub(super) fn one_of<'k>(typed: &str, known: impl Iterator<Item = &'k str>) -> String {
    let known: Vec<_> = known.collect();
    match nearest(typed, known.iter().copied()) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => format!("write one of: {}", known.join(", ")),
    }
}
