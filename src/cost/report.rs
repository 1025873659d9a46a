//! The forecast as text for people and as JSON for programs.

use std::fmt::{self, Display, Formatter};
use std::time::Duration;

use humantime::format_duration;

use super::forecast::Forecast;
use super::price::Dollars;
use crate::escape::Line;

/// Spaces between two columns.
const GAP: usize = 2;

impl Forecast {
    /// As JSON.
    #[must_use]
    pub fn json(&self) -> String {
        serde_json::to_string_pretty(self).map(|text| text + "\n").unwrap_or_default()
    }

    /// The sum in one line: `$12.00 in 30 days`, or both ends of a range.
    #[must_use]
    pub fn total(&self) -> String {
        format!("{} in 30 days", range(self.dollars))
    }

    fn scopes(&self) -> Vec<Vec<String>> {
        let head = ["ACCOUNT", "REGION", "INSTANCES", "METRICS", "LOWER", "UPPER"].map(str::to_owned).to_vec();
        let row = |one: &super::ScopeForecast| {
            let names = [&one.account, &one.region].map(|name| Line(or_unknown(name)).to_string());
            with_dollars(names.into_iter().chain([one.instances, one.metrics].map(|n| n.to_string())), one.dollars)
        };
        std::iter::once(head).chain(self.scopes.iter().map(row)).collect()
    }

    fn metrics(&self) -> Vec<Vec<String>> {
        let head = ["METRIC", "EVERY", "RESOURCES", "LOWER", "UPPER"].map(str::to_owned).to_vec();
        let row = |one: &super::MetricForecast| {
            let every = format_duration(Duration::from_secs(one.interval.unsigned_abs())).to_string();
            with_dollars([one.metric.to_owned(), every, one.resources.to_string()].into_iter(), one.dollars)
        };
        std::iter::once(head).chain(self.metrics.iter().map(row)).collect()
    }

    fn alternatives(&self) -> Vec<Vec<String>> {
        let head = ["INSTEAD", "LOWER", "UPPER", "ASSUMED"].map(str::to_owned).to_vec();
        let row = |one: &super::Alternative| {
            let mut row = with_dollars(std::iter::once(one.name.to_owned()), one.dollars);
            row.push(one.assumption.to_owned());
            row
        };
        std::iter::once(head).chain(self.alternatives.iter().map(row)).collect()
    }

    /// What the budget does, if there is one.
    fn budget(&self) -> Option<String> {
        let mut text = format!("The budget is {}: ", usd(self.monthly_budget?));
        if self.within_budget == self.dollars && !self.is_over_budget {
            return Some(text + "nothing is saved.\n");
        }
        text = text + "with what plimsoll saves, " + &range(self.within_budget) + ".";
        if !self.shed.is_empty() {
            text = text + " Not queried where no alert depends on them: " + &self.shed.join(", ") + ".";
        }
        if self.stretched {
            text += " Others are queried less often.";
        }
        if self.is_over_budget {
            text += " That is over budget: no more can be saved.";
        }
        Some(text + "\n")
    }
}

impl Display for Forecast {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        writeln!(text, "{}\n", self.total())?;
        table(text, &self.scopes())?;
        writeln!(text)?;
        table(text, &self.metrics())?;
        writeln!(text)?;
        table(text, &self.alternatives())?;
        if let Some(budget) = self.budget() {
            write!(text, "\n{budget}")?;
        }
        text.write_str(
            "\nList prices of us-east-1. Lower: up to five statistics of a metric count as one, as AWS publishes it. \
             Upper: each statistic counts.\n",
        )
    }
}

fn or_unknown(name: &str) -> &str {
    if name.is_empty() { "unknown" } else { name }
}

fn with_dollars(cells: impl Iterator<Item = String>, dollars: Dollars) -> Vec<String> {
    cells.chain([usd(dollars.lower), usd(dollars.upper)]).collect()
}

fn usd(dollars: f64) -> String {
    format!("${dollars:.2}")
}

fn range(Dollars { lower, upper }: Dollars) -> String {
    let (lower, upper) = (usd(lower), usd(upper));
    if lower == upper { lower } else { format!("{lower} to {upper}") }
}

/// Columns as wide as their widest cell.
fn table(text: &mut Formatter<'_>, rows: &[Vec<String>]) -> fmt::Result {
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or_default() + GAP;
    let widths: Vec<usize> = (0..rows[0].len()).map(width).collect();
    rows.iter().try_for_each(|row| {
        let cells: Vec<String> = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}")).collect();
        writeln!(text, "{}", cells.concat().trim_end())
    })
}
