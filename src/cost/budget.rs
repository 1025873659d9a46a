//! Which savings keep a month within the budget.

use super::demand::Demand;
use super::price::Dollars;
use crate::config::{Config, Selection};
use crate::plan::Savings;

/// What a month costs, and what a budget saves of it.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Outlook {
    /// Without a budget.
    pub usual: Dollars,
    /// After savings.
    pub saved: Dollars,
    /// The budget in US dollars.
    pub budget: Option<f64>,
    /// What is saved.
    pub savings: Savings,
}

impl Outlook {
    /// Whether a month costs more than the budget although all that may be saved is saved.
    #[must_use]
    pub fn is_over_budget(&self) -> bool {
        self.budget.is_some_and(|budget| self.saved.upper > budget)
    }
}

/// The least savings with which a month is within the budget however AWS counts statistics; all of them if none are enough.
#[must_use]
pub fn outlook(demand: &Demand, config: &Config, selection: &Selection) -> Outlook {
    let usual = demand.dollars(&Savings::default());
    let budget = config.cost.monthly_budget_usd;
    let fits = |dollars: Dollars| budget.is_none_or(|budget| dollars.upper <= budget);
    if fits(usual) {
        return Outlook { usual, saved: usual, budget, savings: Savings::default() };
    }
    let mut steps = Savings::steps(selection, |metric| demand.is_queried_without_need(metric));
    let enough = steps.iter().position(|savings| fits(demand.dollars(savings)));
    let savings = steps.swap_remove(enough.unwrap_or(steps.len() - 1));
    Outlook { usual, saved: demand.dollars(&savings), budget, savings }
}
