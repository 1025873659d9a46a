//! The accounts of the configuration that is in effect, and the takeover by a new one.

use std::collections::BTreeMap;

use tokio::sync::mpsc;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::account::{Account, Change};
use super::part::ServeError;
use super::published::PublishedScopes;
use super::starter::{Starter, settings};
use crate::aws::{ConnectError, Connection, Connector};
use crate::config::Config;

/// The accounts that run.
pub(super) struct Accounts {
    connector: Connector,
    starter: Starter,
    /// By name.
    running: BTreeMap<String, RunningAccount>,
    /// Each returns its name.
    tasks: JoinSet<Result<String, ServeError>>,
}

struct RunningAccount {
    changes: mpsc::Sender<Change>,
    removed: CancellationToken,
}

impl Accounts {
    /// Starts every account. The scopes of regions that are named have published what was saved of them when this ends.
    pub(super) async fn start(
        connector: Connector,
        connections: Vec<Connection>,
        starter: Starter,
    ) -> Result<Self, ServeError> {
        starter.configured();
        let mut accounts = Self { connector, starter, running: BTreeMap::new(), tasks: JoinSet::new() };
        for connection in connections {
            accounts.add(connection).await?;
        }
        Ok(accounts)
    }

    pub(super) const fn starter(&self) -> &Starter {
        &self.starter
    }

    /// Lets a new configuration take over; the page changes once, when every scope has published by it.
    ///
    /// The outer error ends the process, the inner one leaves all as it was.
    pub(super) async fn take_over(&mut self, config: Config) -> Result<Result<(), ConnectError>, ServeError> {
        let connections = match self.connector.connect(&config).await {
            Ok(connections) => connections,
            Err(error) => return Ok(Err(error)),
        };
        let (settings, operations) = settings(config, &connections);
        self.starter = Starter { settings, operations, ..self.starter.clone() };
        self.starter.published.send_modify(PublishedScopes::begin_takeover);
        self.remove_others(&connections).await?;
        for connection in connections {
            match self.running.get(&connection.account().name) {
                // Fails only if the account has ended, which its task reports.
                Some(account) => drop(account.changes.send(Change { connection, starter: self.starter.clone() }).await),
                None => self.add(connection).await?,
            }
        }
        self.published_by_all().await?;
        self.starter.configured();
        Ok(Ok(()))
    }

    /// The end of an account, which is an error.
    pub(super) async fn ended(&mut self) -> ServeError {
        match self.tasks.join_next().await {
            Some(Ok(Err(error))) => error,
            _ => ServeError::Ended("account"),
        }
    }

    /// Waits until all accounts have stopped.
    pub(super) async fn stopped(mut self) -> Result<(), ServeError> {
        while let Some(ended) = self.tasks.join_next().await {
            ended.map_err(|_| ServeError::Ended("account"))??;
        }
        Ok(())
    }

    async fn add(&mut self, connection: Connection) -> Result<(), ServeError> {
        let (changes, received) = mpsc::channel(1);
        let (name, removed) = (connection.account().name.clone(), CancellationToken::new());
        self.running.insert(name.clone(), RunningAccount { changes, removed: removed.clone() });
        let account = Account::start(connection, self.starter.clone()).await?;
        self.tasks.spawn(async move { account.run(received, removed).await.map(|()| name) });
        Ok(())
    }

    /// Ends the accounts that have no connection among these.
    async fn remove_others(&mut self, connections: &[Connection]) -> Result<(), ServeError> {
        let is_kept = |name: &String| connections.iter().any(|one| one.account().name == *name);
        let gone: BTreeMap<_, _> = self.running.extract_if(.., |name, _| !is_kept(name)).collect();
        for account in gone.values() {
            account.removed.cancel();
        }
        for _ in &gone {
            let ended = self.tasks.join_next().await.ok_or(ServeError::Ended("account"))?;
            let name = ended.map_err(|_| ServeError::Ended("account"))??;
            if !gone.contains_key(&name) && !self.starter.shared.stop.is_cancelled() {
                return Err(ServeError::Ended("account"));
            }
        }
        Ok(())
    }

    async fn published_by_all(&mut self) -> Result<(), ServeError> {
        let (mut published, stop) = (self.starter.published.subscribe(), self.starter.shared.stop.clone());
        tokio::select! {
            () = stop.cancelled() => Ok(()),
            // The sender is kept here.
            _ = published.wait_for(PublishedScopes::is_whole) => Ok(()),
            error = self.ended() => Err(error),
        }
    }
}
