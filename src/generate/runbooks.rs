//! The runbook of each alert on a metric: a frame made from the catalogue around sections that people write.
//!
//! Markdown out, made for the shipped configuration. The written sections come in as text and go out unchanged.

use std::fmt::Write;

use super::rules::alert_name;
use crate::catalog::Row;
use crate::config::selection::{Selected, Selection};

mod advice;
mod meaning;
mod quota;
mod words;

/// The headings of a page, in order. The sections in [`WRITTEN`] are written by people, the others are made here.
pub const HEADINGS: [&str; 7] =
    ["What it means", WRITTEN[0], "What to look at first", WRITTEN[1], "Change the level", "Mute it", WRITTEN[2]];

/// The headings of the sections that people write.
pub const WRITTEN: [&str; 3] = ["Is it urgent?", "Causes and remedies", "Sources"];

const NOTE: &str = "<!-- The sections \"Is it urgent?\", \"Causes and remedies\" and \"Sources\" are written by hand. \
     `SNAPSHOTS=overwrite cargo test --test it runbooks` makes the others from the catalogue. -->";

/// What a new page has in place of the sections that somebody has yet to write.
const UNWRITTEN: [&str; 3] = [
    "The metric has no default level, so a person set this one, and its severity is that person's answer.\n\
     `plimsoll explain` names the tag or the line of the configuration that sets it.",
    "Find the time at which the value changed, and what else changed then: a deployment, a batch job, the number of \
     clients, an event of the database.\n\
     Compare with the other metrics of the database on its dashboard.",
    "The [reference of metrics](../metrics.md) has every metric with its unit and statistic.",
];

/// The runbook of the alert on one metric.
#[derive(Debug)]
pub struct Runbook<'a> {
    /// The name of the alert, which is that of the page.
    pub alert: String,
    /// The metric.
    pub row: &'static Row,
    selected: &'a Selected,
}

/// One runbook for each metric with a bad side, in the catalogue's order.
#[must_use]
pub fn runbooks(selection: &Selection) -> Vec<Runbook<'_>> {
    let of = |selected| Runbook::of(selected);
    selection.metrics.iter().filter_map(of).collect()
}

/// The section of a page below a heading, without the heading; `None` if the page has none.
#[must_use]
pub fn section<'a>(page: &'a str, heading: &str) -> Option<&'a str> {
    let (_, after) = page.split_once(&format!("\n## {heading}\n"))?;
    Some(after.split("\n## ").next().unwrap_or(after).trim())
}

impl<'a> Runbook<'a> {
    fn of(selected: &'a Selected) -> Option<Self> {
        Some(Self { alert: alert_name(selected.row)?, row: selected.row, selected })
    }

    /// The page, with the written sections of its present text.
    #[must_use]
    pub fn page(&self, present: &str) -> String {
        let mut page = format!("# {}\n\n{NOTE}\n", self.alert);
        for heading in HEADINGS {
            let written = WRITTEN.iter().position(|written| *written == heading);
            let text = match (heading, written) {
                (_, Some(at)) => section(present, heading).unwrap_or(UNWRITTEN[at]).to_owned(),
                ("What it means", _) => meaning::meaning(self.selected),
                ("What to look at first", _) => advice::first_steps(self.row),
                ("Change the level", _) => advice::change(self.row),
                _ => advice::mute(self.row, &self.alert),
            };
            let _ = write!(page, "\n## {heading}\n\n{}\n", text.trim());
        }
        page
    }

    /// Whether somebody has written all that people write on a page.
    #[must_use]
    pub fn is_written(page: &str) -> bool {
        WRITTEN.iter().zip(UNWRITTEN).all(|(heading, text)| section(page, heading).is_some_and(|found| found != text))
    }
}
