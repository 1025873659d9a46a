//! The task of one account: it starts the scopes of its regions, and looks once a day for regions that were enabled since.

use std::collections::BTreeSet;
use std::sync::Arc;

use tokio::sync::watch;
use tokio::task::JoinSet;
use tracing::{info, warn};

use super::clock::until;
use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use super::publisher::Publisher;
use super::state::State;
use super::{progress, watcher};
use crate::aws::{Connection, Failure, Target};
use crate::config::{Config, Selection};
use crate::scope::{Scope, ScopeName};
use crate::time::Seconds;

/// How often enabled regions are listed. To enable one is rare, and takes AWS minutes to hours.
const EVERY_DAY: Seconds = Seconds::new(86_400);

/// When they are listed again after a failure.
const SOON: Seconds = Seconds::new(300);

/// The number of regions that an account with `regions = ["all"]` is taken to have, to share the limit of issue series.
pub(super) const USUAL_REGIONS: usize = 20;

/// Starts scopes; the same for all accounts.
#[derive(Clone)]
pub(super) struct Starter {
    pub(super) config: Arc<Config>,
    pub(super) selection: Arc<Selection>,
    /// The operations that a scope can call.
    pub(super) operations: Arc<[&'static str]>,
    /// How many issue series one scope may serve.
    pub(super) issue_limit: usize,
    pub(super) published: watch::Sender<PublishedScopes>,
    /// Absent without a state file.
    pub(super) state: Option<State>,
    pub(super) shared: Shared,
}

/// A scope that is about to start, with its place among those that are published.
pub(super) struct Starting {
    scope: Scope,
    target: Target,
    publisher: Publisher,
}

impl Starter {
    /// Gives a scope its place on the page and its counters, and lets it go on from what was saved of it.
    pub(super) async fn place(&self, target: Target) -> Result<Starting, ServeError> {
        self.shared.own.expect_calls(&target.account, &target.region, &self.operations);
        let mut index = 0;
        self.published.send_modify(|published| index = published.add());
        let saver = self.state.as_ref().map(|state| state.saver(index));
        let (mut scope, mut publisher) =
            (self.scope(&target), Publisher::new(index, self.published.clone(), &self.config.polling, saver));
        if let Some(state) = &self.state {
            (scope, publisher) = state.restore(scope, publisher, &self.shared).await?;
        }
        Ok(Starting { scope, target, publisher })
    }

    /// Places the scopes of the regions that are named. An account whose regions AWS must list first is not ready until
    /// then.
    pub(super) async fn place_named(&self, connection: &Connection) -> Result<Vec<Starting>, ServeError> {
        let Some(named) = connection.named_regions() else {
            self.published.send_modify(PublishedScopes::await_regions);
            return Ok(Vec::new());
        };
        progress::watching(connection.account(), &named);
        let mut placed = Vec::new();
        for region in &named {
            placed.push(self.place(connection.target(region)).await?);
        }
        Ok(placed)
    }

    fn scope(&self, target: &Target) -> Scope {
        let name = ScopeName { account: Arc::clone(&target.account), region: Arc::clone(&target.region) };
        let (config, selection) = (Arc::clone(&self.config), Arc::clone(&self.selection));
        Scope::new(name, config, selection, self.issue_limit, (self.shared.clock)())
    }
}

/// Runs the scopes of one account until they are stopped. `named` are those of regions that the configuration names.
pub(super) async fn run(
    connection: Connection,
    named: Vec<Starting>,
    starter: Starter,
) -> Result<&'static str, ServeError> {
    let lists = connection.named_regions().is_none();
    let mut regions = EnabledRegions { connection, known: BTreeSet::new(), failed: false };
    let mut watchers = JoinSet::new();
    let start = |watchers: &mut JoinSet<_>, Starting { scope, target, publisher }: Starting| {
        watchers.spawn(watcher::run(scope, target, publisher, starter.shared.clone()));
    };
    for starting in named {
        start(&mut watchers, starting);
    }
    let Shared { clock, stop, .. } = &starter.shared;
    let mut due = clock().steady;
    loop {
        tokio::select! {
            () = stop.cancelled() => break,
            Some(ended) = watchers.join_next() => return ended.map_err(|_| ServeError::Ended("scope"))?,
            () = until(due, clock), if lists => {
                let is_first = regions.known.is_empty();
                let (new, pause) = regions.look().await;
                for region in new {
                    start(&mut watchers, starter.place(regions.connection.target(&region)).await?);
                }
                if is_first {
                    starter.published.send_modify(PublishedScopes::regions_known);
                }
                due = clock().steady + pause;
            }
        }
    }
    while watchers.join_next().await.is_some() {}
    Ok("account")
}

/// The regions that are enabled for an account, as far as they are known.
struct EnabledRegions {
    connection: Connection,
    /// Those that are watched.
    known: BTreeSet<String>,
    /// Whether the last listing failed.
    failed: bool,
}

impl EnabledRegions {
    /// The regions that are new, and when to look again.
    async fn look(&mut self) -> (Vec<String>, Seconds) {
        let found = self.connection.enabled_regions().await;
        let pause = if found.is_ok() { EVERY_DAY } else { SOON };
        let had_failed = std::mem::replace(&mut self.failed, found.is_err());
        let regions = match found {
            Ok(regions) => regions,
            Err(failure) => {
                if !had_failed {
                    log_fallback(&self.connection, &failure, self.known.len());
                }
                if self.known.is_empty() { self.connection.always_enabled_regions() } else { Vec::new() }
            }
        };
        let new: Vec<String> = regions.into_iter().filter(|region| self.known.insert(region.clone())).collect();
        if !new.is_empty() {
            progress::watching(self.connection.account(), &new);
        }
        (new, pause)
    }
}

/// Every region of an account; if those that are enabled cannot be listed, those that every account has.
pub(super) async fn regions_of(connection: &Connection) -> Vec<String> {
    if let Some(named) = connection.named_regions() {
        return named;
    }
    connection.enabled_regions().await.unwrap_or_else(|failure| {
        log_fallback(connection, &failure, 0);
        connection.always_enabled_regions()
    })
}

fn log_fallback(connection: &Connection, failure: &Failure, watched: usize) {
    let account = connection.account().name.as_str();
    let remedy = format!("{}; or name the regions in `regions`", failure.remedy());
    let what = failure.what();
    if watched == 0 {
        warn!(account, failure = what, remedy, "cannot list enabled regions: those that every account has are watched");
    } else {
        info!(
            account,
            failure = what,
            remedy,
            "cannot list enabled regions: no new one is watched until that succeeds"
        );
    }
}
