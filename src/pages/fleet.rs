//! The list of databases, and the levels with the least headroom.

use std::fmt::{self, Display, Formatter};

use super::html::Escaped;
use super::table::{Cell, Column, Fold, Table};
use crate::explain::{Encoded, LeastHeadroom, Listing, MAX_HEADROOM_ROWS, Summary};
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
    Column::text("Engine"),
    Column::text("Account and region"),
    Column::text("Status"),
    Column::number("Levels"),
    Column::number("Crossed"),
    Column::number("Muted"),
    Column::number("Unwatched"),
    Column::number("Issues"),
];

/// A list of resources, with a link to the next page.
pub(super) struct Databases<'a>(pub(super) &'a Listing);

impl Display for Databases<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.resources.is_empty() {
            return html.write_str("<p>No databases.</p>\n");
        }
        let mut table = Table::new("Databases", Fold::Lines, DATABASES);
        self.0.resources.iter().for_each(|resource| table.push(&summary(resource)));
        table.fmt(html)?;
        match &self.0.next {
            Some(next) => writeln!(html, "<p><a href=\"/resources?after={}\">More databases</a></p>", Encoded(next)),
            None => Ok(()),
        }
    }
}

fn summary(resource: &Summary) -> [Cell; 9] {
    let kind = match Kind::named(&resource.kind) {
        Some(kind) if kind.is_cluster() => " cluster",
        Some(kind) if kind.is_volume() => " volume",
        _ => "",
    };
    [
        Cell::of(Link(&resource.arn, &resource.id)),
        Cell::of(format_args!("{}{kind}", Escaped(&resource.engine))),
        Cell::of(format_args!("{} {}", Escaped(&resource.account_id), Escaped(&resource.region))),
        Cell::of(Escaped(&resource.status)),
        Cell::count(resource.levels),
        Cell::faults(resource.crossed),
        Cell::count(resource.muted),
        Cell::faults(resource.unwatched),
        Cell::faults(resource.issues),
    ]
}

const HEADROOM: &[Column] = &[
    Column::prose("Database"),
    Column::title("Metric"),
    Column::title("Severity"),
    Column::quantity("Level"),
    Column::text("Source"),
    Column::quantity("Value"),
    Column::quantity("Headroom"),
];

/// Levels ranked by headroom.
pub(super) struct Ranked<'a>(pub(super) &'a [LeastHeadroom]);

impl Display for Ranked<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return html.write_str("<p>No level has a value yet.</p>\n");
        }
        let mut table = Table::new("Least headroom", Fold::Cards, HEADROOM);
        self.0.iter().for_each(|ranked| table.push(&cells(ranked)));
        writeln!(
            html,
            "{table}<p><small>Ranked by headroom as a share of the greater of value and level; muted levels are left out. \
             <a href=\"/headroom?count={MAX_HEADROOM_ROWS}\">Show {MAX_HEADROOM_ROWS}</a></small></p>"
        )
    }
}

fn cells(ranked: &LeastHeadroom) -> [Cell; 7] {
    let headroom = ranked.headroom();
    [
        Cell::of(Link(&ranked.arn, &ranked.id)),
        Cell::of(Escaped(&ranked.metric)),
        Cell::of(Escaped(&ranked.severity)),
        Cell::of(ranked.bound()),
        Cell::of(Escaped(&ranked.source.to_string())),
        Cell::of(ranked.current()),
        Cell::marked(&headroom, headroom.is_crossed),
    ]
}
