//! The forecast for databases that were listed or described: by account and region, by metric, and by other means.

use std::collections::BTreeMap;

use serde::Serialize;

use super::budget::{Outlook, outlook};
use super::comparison::{Alternative, alternatives};
use super::demand::Demand;
use super::price::Dollars;
use crate::catalog::MetricId;
use crate::inventory::{Inventory, Known};
use crate::plan::{PolledResource, ResponseHistory, Savings};
use crate::resource::ResourceIndex;
use crate::threshold::ResolveContext;
use crate::time::{Seconds, Timestamp};

/// What a month of 30 days costs.
#[derive(Debug, Clone, Serialize)]
pub struct Forecast {
    /// By account and region.
    pub scopes: Vec<ScopeForecast>,
    /// By metric and interval, the most expensive first.
    pub metrics: Vec<MetricForecast>,
    /// The sum, without a budget.
    pub dollars: Dollars,
    /// The budget in US dollars.
    pub monthly_budget: Option<f64>,
    /// The sum after what the budget saves.
    pub within_budget: Dollars,
    /// The metrics that are then not queried where no alert depends on them.
    pub shed: Vec<&'static str>,
    /// Whether others are then queried less often.
    pub stretched: bool,
    /// Whether the sum is above the budget all the same.
    pub is_over_budget: bool,
    /// What other means cost.
    pub alternatives: Vec<Alternative>,
}

/// One account and region.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ScopeForecast {
    /// The configured name of the account, or its id.
    pub account: String,
    /// The region; empty if it is not known.
    pub region: String,
    /// Instances that publish metrics.
    pub instances: usize,
    /// Metrics that are queried of all its resources.
    pub metrics: usize,
    /// What they cost.
    pub dollars: Dollars,
}

/// One metric at one interval.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricForecast {
    /// The namespace.
    pub namespace: &'static str,
    /// The name.
    pub metric: &'static str,
    /// The interval in seconds.
    pub interval: i64,
    /// Of how many resources it is queried; each aggregate of a cluster's members counts as one.
    pub resources: usize,
    /// What it costs.
    pub dollars: Dollars,
}

/// The sums over databases.
#[derive(Default)]
struct Sums {
    by_scope: BTreeMap<(String, String), (usize, Demand)>,
    total: Demand,
    levels: usize,
}

/// What the databases of inventories cost, all of which were made from the same configuration.
#[must_use]
pub fn forecast(inventories: &[&Inventory], now: Timestamp) -> Forecast {
    let mut sums = Sums::default();
    for inventory in inventories {
        inventory.indexed().for_each(|(index, known)| sums.add(inventory, index, known, now));
    }
    let Sums { by_scope, total, levels } = sums;
    let scopes: Vec<_> = by_scope.into_iter().map(|(name, of_scope)| scope(name, &of_scope)).collect();
    let instances = scopes.iter().map(|scope| scope.instances).sum();
    let context = inventories.first().map(|inventory| inventory.context());
    let of_all = |context: ResolveContext<'_>| outlook(&total, context.config, context.selection);
    let outlook = context.map(of_all).unwrap_or_default();
    let Outlook { usual, saved, budget, savings } = &outlook;
    Forecast {
        scopes,
        metrics: metrics(&total),
        dollars: *usual,
        monthly_budget: *budget,
        within_budget: *saved,
        shed: savings.shed().map(|metric| metric.name).collect(),
        stretched: savings.stretches(),
        is_over_budget: outlook.is_over_budget(),
        alternatives: alternatives(&total, levels, instances),
    }
}

impl Sums {
    fn add(&mut self, inventory: &Inventory, index: ResourceIndex, known: &Known, now: Timestamp) {
        let Known { resource, resolved } = known;
        let polled = PolledResource { index, resource, resolved };
        let (account, selection) = (inventory.context().account, inventory.context().selection);
        let demand = Demand::of(std::iter::once(polled), selection, &ResponseHistory::default(), now);
        let account = if account.is_empty() { &resource.account_id } else { account };
        let (instances, of_scope) = self.by_scope.entry((account.to_owned(), resource.region.to_string())).or_default();
        if resource.publishes() {
            *instances += usize::from(resource.kind.is_instance());
            self.levels += resolved.thresholds.len();
        }
        of_scope.add(&demand);
        self.total.add(&demand);
    }
}

fn scope((account, region): (String, String), (instances, demand): &(usize, Demand)) -> ScopeForecast {
    let (metrics, dollars) = (demand.metrics(), demand.dollars(&Savings::default()));
    ScopeForecast { account, region, instances: *instances, metrics, dollars }
}

fn metrics(demand: &Demand) -> Vec<MetricForecast> {
    let mut by_metric: BTreeMap<(MetricId, Seconds), (usize, Dollars)> = BTreeMap::new();
    let nothing_saved = Savings::default();
    for (metric, interval, count) in demand.kept(&nothing_saved) {
        let (resources, dollars) = by_metric.entry((metric, interval)).or_default();
        *resources += count.metrics;
        *dollars = *dollars + Dollars::of_month((count.billed, count.queries), interval);
    }
    let mut metrics: Vec<_> = by_metric
        .into_iter()
        .map(|((MetricId { namespace, name }, interval), (resources, dollars))| MetricForecast {
            namespace,
            metric: name,
            interval: interval.get(),
            resources,
            dollars,
        })
        .collect();
    metrics.sort_by(|one, other| other.dollars.upper.total_cmp(&one.dollars.upper));
    metrics
}
