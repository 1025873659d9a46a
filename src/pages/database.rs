//! The page of one database: the most important facts, then each level with its source and value.

use std::cmp::Ordering;
use std::fmt::{self, Display, Formatter};

use super::fleet::{Link, aged};
use super::html::{Color, Escaped, Facts};
use super::load_line::LoadLine;
use super::table::{Cell, Column, Fold, Table};
use crate::explain::{self, Encoded, Explanation, Level, Member, MetricExplanation, Problem, Rung};

const COLUMNS: &[Column] = &[
    Column::text("Metric"),
    Column::title("Severity"),
    Column::quantity("Level"),
    Column::text("Source"),
    Column::prose("Set by"),
    Column::quantity("Value"),
    Column::quantity("Headroom"),
];

/// One resource.
pub(super) struct Database<'a>(pub(super) &'a Explanation);

impl Display for Database<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Explanation { resource, class, cluster, .. } = self.0;
        let properties = [&resource.kind, &resource.engine, class].into_iter().filter(|text| !text.is_empty());
        let properties: Vec<String> = properties.map(|text| Escaped(text).to_string()).collect();
        write!(html, "<p>{}", properties.join(" · "))?;
        if let Some(cluster) = cluster {
            write!(html, " · member of the cluster {}", Link(cluster, cluster))?;
        }
        writeln!(html, "<br><code>{}</code></p>", Escaped(&resource.arn))?;
        write_links(html, self.0)?;
        write_headlines(html, self.0)?;
        write_levels(html, self.0)?;
        write_other_problems(html, self.0)?;
        write_members(html, self.0)?;
        write_properties(html, self.0)?;
        writeln!(html, "<footer><a href=\"/api/v1/resources/{}\">JSON</a></footer>", Encoded(&resource.arn))
    }
}

fn write_headlines(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let mut facts = Facts::default();
    for headline in explanation.headlines() {
        let items = headline.facts.iter().map(|fact| Escaped(fact).to_string());
        let color = if headline.is_bad { Color::Red } else { Color::None };
        facts.push(headline.about, items, color);
    }
    facts.fmt(html)
}

fn write_levels(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let mut table = Table::new("Levels", Fold::Cards, COLUMNS);
    let mut metrics: Vec<&MetricExplanation> = explanation.metrics.iter().collect();
    metrics.sort_by(|left, right| urgency(left).partial_cmp(&urgency(right)).unwrap_or(Ordering::Equal));
    for metric in metrics {
        push_metric(&mut table, explanation, metric);
    }
    html.write_str("<h2>Levels</h2>\n")?;
    if explanation.metrics.iter().all(|metric| metric.levels.is_empty()) {
        html.write_str("<p class=\"bad\">No level is in effect.</p>\n")?;
    }
    if table.is_empty() { Ok(()) } else { table.fmt(html) }
}

/// What the reader must see first comes first: crossed metrics, then those without a value, then by headroom; muted ones
/// alert nobody.
fn urgency(metric: &MetricExplanation) -> (bool, bool, bool, f64) {
    let is_crossed = |level: &Level| metric.headroom(level).is_some_and(|headroom| headroom.is_crossed);
    let not_crossed = !metric.levels.iter().any(is_crossed);
    let least = metric.levels.iter().filter_map(|level| level.headroom_ratio).fold(f64::INFINITY, f64::min);
    (metric.muted.is_some(), not_crossed, metric.unwatched.is_none(), least)
}

/// Adds a row for each level of a metric, and below them a row with its notes.
fn push_metric(table: &mut Table, explanation: &Explanation, metric: &MetricExplanation) {
    let problems = explanation.problems_of(&metric.metric);
    let problems = problems.into_iter().map(|problem| WithRemedy(explanation, problem)).collect();
    let notes = Notes { metric, problems };
    let has_notes = !notes.is_empty();
    let last = metric.levels.len().saturating_sub(1);
    for (index, level) in metric.levels.iter().enumerate() {
        let mut cells = cells(metric, level);
        if index == 0 {
            cells[0] = named(metric);
        }
        if has_notes && index == last { table.push_before_note(&cells) } else { table.push(&cells) }
    }
    if has_notes {
        // The row above already shows the metric, if there is one.
        let class = if metric.levels.is_empty() { "" } else { " class=\"hidden\"" };
        table.push_note(format_args!("<span{class}>{}</span>", Escaped(&metric.metric)), notes);
    }
}

/// The name of a metric, with its load line if it has a value.
fn named(metric: &MetricExplanation) -> Cell {
    let name = Escaped(&metric.metric);
    let Some(value) = metric.value else { return Cell::of(name) };
    let rung =
        |level: &Level| Rung { severity: level.severity.clone(), level: level.level, most_severe: level.most_severe };
    let ladder: Vec<Rung> = metric.levels.iter().map(rung).collect();
    Cell::of(format_args!("{name} {}", LoadLine { metric: &metric.metric, value, ladder: &ladder }))
}

fn cells(metric: &MetricExplanation, level: &Level) -> [Cell; 7] {
    let headroom = metric.headroom(level);
    // The end of the mute is shown above the table.
    let muted = metric.muted.as_ref().map(|_| "muted".to_owned());
    let is_crossed = headroom.as_ref().is_some_and(|headroom| headroom.is_crossed);
    [
        Cell::of(Escaped(&metric.metric)),
        Cell::of(Escaped(&level.severity)),
        Cell::of(Annotated(&metric.bound(level), metric.share(level).into_iter().chain(muted).collect())),
        Cell::of(Escaped(&level.source.to_string())),
        Cell::of(Escaped(&level.set_by)),
        match metric.value {
            Some(_) => aged(&metric.current(), metric.age_seconds),
            None => Cell::marked(Escaped(&metric.current()), metric.unwatched.is_some()),
        },
        headroom.map_or_else(Cell::default, |headroom| {
            let text = Annotated(&headroom.distance, headroom.share.into_iter().collect());
            if is_crossed { Cell::crossed(text, level.most_severe) } else { Cell::of(text) }
        }),
    ]
}

/// A text with annotations in small print.
struct Annotated<'a>(&'a str, Vec<String>);

impl Display for Annotated<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        Escaped(self.0).fmt(html)?;
        self.1.iter().try_for_each(|note| write!(html, " <small>{}</small>", Escaped(note)))
    }
}

/// The notes below the levels of a metric: whether it is off, tags that cannot be used, and overridden levels.
struct Notes<'a> {
    metric: &'a MetricExplanation,
    problems: Vec<WithRemedy<'a>>,
}

impl Notes<'_> {
    fn is_empty(&self) -> bool {
        let MetricExplanation { overridden, command, runbook, off, .. } = self.metric;
        self.problems.is_empty() && overridden.is_empty() && command.is_none() && runbook.is_none() && !off
    }
}

impl Display for Notes<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let off = self.metric.off();
        if off.is_some() || !self.problems.is_empty() {
            html.write_str("<ul>")?;
            off.iter().try_for_each(|off| write!(html, "<li>{off}</li>"))?;
            self.problems.iter().try_for_each(|problem| write!(html, "<li>not used: {problem}</li>"))?;
            html.write_str("</ul>")?;
        }
        write_overridden(html, &self.metric.overridden())?;
        if let Some(command) = &self.metric.command {
            let command = Escaped(command);
            write!(html, "<details><summary>change the level</summary><pre><code>{command}</code></pre></details>")?;
        }
        match &self.metric.runbook {
            Some(url) => write!(html, "<a class=\"aside\" href=\"{}\">runbook</a>", Escaped(url)),
            None => Ok(()),
        }
    }
}

/// Writes the overridden levels, folded: few readers need them.
fn write_overridden(html: &mut Formatter<'_>, overridden: &[String]) -> fmt::Result {
    if overridden.is_empty() {
        return Ok(());
    }
    write!(html, "<details><summary>overridden: {}</summary><ul>", overridden.len())?;
    overridden.iter().try_for_each(|sentence| write!(html, "<li>{}</li>", Escaped(sentence)))?;
    html.write_str("</ul></details>")
}

/// A problem and its remedy.
struct WithRemedy<'a>(&'a Explanation, &'a Problem);

impl Display for WithRemedy<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let (fault, remedy) = (self.0.fault(self.1), &self.1.remedy);
        write!(html, "<span class=\"bad\">{}</span>: {}", Escaped(&fault), Escaped(remedy))
    }
}

fn write_other_problems(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let (others, omitted) = (explanation.other_problems(), explanation.problems_omitted);
    if others.is_empty() && omitted == 0 {
        return Ok(());
    }
    html.write_str("<h2>Other issues</h2>\n<ul>\n")?;
    others.iter().try_for_each(|problem| writeln!(html, "<li>{}</li>", WithRemedy(explanation, problem)))?;
    if omitted > 0 {
        writeln!(html, "<li>and {omitted} more</li>")?;
    }
    html.write_str("</ul>\n")
}

fn write_links(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let link = |one: &explain::Link| format!("<a href=\"{}\">{}</a>", Escaped(&one.url), Escaped(&one.name));
    let links: Vec<String> = explanation.links.iter().map(link).collect();
    if links.is_empty() { Ok(()) } else { writeln!(html, "<p>{}</p>", links.join(" · ")) }
}

fn write_members(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    if explanation.members.is_empty() {
        return Ok(());
    }
    html.write_str("<h2>Members</h2>\n<ul>\n")?;
    for Member { id, arn, role } in &explanation.members {
        let link = arn.as_ref().map_or_else(|| Escaped(id).to_string(), |arn| Link(arn, id).to_string());
        writeln!(html, "<li>{link} {}</li>", Escaped(role))?;
    }
    html.write_str("</ul>\n")
}

/// What AWS says of the resource, and its tags.
fn write_properties(html: &mut Formatter<'_>, explanation: &Explanation) -> fmt::Result {
    let facts = explanation.facts.iter().map(|fact| (&fact.name, &fact.value));
    write_pairs(html, "Facts", facts)?;
    write_pairs(html, "Tags", explanation.all_tags.iter())
}

fn write_pairs<'a>(
    html: &mut Formatter<'_>,
    title: &str,
    pairs: impl Iterator<Item = (&'a String, &'a String)>,
) -> fmt::Result {
    let row = |(name, value): (&String, &String)| {
        format!("<div><dt>{}</dt><dd>{}</dd></div>\n", Escaped(name), Escaped(value))
    };
    let rows = pairs.map(row).collect::<Vec<_>>().concat();
    if rows.is_empty() { Ok(()) } else { write!(html, "<h2>{title}</h2>\n<dl class=\"wide\">\n{rows}</dl>\n") }
}
