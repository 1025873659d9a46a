//! The table `[cost]`.

use std::ops::RangeInclusive;

use super::reader::{Section, Value};
use crate::config::cost::Cost;

/// Budgets in US dollars: from a cent to more than any fleet costs.
const BUDGET: RangeInclusive<f64> = 0.01..=10_000_000.0;

pub(super) fn read(mut section: Section, cost: &mut Cost) {
    section.set(&mut cost.monthly_budget_usd, "monthly_budget_usd", |value| dollars(value).map(Some));
    section.finish();
}

fn dollars(value: &Value) -> Option<f64> {
    let dollars = value.text_or_number()?.parse().ok().filter(|dollars| BUDGET.contains(dollars));
    if dollars.is_none() {
        value.error("is no amount of US dollars", "write a number such as 250, from 0.01 to 10000000");
    }
    dollars
}
