//! Answers as text for people: aligned columns, numbers with their unit.

use std::fmt::{self, Display, Formatter};

use super::{Explanation, Level, Listing, Loser, MetricExplanation, Near, Problem, Summary, amount};
use crate::catalog::{self, Unit};

/// Between two columns.
const GAP: usize = 2;

/// Cells in rows, printed in columns as wide as their widest cell.
#[derive(Default)]
struct Table(Vec<Vec<String>>);

impl Table {
    fn new(head: &[&str]) -> Self {
        Self(vec![head.iter().map(|cell| (*cell).to_owned()).collect()])
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

/// Text from tags and AWS with control characters made visible: a terminal must not obey them.
struct Plain<'a>(&'a str);

impl Display for Plain<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| {
            if character.is_control() {
                write!(text, "{}", character.escape_default())
            } else {
                write!(text, "{character}")
            }
        })
    }
}

fn plain(text: &str) -> String {
    Plain(text).to_string()
}

fn unit_of(metric: &str) -> Unit {
    catalog::find(metric).map_or(Unit::None, |row| row.unit)
}

impl Display for Listing {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let mut table = Table::new(&["ID", "KIND", "ENGINE", "STATUS", "LEVELS", "ISSUES", "ARN"]);
        let row = |one: &Summary| {
            let texts = [&one.id, &one.kind, &one.engine, &one.status].map(|cell| plain(cell));
            texts.into_iter().chain([one.levels.to_string(), one.issues.to_string(), plain(&one.arn)]).collect()
        };
        table.0.extend(self.resources.iter().map(row));
        table.fmt(text)
    }
}

impl Display for Explanation {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let one = &self.resource;
        let words = [&one.id, &one.kind, &one.engine, &self.class, &one.status].map(|word| plain(word));
        writeln!(text, "{}", words.into_iter().filter(|word| !word.is_empty()).collect::<Vec<_>>().join("  "))?;
        writeln!(text, "{}", plain(&one.arn))?;
        if let Some(cluster) = &self.cluster {
            writeln!(text, "member of the cluster {}", plain(cluster))?;
        }
        write_levels(text, &self.metrics)?;
        self.metrics.iter().try_for_each(|metric| write_rest(text, metric))?;
        write_problems(text, &self.problems, self.problems_omitted)
    }
}

fn write_levels(text: &mut Formatter<'_>, metrics: &[MetricExplanation]) -> fmt::Result {
    let mut table = Table::new(&["METRIC", "SEVERITY", "LEVEL", "VALUE", "HEADROOM", "SOURCE", "SAID"]);
    for metric in metrics {
        table.0.extend(metric.levels.iter().map(|level| level_row(metric, level)));
    }
    if table.0.len() == 1 { writeln!(text, "\nNo level stands.") } else { write!(text, "\n{table}") }
}

fn level_row(metric: &MetricExplanation, level: &Level) -> Vec<String> {
    let unit = unit_of(&metric.metric);
    let or_none = |value: Option<f64>| value.map_or_else(|| "-".to_owned(), |value| amount(value, unit));
    let headroom = match level.headroom {
        Some(headroom) if headroom < 0.0 => format!("crossed by {}", amount(-headroom, unit)),
        headroom => or_none(headroom),
    };
    vec![
        metric.metric.clone(),
        level.severity.clone(),
        format!("{} {}", metric.bad, amount(level.level, unit)),
        or_none(metric.value),
        headroom,
        level.source.clone(),
        plain(&level.said),
    ]
}

/// What stands beside the levels of a metric: what they are measured against, and what was said in vain.
fn write_rest(text: &mut Formatter<'_>, metric: &MetricExplanation) -> fmt::Result {
    if metric.off || metric.muted.is_some() || metric.measured_against.is_some() || !metric.lost.is_empty() {
        writeln!(text, "\n{}", metric.metric)?;
    }
    if metric.off {
        writeln!(text, "  off: its tags want no level")?;
    }
    if let Some(mute) = &metric.muted {
        writeln!(text, "  muted: {}", Plain(mute))?;
    }
    if let Some(measured) = &metric.measured_against {
        writeln!(
            text,
            "  measured against {} of {} ({})",
            amount(measured.value, unit_of(&metric.metric)),
            measured.what,
            measured.source
        )?;
    }
    metric.lost.iter().try_for_each(|loser| write_loser(text, loser, unit_of(&metric.metric)))
}

fn write_loser(text: &mut Formatter<'_>, loser: &Loser, unit: Unit) -> fmt::Result {
    let level = loser.level.map_or_else(|| "no level".to_owned(), |level| amount(level, unit));
    let Loser { severity, source, said, why, .. } = loser;
    writeln!(text, "  not {severity} {level} from {source} ({}): {why}", Plain(said))
}

fn write_problems(text: &mut Formatter<'_>, problems: &[Problem], omitted: usize) -> fmt::Result {
    if !problems.is_empty() {
        writeln!(text, "\nNot used")?;
    }
    problems.iter().try_for_each(|problem| writeln!(text, "  {problem}"))?;
    if omitted > 0 { writeln!(text, "  and {omitted} more") } else { Ok(()) }
}

impl Display for Problem {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self { tag_key, text: said, reason, guard, remedy, .. } = self;
        write!(text, "{} = {} ({reason}", Plain(tag_key), Plain(said))?;
        if let Some(guard) = guard {
            write!(text, " {}", Plain(guard))?;
        }
        write!(text, "): {remedy}")
    }
}

/// A ranking of levels as a table.
#[must_use]
pub(super) fn ranking(ranked: &[Near]) -> String {
    let mut table = Table::new(&["ID", "METRIC", "SEVERITY", "LEVEL", "VALUE", "HEADROOM", "SOURCE"]);
    table.0.extend(ranked.iter().map(|near| {
        let unit = unit_of(&near.metric);
        let share = format!("{} ({:.0} %)", amount(near.headroom, unit), near.headroom_ratio * 100.0);
        let (level, value) = (amount(near.level, unit), amount(near.value, unit));
        vec![plain(&near.id), near.metric.clone(), near.severity.clone(), level, value, share, near.source.clone()]
    }));
    table.to_string()
}
