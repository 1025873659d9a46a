//! Many databases: the list of them, and the levels that are nearest to being crossed.

use std::fmt::{self, Display, Formatter};

use super::Escaped;
use super::table::{Cell, Column, Fold, Table};
use crate::explain::{Encoded, LeastHeadroom, Listing, MAX_HEADROOM_ROWS, Summary};

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

/// A list of resources, and where it goes on.
pub(super) struct Databases<'a>(pub(super) &'a Listing);

impl Display for Databases<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.resources.is_empty() {
            return html.write_str("<p>No databases.</p>\n");
        }
        let mut table = Table::new("Databases", Fold::Lines, DATABASES);
        self.0.resources.iter().for_each(|one| table.push(&summary(one)));
        table.fmt(html)?;
        match &self.0.next {
            Some(next) => writeln!(html, "<p><a href=\"/resources?after={}\">More databases</a></p>", Encoded(next)),
            None => Ok(()),
        }
    }
}

fn summary(one: &Summary) -> [Cell; 9] {
    let kind = if one.kind == "db-cluster" { " cluster" } else { "" };
    [
        Cell::of(Link(&one.arn, &one.id)),
        Cell::of(format_args!("{}{kind}", Escaped(&one.engine))),
        Cell::of(format_args!("{} {}", Escaped(&one.account_id), Escaped(&one.region))),
        Cell::of(Escaped(&one.status)),
        Cell::count(one.levels),
        Cell::faults(one.crossed),
        Cell::count(one.muted),
        Cell::faults(one.unwatched),
        Cell::faults(one.issues),
    ]
}

const NEAREST: &[Column] = &[
    Column::prose("Database"),
    Column::title("Metric"),
    Column::title("Severity"),
    Column::quantity("Level"),
    Column::text("Source"),
    Column::quantity("Value"),
    Column::quantity("Headroom"),
];

/// A ranking of levels.
pub(super) struct Ranked<'a>(pub(super) &'a [LeastHeadroom]);

impl Display for Ranked<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return html.write_str("<p>No level has a value yet.</p>\n");
        }
        let mut table = Table::new("Nearest levels", Fold::Cards, NEAREST);
        self.0.iter().for_each(|near| table.push(&cells(near)));
        writeln!(
            html,
            "{table}<p><small>Ranked by headroom as a share; muted levels are left out. \
             <a href=\"/headroom?count={MAX_HEADROOM_ROWS}\">Show {MAX_HEADROOM_ROWS}</a></small></p>"
        )
    }
}

fn cells(near: &LeastHeadroom) -> [Cell; 7] {
    let headroom = near.headroom();
    [
        Cell::of(Link(&near.arn, &near.id)),
        Cell::of(Escaped(&near.metric)),
        Cell::of(Escaped(&near.severity)),
        Cell::of(near.bound()),
        Cell::of(Escaped(&near.source.to_string())),
        Cell::of(near.current()),
        Cell::marked(&headroom, headroom.is_crossed),
    ]
}
