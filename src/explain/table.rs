//! Answers as text for people: aligned columns, numbers with their unit.

use std::fmt::{self, Display, Formatter};

use super::explanation::{Explanation, Level, MetricExplanation};
use super::failures::ScopeFailures;
use super::headroom::LeastHeadroom;
use super::problem::Problem;
use super::summary::{Listing, Summary};
use crate::escape::Line;

/// Spaces between two columns.
const GAP: usize = 2;

/// Escaped cells in rows, printed in columns as wide as their widest cell.
#[derive(Default)]
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|cell| (*cell).to_owned()).collect()])
    }

    fn add(&mut self, row: impl IntoIterator<Item = String>) {
        self.0.push(row.into_iter().map(|cell| Line(&cell).to_string()).collect());
    }

    fn width(&self, column: usize) -> usize {
        let cells = self.0.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or_default() + GAP
    }
}

impl Display for Table {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let widths: Vec<usize> = (0..self.0.first().map_or(0, Vec::len)).map(|column| self.width(column)).collect();
        for row in &self.0 {
            let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:width$}"));
            writeln!(text, "{}", cells.collect::<String>().trim_end())?;
        }
        Ok(())
    }
}

impl Display for Listing {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let head = ["ID", "KIND", "ENGINE", "STATUS", "LEVELS", "CROSSED", "MUTED", "UNWATCHED", "ISSUES", "ARN"];
        let mut table = Table::new(&head);
        let row = |one: &Summary| {
            let texts = [&one.id, &one.kind, &one.engine, &one.status].map(String::clone);
            let counts = [one.levels, one.crossed, one.muted, one.unwatched, one.issues].map(|count| count.to_string());
            texts.into_iter().chain(counts).chain([one.arn.clone()])
        };
        self.resources.iter().for_each(|one| table.add(row(one)));
        if self.resources.is_empty() {
            writeln!(text, "No database is known.")?;
        } else {
            table.fmt(text)?;
        }
        self.failures.iter().flat_map(ScopeFailures::lines).try_for_each(|line| writeln!(text, "{}", Line(&line)))
    }
}

impl Display for Explanation {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let one = &self.resource;
        let words = [&*one.id, &one.kind, &one.engine, &self.class].into_iter().filter(|word| !word.is_empty());
        writeln!(text, "{}", Line(&words.collect::<Vec<_>>().join("  ")))?;
        writeln!(text, "{}", Line(&one.arn))?;
        if let Some(cluster) = &self.cluster {
            writeln!(text, "member of the cluster {}", Line(cluster))?;
        }
        write_headlines(text, self)?;
        write_levels(text, &self.metrics)?;
        self.metrics.iter().try_for_each(|metric| write_rest(text, self, metric))?;
        write_problems(text, self)
    }
}

/// The headlines, each fact on a line of its own.
fn write_headlines(text: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let mut table = Table::default();
    for headline in explanation.headlines() {
        let facts = if headline.facts.is_empty() { vec!["none".to_owned()] } else { headline.facts };
        let about = std::iter::once(headline.about).chain(std::iter::repeat(""));
        about.zip(facts).for_each(|(about, fact)| table.add([about.to_owned(), fact]));
    }
    write!(text, "\n{table}")
}

fn write_levels(text: &mut Formatter<'_>, metrics: &[MetricExplanation]) -> fmt::Result {
    let mut table = Table::new(&["METRIC", "SEVERITY", "LEVEL", "VALUE", "HEADROOM", "SOURCE", "SET BY"]);
    for metric in metrics {
        metric.levels.iter().for_each(|level| table.add(level_row(metric, level)));
    }
    if table.0.len() == 1 { writeln!(text, "\nNo level stands.") } else { write!(text, "\n{table}") }
}

fn level_row(metric: &MetricExplanation, level: &Level) -> Vec<String> {
    vec![
        metric.metric.clone(),
        level.severity.clone(),
        metric.bound(level),
        metric.current(),
        metric.headroom(level).map_or_else(|| "-".to_owned(), |headroom| headroom.to_string()),
        level.source.to_string(),
        level.set_by.clone(),
    ]
}

/// The notes on the levels of a metric: their denominators, what cannot be used, what is overridden.
fn write_rest(text: &mut Formatter<'_>, one: &Explanation, metric: &MetricExplanation) -> fmt::Result {
    let share = |level: &Level| Some(format!("{} is {}", level.severity, metric.share(level)?));
    let shares = metric.levels.iter().filter_map(share);
    let faults =
        one.problems_of(&metric.metric).into_iter().map(|problem| format!("not used: {}", with_remedy(one, problem)));
    let muted = metric.muted_how_long().map(|how_long| format!("muted {how_long}"));
    let state = metric.off().map(str::to_owned).into_iter().chain(muted);
    let lines: Vec<String> = shares.chain(state).chain(faults).chain(metric.overridden()).collect();
    if !lines.is_empty() {
        writeln!(text, "\n{}", Line(&metric.metric))?;
    }
    lines.iter().try_for_each(|line| writeln!(text, "  {}", Line(line)))
}

/// The problems that belong to no metric above.
fn write_problems(text: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let (others, omitted) = (explanation.other_problems(), explanation.problems_omitted);
    if !others.is_empty() || omitted > 0 {
        writeln!(text, "\nNot used")?;
    }
    others.iter().try_for_each(|problem| writeln!(text, "  {}", Line(&with_remedy(explanation, problem))))?;
    if omitted > 0 { writeln!(text, "  and {omitted} more") } else { Ok(()) }
}

/// A problem with its remedy.
fn with_remedy(explanation: &Explanation, problem: &Problem) -> String {
    format!("{}: {}", explanation.fault(problem), problem.remedy)
}

impl Display for Problem {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        write!(text, "{}: {}", self.fault(), self.remedy)
    }
}

/// A ranking of levels as a table.
#[must_use]
pub(super) fn ranking(ranked: &[LeastHeadroom]) -> String {
    let mut table = Table::new(&["ID", "METRIC", "SEVERITY", "LEVEL", "VALUE", "HEADROOM", "SOURCE"]);
    for one in ranked {
        let nearest = &one.nearest;
        let (level, value, headroom) = (nearest.bound(), nearest.current(), nearest.headroom().to_string());
        let names = [&one.id, &nearest.metric, &nearest.severity].map(String::clone);
        table.add(names.into_iter().chain([level, value, headroom, one.source.to_string()]));
    }
    table.to_string()
}
