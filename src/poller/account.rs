//! The task of one account: it starts the scopes of its regions, and looks once a day for regions that were enabled or
//! disabled since.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;
use tracing::{info, warn};

use super::clock::until;
use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use super::starter::{Starter, Starting};
use super::{progress, watcher};
use crate::aws::{Connection, Failure};
use crate::scope::ScopeName;
use crate::time::Seconds;

/// How often enabled regions are listed. To enable one is rare, and takes AWS minutes to hours.
const EVERY_DAY: Seconds = Seconds::new(86_400);

/// When they are listed again after a failure.
const SOON: Seconds = Seconds::new(300);

/// What a new configuration changes in an account.
pub(super) struct Change {
    pub(super) connection: Connection,
    pub(super) starter: Starter,
}

/// An account with the scopes of its regions.
pub(super) struct Account {
    connection: Connection,
    starter: Starter,
    /// By region.
    scopes: BTreeMap<String, RunningScope>,
    /// Each returns its region.
    watchers: JoinSet<Result<String, ServeError>>,
    /// Whether plimsoll is not ready until AWS has listed the regions.
    awaits_regions: bool,
    /// Whether the last listing of regions failed.
    failed: bool,
}

struct RunningScope {
    /// Its place among those that are published.
    index: usize,
    changes: mpsc::Sender<watcher::Change>,
    stop: CancellationToken,
}

impl Account {
    /// Starts the scopes of the regions that are named; they have published what was saved of them when this ends. An
    /// account whose regions AWS must list first is not ready until then.
    pub(super) async fn start(connection: Connection, starter: Starter) -> Result<Self, ServeError> {
        let named = connection.named_regions();
        let (scopes, watchers) = (BTreeMap::new(), JoinSet::new());
        let awaits_regions = named.is_none();
        let mut account = Self { connection, starter, scopes, watchers, awaits_regions, failed: false };
        if awaits_regions {
            account.starter.published.send_modify(PublishedScopes::await_regions);
        }
        account.watch(named.unwrap_or_default()).await?;
        Ok(account)
    }

    /// Runs until the process stops or `removed` is cancelled.
    pub(super) async fn run(
        mut self,
        mut changes: mpsc::Receiver<Change>,
        removed: CancellationToken,
    ) -> Result<(), ServeError> {
        let Shared { clock, stop, .. } = self.starter.shared.clone();
        let mut due = clock().steady;
        loop {
            let lists = self.connection.named_regions().is_none();
            tokio::select! {
                biased;
                () = stop.cancelled() => break,
                () = removed.cancelled() => {
                    self.know_regions();
                    self.unwatch(self.scopes.keys().cloned().collect()).await?;
                    break;
                }
                Some(ended) = self.watchers.join_next() => {
                    ended.map_err(|_| ServeError::Ended("scope"))??;
                    return Err(ServeError::Ended("scope"));
                }
                Some(change) = changes.recv() => {
                    self.take_over(change).await?;
                    due = clock().steady;
                }
                () = until(due, &clock), if lists => due = clock().steady + self.look().await?,
            }
        }
        while self.watchers.join_next().await.is_some() {}
        Ok(())
    }

    /// Ends the scopes that the new configuration does not have, lets the others go on by it, and starts new ones.
    async fn take_over(&mut self, Change { connection, starter }: Change) -> Result<(), ServeError> {
        let keeps_clients = self.connection.is_same_as(&connection);
        if !keeps_clients {
            self.connection = connection;
        }
        let named = self.connection.named_regions();
        if let Some(named) = &named {
            self.know_regions();
            self.unwatch(self.scopes.keys().filter(|region| !named.contains(region)).cloned().collect()).await?;
        }
        self.starter = starter;
        let account = self.connection.account().name.clone();
        for (region, scope) in &self.scopes {
            self.starter.expect_calls(&account, region);
            let target = (!keeps_clients).then(|| self.connection.target(region));
            // Fails only if the scope has ended, which its task reports.
            let _ = scope.changes.send(watcher::Change { settings: self.starter.settings.clone(), target }).await;
        }
        let new = named.into_iter().flatten().filter(|region| !self.scopes.contains_key(region));
        self.watch(new.collect()).await
    }

    /// Starts the scopes of regions.
    async fn watch(&mut self, regions: Vec<String>) -> Result<(), ServeError> {
        if !regions.is_empty() {
            progress::watching(self.connection.account(), &regions);
        }
        for region in regions {
            let Starting { scope, target, publisher } = self.starter.place(self.connection.target(&region)).await?;
            let (changes, received) = mpsc::channel(1);
            let stop = self.starter.shared.stop.child_token();
            let running = RunningScope { index: publisher.index, changes, stop: stop.clone() };
            let shared = Shared { stop, ..self.starter.shared.clone() };
            let watcher = watcher::run(scope, target, publisher, received, shared);
            let name = region.clone();
            self.watchers.spawn(async move { watcher.await.map(|()| name) });
            self.scopes.insert(region, running);
        }
        Ok(())
    }

    /// Ends the scopes of regions.
    async fn unwatch(&mut self, mut regions: BTreeSet<String>) -> Result<(), ServeError> {
        for region in &regions {
            self.scopes[region].stop.cancel();
        }
        while !regions.is_empty() {
            let Some(ended) = self.watchers.join_next().await else { break };
            let region = ended.map_err(|_| ServeError::Ended("scope"))??;
            if self.starter.shared.stop.is_cancelled() {
                return Ok(());
            }
            let gone = self.scopes.remove(&region).filter(|_| regions.remove(&region));
            let index = gone.ok_or(ServeError::Ended("scope"))?.index;
            let account: Arc<str> = self.connection.account().name.as_str().into();
            info!(account = &*account, region, "not watched any more");
            self.starter.remove(&ScopeName { account, region: region.into() }, index);
        }
        Ok(())
    }

    fn know_regions(&mut self) {
        if std::mem::take(&mut self.awaits_regions) {
            self.starter.published.send_modify(PublishedScopes::regions_known);
        }
    }

    /// Starts the scopes of regions that are new, and ends those of regions that are disabled; returns when to look again.
    async fn look(&mut self) -> Result<Seconds, ServeError> {
        let found = self.connection.enabled_regions().await;
        let pause = if found.is_ok() { EVERY_DAY } else { SOON };
        let had_failed = std::mem::replace(&mut self.failed, found.is_err());
        let regions = match found {
            Ok(regions) => {
                let disabled = self.scopes.keys().filter(|region| !regions.contains(region));
                self.unwatch(disabled.cloned().collect()).await?;
                regions
            }
            Err(failure) => {
                if !had_failed {
                    log_fallback(&self.connection, &failure, self.scopes.len());
                }
                if self.scopes.is_empty() { self.connection.always_enabled_regions() } else { Vec::new() }
            }
        };
        let new = regions.into_iter().filter(|region| !self.scopes.contains_key(region));
        self.watch(new.collect()).await?;
        self.know_regions();
        Ok(pause)
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
