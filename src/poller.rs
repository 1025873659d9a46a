//! The running exporter: one task per scope, one renderer, one listener.
//!
//! It carries out the commands of `scope` and passes values on. It makes no decisions of its own.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::net::TcpListener;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::aws::{Access, Attempt, Connector, Observer};
use crate::config;
use crate::explain::Wanted;
use crate::exposition::{Page, Renderer};
use crate::http::{Handlers, PageState, ReloadRequest, Web};
use crate::pages::{self, MetricsFetched, Overview, ScopeOverview};
use crate::plan::Task;
use crate::resource::Lister;
use crate::scope::{ScopeName, ScopeReport};
use crate::telemetry::Own;
use crate::time::Timestamp;
use crate::version;

mod account;
mod accounts;
mod clock;
mod event_log;
mod failure_log;
mod first_contact;
mod fleet_queries;
mod list_once;
mod lease;
mod listener;
mod listing;
mod progress;
mod part;
mod place;
mod published;
mod publisher;
mod reads;
mod reload;
mod renderer;
mod restored;
mod role;
mod saver;
mod served;
mod starter;
mod spending;
mod state;
mod watcher;

pub(crate) use clock::unix_now;
pub use first_contact::{FirstContact, Outcome, Try, first_contact};
pub use list_once::{ListError, list_once};
pub use part::ServeError;
pub use reload::{Loader, Source};

use accounts::Accounts;
use clock::Clock;
use lease::Keeper;
use part::Shared;
use published::PublishedScopes;
use role::Role;
use spending::Spending;
use starter::{Starter, settings};
use state::State;

/// Polls and serves until it is stopped.
///
/// # Errors
/// No client could be made, or a part that must run for ever ended.
pub async fn serve(
    source: Source,
    access: Access,
    endpoint: Endpoint,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    // The future is too large for the stack of a caller.
    Box::pin(run(source, access, endpoint, clock::system(), stop)).await
}

/// Where and how metrics are served.
#[derive(Debug)]
pub struct Endpoint {
    /// What clients connect to.
    pub listeners: Vec<TcpListener>,
    /// Which clients are let in.
    pub web: Web,
    /// The path of the metrics, such as `/metrics`.
    pub telemetry_path: String,
}

/// Polls and serves by any clock.
async fn run(
    source: Source,
    access: Access,
    endpoint: Endpoint,
    clock: Clock,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let requests = source.requests();
    let Source { config, reloads, .. } = source;
    let own = Arc::new(Own::new());
    let connector = Connector::new(&access, &observer(&own, &clock)).await;
    let connections = connector.connect(&config).await?;
    let (settings, operations) = settings(config, &connections);
    let config = Arc::clone(&settings.config);

    let (scopes, views) = watch::channel(PublishedScopes::default());
    let (page, pages) = watch::channel(None);
    let ready = Arc::new(AtomicBool::new(false));
    let keeper = Keeper::new(&config);
    let has_lease = keeper.is_some();
    let spending = Arc::new(Spending::new(&config, &settings.selection, !has_lease));
    own.outlook(&spending.outlook());
    own.serves(config.shard);
    own.splits_page(config.web.shards);
    let (to_scopes, role) = watch::channel(Role::first(has_lease));
    let shared = Shared { own, clock, served: Arc::default(), role, stop, spending };
    let Endpoint { listeners, web, telemetry_path } = endpoint;
    let served = Served { ready: Arc::clone(&ready), pages: pages.clone(), published: views.clone() };
    let handlers = handlers(&shared, served, requests, (telemetry_path, &config.web));

    let state = State::open(config.state.file.clone(), &shared).await;
    let starter = Starter { settings, operations, published: scopes, state: state.clone(), shared: shared.clone() };
    let mut parts = JoinSet::new();
    let accounts = Accounts::start(connector, connections, starter).await?;
    parts.spawn(reload::run(accounts, reloads));
    let renderer = Renderer::with_shards(config.web.shards);
    parts.spawn(renderer::run(renderer, views.clone(), page, ready, shared.clone()));
    if let Some(keeper) = keeper {
        parts.spawn(lease::run(keeper, to_scopes, shared.clone()));
    }
    if let Some(state) = state {
        state.write(&mut parts, views, &shared, has_lease);
        state::first_page(pages).await;
    }
    let stop = (shared.stop.clone(), config.web.stop_timeout);
    parts.spawn(listener::run(listeners, web, Arc::new(handlers), stop));
    supervise(parts, &shared.stop).await
}

fn observer(own: &Arc<Own>, clock: &Clock) -> Observer {
    let (own, clock) = (Arc::clone(own), Arc::clone(clock));
    Arc::new(move |account, region, operation, attempt| match attempt {
        Attempt::Dated(date) => own.skewed(account, region, clock().wall - date),
        Attempt::Sent | Attempt::Failed(_) => own.attempt(account, region, operation, attempt),
    })
}

/// What the listener serves from.
struct Served {
    ready: Arc<AtomicBool>,
    pages: watch::Receiver<Option<Arc<Page>>>,
    published: watch::Receiver<PublishedScopes>,
}

fn handlers(
    shared: &Shared,
    served: Served,
    reloads: mpsc::Sender<ReloadRequest>,
    (telemetry_path, web): (String, &config::Web),
) -> Handlers {
    let Served { ready, pages, published } = served;
    let (for_landing, path) = (shared.clone(), telemetry_path.clone());
    let [published_for_landing, published_for_ready, published_for_levels] = [(); 3].map(|()| published.clone());
    let Shared { own, clock, .. } = shared.clone();
    let for_connections = Arc::clone(&own);
    let [clock_for_fleet, clock_for_levels] = [(); 2].map(|()| Arc::clone(&clock));
    Handlers {
        pages,
        own_metrics: Box::new(move |page| own.encode(page == PageState::Withheld)),
        ready: Box::new(move || ready.load(Ordering::Relaxed).then(|| fleet_queries::failures(&published_for_ready))),
        landing: Box::new(move |wanted, reloads| {
            pages::landing(&overview(&for_landing, &published_for_landing, &path, wanted), reloads)
        }),
        fleet: Box::new(move |question, representation| {
            fleet_queries::answer(&published, question, representation, clock_for_fleet())
        }),
        levels: Box::new(move |wanted, format| {
            fleet_queries::levels(&published_for_levels, wanted, format, clock_for_levels())
        }),
        reloads,
        now: Box::new(move || clock().steady),
        telemetry_path,
        shards: web.shards,
        has_pages: web.pages,
        connection: Box::new(move |event| for_connections.connection(event)),
    }
}

fn overview(
    shared: &Shared,
    published: &watch::Receiver<PublishedScopes>,
    telemetry_path: &str,
    wanted: &Wanted,
) -> Overview {
    let now = (shared.clock)();
    Overview {
        version: version::NUMBER.to_owned(),
        telemetry_path: telemetry_path.to_owned(),
        now: now.wall,
        scopes: shared
            .own
            .reports()
            .into_iter()
            .map(|(scope, report)| scope_overview(&scope, &report, shared))
            .collect(),
        failures: published.borrow().failures(),
        fleet: fleet_queries::round_up(published, wanted, now),
        wanted: wanted.clone(),
        cost: shared.spending.outlook(),
    }
}

fn scope_overview(scope: &ScopeName, report: &ScopeReport, Shared { own, role, .. }: &Shared) -> ScopeOverview {
    // Without polls, the metric profile is `none`. The shortest period comes first.
    let polls = report.tasks.iter().find(|(task, _)| task.is_poll());
    let metrics = match (polls, &*role.borrow()) {
        (Some((_, poll)), _) => MetricsFetched::Last(poll.last_success),
        (None, Role { polls: true, .. }) => MetricsFetched::ByAnotherExporter,
        (None, Role { holder, .. }) => MetricsFetched::ByReplica(holder.clone()),
    };
    ScopeOverview {
        account: scope.account.to_string(),
        region: scope.region.to_string(),
        last_discovery: last_discovery(report),
        metrics,
        resources: report.databases(),
        thresholds: report.thresholds.values().sum(),
        issues: report.issues,
        failed_calls: own.failed_calls(scope),
        spent: own.spent(scope),
        filtered: report.filtered,
        unmatched_filters: unmatched_filters(report),
        served_elsewhere: report.served_elsewhere,
        refused: report.refused.iter().map(|call| call.permission()).collect(),
    }
}

/// The entries of filters that match nothing, if anything was listed.
fn unmatched_filters(report: &ScopeReport) -> Vec<String> {
    let was_listed = report.filtered > 0 || !report.resources.is_empty();
    let unmatched = report.filter_matches.iter().filter(|(_, count)| was_listed && *count == 0);
    unmatched.map(|(name, _)| name.clone()).collect()
}

/// The oldest last success of the listings; `None` if one never succeeded. Clusters do not count, because instances are
/// watched without them.
fn last_discovery(report: &ScopeReport) -> Option<Timestamp> {
    let listings =
        report.tasks.iter().filter(|(task, _)| matches!(task, Task::List(lister) if *lister != Lister::Clusters));
    listings.map(|(_, task)| task.last_success).min().flatten()
}

/// Waits for every part; one that ends before the stop ends the process.
async fn supervise(
    mut parts: JoinSet<Result<&'static str, ServeError>>,
    stop: &CancellationToken,
) -> Result<(), ServeError> {
    while let Some(part) = parts.join_next().await {
        match part {
            Ok(Ok(_)) if stop.is_cancelled() => {}
            Ok(Ok(name)) => return Err(ServeError::Ended(name)),
            Ok(Err(error)) => return Err(error),
            Err(_) => return Err(ServeError::Ended("part that panicked")),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
