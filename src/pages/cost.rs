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
