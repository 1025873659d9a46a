//! The list of databases, and the levels with the least headroom.

use std::fmt::{self, Display, Formatter};

use super::html::Escaped;
use super::load_line::LoadLine;
use super::table::{Cell, Column, Fold, Table};
use crate::explain::{Encoded, Headroom, LeastHeadroom, Listing, MAX_HEADROOM_ROWS, Nearest, Rung, Summary, age};
use crate::resource::Kind;

/// A link to the page of a resource.
pub(super) struct Link<'a>(pub(super) &'a str, pub(super) &'a str);

impl Display for Link<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        write!(html, "<a href=\"/resources/{}\">{}</a>", Encoded(self.0), Escaped(self.1))
    }
}

const DATABASES: &[Column] = &[
    Column::prose("Database"),
    Column::text("Account and region"),
    Column::prose("Nearest level"),
    Column::quantity("Value"),
    Column::quantity("Headroom"),
    Column::noted("Crossed"),
    Column::noted("Muted"),
    Column::number("Unwatched"),
    Column::noted("Issues"),
];

/// A list of resources, with a link to the next page.
pub(super) struct Databases<'a> {
    pub(super) listing: &'a Listing,
    /// Of this page.
    pub(super) address: &'a str,
}

impl Display for Databases<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.listing.resources.is_empty() {
            return html.write_str("<p>No databases.</p>\n");
        }
        let mut table = Table::new("Databases", Fold::Lines, DATABASES);
        self.listing.resources.iter().for_each(|resource| table.push(&summary(resource)));
        table.fmt(html)?;
        let Some(next) = &self.listing.next else { return Ok(()) };
        let address = following(self.address, next);
        writeln!(html, "<p><a href=\"{}\">More databases</a></p>", Escaped(&address))
    }
}

/// The address of the page behind a resource.
fn following(address: &str, after: &str) -> String {
    let (path, query) = address.split_once('?').unwrap_or((address, ""));
    let kept = query.split('&').filter(|pair| !pair.is_empty() && !pair.starts_with("after="));
    let after = format!("after={}", Encoded(after));
    let pairs: Vec<&str> = kept.chain([&*after]).collect();
    format!("{path}?{}", pairs.join("&"))
}

fn summary(resource: &Summary) -> [Cell; 9] {
    let kind = match Kind::named(&resource.kind) {
        Some(kind) if kind.is_cluster() => " cluster",
        Some(kind) if kind.is_volume() => " volume",
        _ => "",
    };
    let (engine, status) = (Escaped(&resource.engine), Escaped(&resource.status));
    let account = if resource.account.is_empty() { &resource.account_id } else { &resource.account };
    let (nearest, value, headroom) = resource.nearest.as_ref().map_or_else(Default::default, nearest);
    [
        Cell::of(format_args!("{} <small>{engine}{kind} {status}</small>", Link(&resource.arn, &resource.id))),
        Cell::of(format_args!("{} <small>{}</small>", Escaped(account), Escaped(&resource.region))),
        nearest,
        value,
        headroom,
        crossed(resource),
        noted(Cell::count(resource.muted), resource.muted_until.as_ref().map(|until| format!("until {until}"))),
        Cell::faults(resource.unwatched),
        noted(Cell::faults(resource.issues), resource.first_issue.clone()),
    ]
}

/// The metric with its load line, its value, and its headroom.
fn nearest(nearest: &Nearest) -> (Cell, Cell, Cell) {
    let line = LoadLine { metric: &nearest.metric, value: nearest.value, ladder: &nearest.ladder };
    let headroom = nearest.headroom();
    let (metric, severity) = (Escaped(&nearest.metric), Escaped(&nearest.severity));
    (
        Cell::of(format_args!("{metric} <small>{severity} {}</small>{line}", Escaped(&nearest.bound()))),
        aged(&nearest.current(), nearest.age_seconds),
        mark(&headroom, is_most_severe(&nearest.ladder, &nearest.severity)),
    )
}

/// Whether the severity of a level is the most severe of all.
fn is_most_severe(ladder: &[Rung], severity: &str) -> bool {
    ladder.iter().any(|rung| rung.most_severe && rung.severity == severity)
}

/// A distance with its share.
fn mark(headroom: &Headroom, most_severe: bool) -> Cell {
    let share = headroom.share.as_ref().map(|share| format!(" <small>{}</small>", Escaped(share))).unwrap_or_default();
    let text = format!("{}{share}", Escaped(&headroom.distance));
    if headroom.is_crossed { Cell::crossed(text, most_severe) } else { Cell::of(text) }
}

/// A value with its age.
pub(super) fn aged(value: &str, seconds: Option<i64>) -> Cell {
    Cell::of(format_args!("{} <small>{}</small>", Escaped(value), age(seconds)))
}

fn crossed(resource: &Summary) -> Cell {
    let severities: Vec<String> =
        resource.crossed_by_severity.iter().map(|(severity, count)| format!("{count} {severity}")).collect();
    let most_severe = resource.nearest.as_ref().is_some_and(|one| {
        one.ladder.iter().any(|rung| rung.most_severe && resource.crossed_by_severity.contains_key(&rung.severity))
    });
    if severities.is_empty() {
        return Cell::count(resource.crossed);
    }
    Cell::crossed(Escaped(&severities.join(", ")), most_severe)
}

fn noted(cell: Cell, note: Option<String>) -> Cell {
    note.map_or(cell.clone(), |note| cell.with_note(Escaped(&note)))
}

const HEADROOM: &[Column] = &[
    Column::prose("Database"),
    Column::title("Metric"),
    Column::title("Severity"),
    Column::quantity("Level"),
    Column::text("Load line"),
    Column::text("Source"),
    Column::quantity("Value"),
    Column::quantity("Headroom"),
];

/// Levels in a table, in their order.
pub(super) fn level_table(name: &str, levels: &[LeastHeadroom]) -> String {
    let mut table = Table::new(name, Fold::Cards, HEADROOM);
    for level in levels {
        table.push(&cells(level));
    }
    table.to_string()
}

/// Levels ranked by headroom.
pub(super) struct Ranked<'a>(pub(super) &'a [LeastHeadroom]);

impl Display for Ranked<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return html.write_str("<p>No level has a value yet.</p>\n");
        }
        let table = level_table("Least headroom", self.0);
        writeln!(
            html,
            "{table}<p><small>Ranked by headroom as a share of the greater of value and level; muted levels are left out. \
             <a href=\"/headroom?count={MAX_HEADROOM_ROWS}\">Show {MAX_HEADROOM_ROWS}</a></small></p>"
        )
    }
}

fn cells(ranked: &LeastHeadroom) -> [Cell; 8] {
    let LeastHeadroom { arn, id, nearest, source, .. } = ranked;
    let Nearest { metric, severity, value, age_seconds, ladder, .. } = nearest;
    [
        Cell::of(Link(arn, id)),
        Cell::of(Escaped(metric)),
        Cell::of(Escaped(severity)),
        Cell::of(nearest.bound()),
        Cell::of(LoadLine { metric, value: *value, ladder }),
        Cell::of(Escaped(&source.to_string())),
        aged(&nearest.current(), *age_seconds),
        mark(&nearest.headroom(), is_most_severe(ladder, severity)),
    ]
}
