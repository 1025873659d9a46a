//! What polling may cost.

/// What polling may cost.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Cost {
    /// US dollars for all accounts and regions in 30 days; without it, nothing is saved.
    pub monthly_budget_usd: Option<f64>,
}
