//! Starts scopes by one configuration, and ends those that the next one does not watch.

use std::collections::HashSet;
use std::sync::Arc;

use tokio::sync::watch;

use super::part::{ServeError, Shared};
use super::published::PublishedScopes;
use super::publisher::Publisher;
use super::state::State;
use crate::aws::{self, Connection, Target};
use crate::config::{Config, Selection};
use crate::generate;
use crate::scope::{Scope, ScopeName, Settings};

/// Issue series of all scopes together; further issues are only counted, so that a broken tagging script cannot fill
/// the page.
const ISSUES: usize = 10_000;

/// The number of regions that an account with `regions = ["all"]` is taken to have, to share the limit of issue series.
const USUAL_REGIONS: usize = 20;

/// Starts scopes; the same for all accounts.
#[derive(Clone)]
pub(super) struct Starter {
    pub(super) settings: Settings,
    /// The operations that a scope can call.
    pub(super) operations: Arc<[&'static str]>,
    pub(super) published: watch::Sender<PublishedScopes>,
    /// Absent without a state file.
    pub(super) state: Option<State>,
    pub(super) shared: Shared,
}

/// A scope that is about to start, with its place among those that are published.
pub(super) struct Starting {
    pub(super) scope: Scope,
    pub(super) target: Target,
    pub(super) publisher: Publisher,
}

/// What scopes take from a configuration with these connections, and the operations that they can call.
pub(super) fn settings(config: Config, connections: &[Connection]) -> (Settings, Arc<[&'static str]>) {
    let config = Arc::new(config);
    let selection = Arc::new(Selection::of(&config));
    let operations = aws::operations(&config.catalog.listers(), &config.optional_calls(), selection.polls);
    let issue_limit = ISSUES / count_scopes(connections).max(1);
    (Settings { config, selection, issue_limit }, operations.into())
}

/// How many scopes there are, as far as that is known before any call.
fn count_scopes(connections: &[Connection]) -> usize {
    connections.iter().map(|one| one.named_regions().map_or(USUAL_REGIONS, |named| named.len())).sum()
}

impl Starter {
    /// Gives a scope its place on the page and its counters, and lets it go on from what was saved of it.
    pub(super) async fn place(&self, target: Target) -> Result<Starting, ServeError> {
        self.expect_calls(&target.account, &target.region);
        let mut index = 0;
        self.published.send_modify(|published| index = published.add());
        let polling = &self.settings.config.polling;
        let saver = self.state.as_ref().map(|state| state.saver(index));
        let (mut scope, mut publisher) =
            (self.scope(&target), Publisher::new(index, self.published.clone(), polling, saver));
        if let Some(state) = &self.state {
            (scope, publisher) = state.restore(scope, publisher, &self.shared).await?;
        }
        Ok(Starting { scope, target, publisher })
    }

    /// Serves the counters of the calls of a scope.
    pub(super) fn expect_calls(&self, account: &str, region: &str) {
        self.shared.own.expect_calls(account, region, &self.operations);
    }

    /// Takes a scope that has ended off the page, out of the state file and out of own metrics.
    pub(super) fn remove(&self, name: &ScopeName, index: usize) {
        self.published.send_modify(|published| published.remove(index));
        if let Some(state) = &self.state {
            state.remove(index);
        }
        self.shared.own.forget(name);
        self.shared.spending.forget(name);
        self.shared.served.keep(index, &HashSet::new());
    }

    /// The configuration of the scopes is in effect.
    pub(super) fn configured(&self) {
        let Settings { config, selection, .. } = &self.settings;
        self.shared.spending.reconfigure(config, selection);
        self.shared.own.outlook(&self.shared.spending.outlook());
        self.shared.own.configured(&generate::version(config, selection), (self.shared.clock)().wall);
    }

    fn scope(&self, target: &Target) -> Scope {
        let name = ScopeName { account: Arc::clone(&target.account), region: Arc::clone(&target.region) };
        let Settings { config, selection, issue_limit } = self.settings.clone();
        Scope::new(name, config, selection, issue_limit, (self.shared.clock)())
    }
}
