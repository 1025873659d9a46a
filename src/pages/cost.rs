//! What polling costs, in one line.

use std::fmt::{self, Display, Formatter};

use super::html::Escaped;
use crate::cost::{Dollars, Outlook};

/// One line on money; nothing if plimsoll polls nothing.
pub(super) struct Cost<'a>(pub(super) &'a Outlook);

impl Display for Cost<'_> {
    fn fmt(&self, html: &mut Formatter<'_>) -> fmt::Result {
        let Outlook { usual, saved, budget, savings } = self.0;
        if *usual == Dollars::default() {
            return Ok(());
        }
        write!(html, "<p>CloudWatch: ${:.2} in 30 days, ${:.2} if each statistic counts.", saved.lower, saved.upper)?;
        let Some(budget) = budget else { return html.write_str("</p>\n") };
        write!(html, " The budget is ${budget:.2}; without it ${:.2}.", usual.upper)?;
        let shed: Vec<_> = savings.shed().map(|metric| metric.name).collect();
        if !shed.is_empty() {
            write!(html, " Not queried where no alert depends on them: {}.", Escaped(&shed.join(", ")))?;
        }
        if savings.stretches() {
            html.write_str(" Others are queried less often.")?;
        }
        if self.0.is_over_budget() {
            html.write_str(" <strong>Over budget.</strong>")?;
        }
        html.write_str("</p>\n")
    }
}

/// What is listed and not watched, and why.
fn left_out(html: &mut Formatter<'_>, scope: &ScopeOverview) -> fmt::Result {
    let (account, region) = (Escaped(&scope.account), Escaped(&scope.region));
    if scope.filtered > 0 {
        let filtered = scope.filtered;
        let nothing = if scope.resources == 0 { ", and nothing is left" } else { "" };
        writeln!(html, "<p>Filters leave out {filtered} resources in {account} {region}{nothing}.</p>")?;
    }
    if !scope.unmatched_filters.is_empty() {
        let filters: Vec<String> =
            scope.unmatched_filters.iter().map(|name| format!("<code>{}</code>", Escaped(name))).collect();
        writeln!(html, "<p>Filters without a match in {account} {region}: {}.</p>", filters.join(", "))?;
    }
    if scope.served_elsewhere > 0 {
        let count = scope.served_elsewhere;
        writeln!(html, "<p>Another account of the configuration serves {count} resources of {account} {region}.</p>")?;
    }
    Ok(())
}
