//! Metrics about money: what was requested, by both ways in which AWS may count, and what the budget saves.

use prometheus::core::Collector;
use prometheus::{CounterVec, GaugeVec, IntCounterVec, IntGaugeVec, Opts};

use super::families::{SCOPE, counter, gauge, int_gauge, number};
use crate::cost::{Dollars, METRIC_REQUESTED, Outlook};
use crate::plan::Task;
use crate::scope::ScopeName;

/// A scope and the class of intervals.
const POLL: [&str; 3] = ["account", "region", "task"];

/// What was requested since the start, and the budget.
pub(super) struct Spending {
    metrics_requested: IntCounterVec,
    queries: IntCounterVec,
    dollars: CounterVec,
    budget: GaugeVec,
    over_budget: IntGaugeVec,
    shed: IntGaugeVec,
    saved: GaugeVec,
}

impl Spending {
    pub(super) fn new() -> Self {
        let dollars = Opts::new(
            "plimsoll_cost_dollars_total",
            "Estimated US dollars for the metrics requested from CloudWatch, at the list price: lower if up to five statistics of a metric count once, upper if each counts.",
        );
        Self {
            metrics_requested: counter(
                "plimsoll_cloudwatch_metrics_requested_total",
                "Metrics requested from CloudWatch, counted as AWS bills them: up to five statistics of one metric in a call count once.",
                &POLL,
            ),
            queries: counter(
                "plimsoll_cloudwatch_queries_total",
                "Statistics requested from CloudWatch, each counted separately: an upper limit of what AWS bills.",
                &POLL,
            ),
            dollars: CounterVec::new(dollars, &["account", "region", "count"]).expect("the name is valid"),
            budget: gauge(
                "plimsoll_cost_budget_dollars",
                "The configured budget for 30 days, in US dollars; absent without one.",
                &[],
            ),
            over_budget: int_gauge(
                "plimsoll_cost_over_budget",
                "1 while 30 days cost more than the budget although plimsoll saves all that it may; absent without a budget.",
                &[],
            ),
            shed: int_gauge(
                "plimsoll_cost_shed_metrics",
                "Metrics that the budget does not allow where no alert depends on them; absent without a budget.",
                &[],
            ),
            saved: gauge(
                "plimsoll_cost_saved_dollars",
                "By how much the budget reduces the forecast for 30 days, by the upper count, in US dollars; absent without a budget.",
                &[],
            ),
        }
    }

    pub(super) fn collectors(&self) -> [Box<dyn Collector>; 7] {
        [
            Box::new(self.metrics_requested.clone()),
            Box::new(self.queries.clone()),
            Box::new(self.dollars.clone()),
            Box::new(self.budget.clone()),
            Box::new(self.over_budget.clone()),
            Box::new(self.shed.clone()),
            Box::new(self.saved.clone()),
        ]
    }

    /// Counts one batch.
    pub(super) fn count(&self, scope: &ScopeName, task: Task, metrics: usize, queries: usize) {
        let [account, region] = [&*scope.account, &*scope.region];
        for (counter, label, count) in [(&self.metrics_requested, "lower", metrics), (&self.queries, "upper", queries)]
        {
            counter.with_label_values(&[account, region, task.name()]).inc_by(count as u64);
            #[expect(clippy::cast_precision_loss, reason = "a batch has at most 500 queries")]
            self.dollars.with_label_values(&[account, region, label]).inc_by(count as f64 * METRIC_REQUESTED);
        }
    }

    /// Shows the budget, if there is one.
    pub(super) fn outlook(&self, outlook: &Outlook) {
        let Some(budget) = outlook.budget else { return };
        self.budget.with_label_values::<&str>(&[]).set(budget);
        self.over_budget.with_label_values::<&str>(&[]).set(outlook.is_over_budget().into());
        self.shed.with_label_values::<&str>(&[]).set(number(outlook.savings.shed().len()));
        self.saved.with_label_values::<&str>(&[]).set(outlook.usual.upper - outlook.saved.upper);
    }
}

/// The forecast of a scope for 30 days, by both counts.
pub(super) fn forecast() -> GaugeVec {
    let [account, region] = SCOPE;
    gauge(
        "plimsoll_cost_forecast_dollars",
        "What polling costs in 30 days as plimsoll polls now, in US dollars at the list price, by both ways in which AWS may count statistics.",
        &[account, region, "count"],
    )
}

/// Sets both counts.
pub(super) fn set_forecast(forecast: &GaugeVec, account: &str, region: &str, dollars: Dollars) {
    forecast.with_label_values(&[account, region, "lower"]).set(dollars.lower);
    forecast.with_label_values(&[account, region, "upper"]).set(dollars.upper);
}
