//! Reads generated dashboards as Grafana does: panels with those of collapsed rows, queries, variables.

use std::collections::BTreeMap;

use plimsoll::config::{Config, Selection};
use plimsoll::generate;
use serde_json::Value;

use crate::rules::every_service;

/// One generated dashboard.
pub(super) struct Board {
    pub(super) file: String,
    pub(super) json: Value,
}

/// The expression of a panel, a mark or a variable.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Query {
    /// The file and the title of the panel.
    pub(super) place: String,
    pub(super) text: String,
    pub(super) usage: Usage,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Usage {
    Panel,
    Mark,
    /// `label_values(selector, label)`.
    Variable,
}

/// The dashboards of the defaults with every service.
pub(super) fn boards() -> Vec<Board> {
    boards_of(&every_service())
}

pub(super) fn boards_of(config: &Config) -> Vec<Board> {
    let made = generate::dashboards(config, &Selection::of(config)).into_iter();
    made.map(|dashboard| Board { json: serde_json::from_str(&dashboard.json).unwrap(), file: dashboard.file }).collect()
}

pub(super) fn list(json: &Value) -> &[Value] {
    json.as_array().map_or(&[], Vec::as_slice)
}

pub(super) fn text(json: &Value) -> &str {
    json.as_str().unwrap_or_default()
}

impl Board {
    /// Rows and panels that stand in the grid by themselves.
    pub(super) fn top(&self) -> &[Value] {
        list(&self.json["panels"])
    }

    /// Every panel, also those of collapsed rows, but no row.
    pub(super) fn panels(&self) -> Vec<&Value> {
        let nested = self.top().iter().flat_map(|item| list(&item["panels"]));
        self.top().iter().chain(nested).filter(|panel| panel["type"] != "row").collect()
    }

    pub(super) fn variables(&self) -> &[Value] {
        list(&self.json["templating"]["list"])
    }

    /// Every expression.
    pub(super) fn queries(&self) -> Vec<Query> {
        let query = |title: &Value, text: &Value, usage| {
            let place = format!("{}: {}", self.file, self::text(title));
            Query { place, text: self::text(text).to_owned(), usage }
        };
        let of_panel = |panel: &&Value| {
            let targets = list(&panel["targets"]).iter();
            targets.map(|target| query(&panel["title"], &target["expr"], Usage::Panel)).collect::<Vec<_>>()
        };
        let marks = list(&self.json["annotations"]["list"]).iter().filter(|mark| mark["builtIn"] != 1);
        let marks = marks.map(|mark| query(&mark["name"], &mark["expr"], Usage::Mark));
        let variables = self.variables().iter().filter(|variable| variable["type"] == "query");
        let variables = variables.map(|variable| query(&variable["name"], &variable["query"], Usage::Variable));
        self.panels().iter().flat_map(of_panel).chain(marks).chain(variables).collect()
    }

    /// The values of the variables that choose all that there is.
    pub(super) fn all_values(&self) -> BTreeMap<String, String> {
        let value = |variable: &Value| variable["allValue"].as_str().unwrap_or(".+").to_owned();
        self.variables().iter().map(|variable| (text(&variable["name"]).to_owned(), value(variable))).collect()
    }
}

/// The names behind `$` in a text, with or without braces; those that Grafana itself defines begin with `__`.
pub(super) fn names(text: &str) -> Vec<&str> {
    let is_of_name = |character: char| character.is_ascii_alphanumeric() || character == '_';
    text.split('$')
        .skip(1)
        .map(|rest| rest.strip_prefix('{').unwrap_or(rest))
        .map(|rest| rest.split(|character| !is_of_name(character)).next().unwrap_or_default())
        .filter(|name| name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_'))
        .collect()
}
