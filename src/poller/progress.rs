//! Log lines about progress: the accounts at the start, what the first round of a scope found, and at debug each listing,
//! poll and rendering.

use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

use tracing::{debug, info, warn};

use crate::aws::Target;
use crate::config::Account;
use crate::cost::{Demand, Dollars, Outlook};
use crate::exposition::Page;
use crate::plan::{Batch, BatchResult, QueryResult, Savings, Task, billed_metrics};
use crate::resource::{Described, Lister};
use crate::scope::{ScopeName, ScopeReport};

/// An account with regions that are watched from now on.
pub(super) fn watching(account: &Account, regions: &[String]) {
    let role_arn = account.role_arn.as_deref().unwrap_or("none: the AWS default credential chain");
    info!(account = account.name, regions = list(regions.iter()), role_arn, "watching");
}

/// What the databases of a scope will cost, as soon as all are listed.
pub(super) fn forecast(scope: &ScopeName, demand: &Demand) {
    let (account, region, metrics) = (&*scope.account, &*scope.region, demand.metrics());
    let [dollars_per_month, at_most] = both_counts(demand.dollars(&Savings::default()));
    info!(account, region, metrics, dollars_per_month, at_most, "forecast of the cost");
}

/// What the first databases of a scope will cost, with their clusters, before they are queried while others are being listed.
pub(super) fn first_forecast(scope: &ScopeName, resources: usize, dollars: Dollars) {
    let (account, region) = (&*scope.account, &*scope.region);
    let [dollars_per_month, at_most] = both_counts(dollars);
    info!(account, region, resources, dollars_per_month, at_most, "forecast of the cost of the first databases");
}

fn both_counts(dollars: Dollars) -> [String; 2] {
    [dollars.lower, dollars.upper].map(|dollars| format!("{dollars:.2}"))
}

/// What the budget changes, if it changes anything.
pub(super) fn savings(before: &Outlook, now: &Outlook) {
    let Some(budget) = now.budget else { return };
    let usd = |dollars: f64| format!("{dollars:.2}");
    let (usual, saved) = (usd(now.usual.upper), usd(now.saved.upper));
    let shed = list(now.savings.shed());
    if now.is_over_budget() && !before.is_over_budget() {
        let remedy = "raise `[cost] monthly_budget_usd`, or set fewer levels";
        warn!(budget, usual, saved, shed, remedy, "over budget: plimsoll saves all that it may and goes on");
    } else if now.savings == before.savings {
    } else if now.savings == Savings::default() {
        info!(budget, usual, "within budget: everything is queried again");
    } else {
        let stretched = now.savings.stretches();
        warn!(budget, usual, saved, shed, stretched, "budget: plimsoll queries less");
    }
}

/// What the first round of a scope found, and what rounds like it cost: one line, also if some of it failed.
pub(super) fn first_round(scope: &ScopeName, report: &ScopeReport) {
    let (account, region) = (&*scope.account, &*scope.region);
    let (resources, levels, issues) = (by_kind(report), by_source(report), report.issues);
    let dollars_per_month = format!("{:.2}", report.dollars.lower);
    let unlisted = unlisted(report);
    if !unlisted.is_empty() {
        warn!(
            account,
            region, unlisted, resources, levels, issues, dollars_per_month, "first round over with failed calls"
        );
    } else if report.resources.is_empty() && report.filtered + report.served_elsewhere > 0 {
        let (filtered, served_elsewhere) = (report.filtered, report.served_elsewhere);
        warn!(account, region, filtered, served_elsewhere, "first round over: nothing to watch");
    } else if report.resources.is_empty() {
        let remedy = "check `regions`, and which account the credentials belong to";
        warn!(account, region, remedy, "first round over: no databases found");
    } else {
        info!(account, region, resources, levels, issues, dollars_per_month, "first round over");
    }
}

/// The listings that have not succeeded yet.
fn unlisted(report: &ScopeReport) -> String {
    let listings = report.tasks.iter().filter(|(task, _)| matches!(task, Task::List(_)));
    list(listings.filter(|(_, state)| state.last_success.is_none()).map(|(task, _)| task.name()))
}

/// Such as `12 db-instance, 2 db-cluster`.
fn by_kind(report: &ScopeReport) -> String {
    let mut kinds = BTreeMap::new();
    for ((kind, _), count) in &report.resources {
        *kinds.entry(kind).or_insert(0) += count;
    }
    list(kinds.into_iter().map(|(kind, count)| format!("{count} {}", kind.name)))
}

/// Such as `7 resource_tag, 30 default`.
fn by_source(report: &ScopeReport) -> String {
    let mut sources = BTreeMap::new();
    for ((_, source), count) in &report.thresholds {
        *sources.entry(source).or_insert(0) += count;
    }
    list(sources.into_iter().map(|(source, count)| format!("{count} {}", source.name())))
}

fn list(items: impl Iterator<Item = impl Display>) -> String {
    items.map(|item| item.to_string()).collect::<Vec<_>>().join(", ")
}

/// One listing; nothing if it failed.
pub(super) fn listed(target: &Target, lister: Lister, found: Option<&[Arc<Described>]>, took: Duration) {
    let Some(found) = found else { return };
    let (account, region, listing) = (&*target.account, &*target.region, lister.name());
    debug!(account, region, listing, resources = found.len(), ?took, "listed");
}

/// The answer to one batch of queries; nothing if the call failed.
pub(super) fn polled(target: &Target, batch: &Batch, result: Option<&BatchResult>, took: Duration) {
    let Some(result) = result else { return };
    let (account, region, task) = (&*target.account, &*target.region, batch.poll_group.task().name());
    let (queries, billed_metrics) = (batch.queries.len(), billed_metrics(&batch.queries));
    let points = result.answers.iter().filter_map(QueryResult::point).count();
    debug!(account, region, task, queries, billed_metrics, points, ?took, "polled");
}

/// The largest body that vmagent takes as shipped, before compression; Prometheus has no such limit as shipped.
///
/// <https://docs.victoriametrics.com/victoriametrics/vmagent/>, `-promscrape.maxScrapeSize`.
const VMAGENT_BYTES: u64 = 16 * 1024 * 1024;

/// A warning comes before the limit is reached: plimsoll's own metrics are not counted, and a fleet grows.
const NEAR_BYTES: u64 = VMAGENT_BYTES / 10 * 9;

/// Warns once when a page, or a shard of it, comes near a limit of scrapers, or again after it was smaller; returns whether
/// it is near.
pub(super) fn near_limit(page: &Page, was_near: bool) -> bool {
    let (bytes, limit) = (page.largest_text_bytes(), VMAGENT_BYTES);
    let is_near = bytes >= NEAR_BYTES;
    if is_near && !was_near {
        let remedy = "set `profile = \"lean\"` in [labels], split the page by `shards` in [web], or raise \
                      `-promscrape.maxScrapeSize` of vmagent; Prometheus takes any size unless `body_size_limit` is set";
        warn!(bytes, limit, remedy, "the page is as large as vmagent takes as shipped, or will be soon");
    }
    is_near
}

/// One page.
pub(super) fn rendered(page: &Page, took: Duration) {
    debug!(series = page.series(), bytes = page.text_bytes(), ?took, "page rendered");
}

#[cfg(test)]
mod tests {
    use std::io::{self, Read};

    use super::*;
    use crate::exposition::Renderer;
    use crate::resource::ResourceIndex;
    use crate::snapshot::{Column, Extra, Family, Sample, ScopeSnapshot};
    use crate::time::Timestamp;

    /// A page of lines of 1 KiB each, half of them in each shard if it is split.
    fn page(lines: usize, shards: u8) -> Page {
        const LINE: usize = 1024;
        let label = |_| "x".repeat(LINE - "m{} 0\n".len()).into();
        let sample = |position| Sample { value: 0.0, resource: ResourceIndex::new(position % 2), extra: 0 };
        let column = Column {
            labels: (0..2).map(label).collect(),
            extras: vec![Extra::ever("")],
            samples: (0..lines).map(sample).collect(),
        };
        let family = Family { name: "m".to_owned(), help: String::new() };
        let columns = [(Arc::new(family), Arc::new(column))].into();
        let scope = ScopeSnapshot { columns, shards: [0, 1].into(), ..ScopeSnapshot::default() };
        Renderer::with_shards(shards).render(&[Arc::new(scope)], Timestamp::default())
    }

    #[test]
    fn the_log_warns_once_before_a_body_is_larger_than_scrapers_take() {
        let near = |page: &Page, was_near| {
            let (mut log, writer) = io::pipe().unwrap();
            let subscriber = tracing_subscriber::fmt().with_ansi(false).with_writer(Arc::new(writer)).finish();
            let is_near = tracing::subscriber::with_default(subscriber, || near_limit(page, was_near));
            let mut lines = String::new();
            log.read_to_string(&mut lines).unwrap();
            (is_near, lines)
        };
        // Of the 16384 lines that vmagent takes.
        let [small, large, split] = [page(14_000, 0), page(15_000, 0), page(15_000, 2)];
        assert_eq!(near(&small, false), (false, String::new()));
        let (is_near, warning) = near(&large, false);
        assert!(is_near && warning.contains(" WARN "), "{is_near} {} {warning}", large.text_bytes());
        for part in ["limit=16777216", "bytes=15360", "`profile", "lean", "`shards` in [web]", "maxScrapeSize"] {
            assert!(warning.contains(part), "{part}: {warning}");
        }
        assert_eq!(near(&large, true), (true, String::new()));
        assert_eq!(near(&split, true), (false, String::new()));
    }
}
