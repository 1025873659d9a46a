//! The part that runs the accounts and reads the configuration again when that is requested.

use std::fmt;
use std::sync::Arc;

use tokio::sync::mpsc;
use tokio::task::spawn_blocking;
use tracing::{error, info};

use super::accounts::Accounts;
use super::part::ServeError;
use crate::config::Config;
use crate::http::ReloadRequest;

/// Requests that wait while a reload runs. One is enough: it reads the file after all changes made until then.
const WAITING: usize = 1;

/// The most lines that are logged of one refused configuration; the response has all.
const MAX_LINES: usize = 10;

/// Reads the configuration again; the error has every mistake in a line each, without secrets.
pub type Loader = Arc<dyn Fn() -> Result<Config, String> + Send + Sync>;

/// The configuration at the start, and how it is read again.
pub struct Source {
    pub(super) config: Config,
    pub(super) reloads: Reloads,
    requests: mpsc::Sender<ReloadRequest>,
}

/// What reads the configuration again, and who requests that.
pub(super) struct Reloads {
    load: Loader,
    requests: mpsc::Receiver<ReloadRequest>,
}

impl Source {
    /// A configuration that `load` reads again.
    #[must_use]
    pub fn new(config: Config, load: Loader) -> Self {
        let (sender, requests) = mpsc::channel(WAITING);
        Self { config, reloads: Reloads { load, requests }, requests: sender }
    }

    /// Where a reload is requested.
    #[must_use]
    pub fn requests(&self) -> mpsc::Sender<ReloadRequest> {
        self.requests.clone()
    }
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Source").finish_non_exhaustive()
    }
}

/// Runs the accounts until they are stopped.
pub(super) async fn run(mut accounts: Accounts, reloads: Reloads) -> Result<&'static str, ServeError> {
    let Reloads { load, mut requests } = reloads;
    let stop = accounts.starter().shared.stop.clone();
    loop {
        tokio::select! {
            biased;
            () = stop.cancelled() => break,
            error = accounts.ended() => return Err(error),
            Some(request) = requests.recv() => {
                let outcome = reload(&mut accounts, &load).await?;
                log(&outcome, &accounts);
                // The requester may have closed its connection.
                let _ = request.send(outcome);
            }
        }
    }
    accounts.stopped().await?;
    Ok("accounts")
}

/// Reads the configuration and lets it take over. One that is as before changes nothing and calls nobody, so that
/// requests at any rate cost AWS nothing.
async fn reload(accounts: &mut Accounts, load: &Loader) -> Result<Result<(), String>, ServeError> {
    let load = Arc::clone(load);
    let loaded =
        spawn_blocking(move || load()).await.unwrap_or_else(|_| Err("the configuration was not read".to_owned()));
    let before = Arc::clone(&accounts.starter().settings.config);
    match loaded.and_then(|config| needs_no_restart(&before, config)) {
        Err(mistakes) => Ok(Err(mistakes)),
        Ok(config) if config == *before => {
            accounts.starter().configured();
            Ok(Ok(()))
        }
        Ok(config) => Ok(accounts.take_over(config).await?.map_err(|error| error.to_string())),
    }
}

/// Refuses a configuration that differs in what is set up once: to serve half of it would be worse.
fn needs_no_restart(before: &Config, config: Config) -> Result<Config, String> {
    let tables = [
        ("[web]", before.web != config.web),
        ("[state]", before.state != config.state),
        ("[lease]", before.lease != config.lease),
    ];
    let changed: Vec<String> = tables
        .iter()
        .filter(|(_, differs)| *differs)
        .map(|(table, _)| format!("`{table}` has changed, which a reload cannot take over: restart plimsoll"))
        .collect();
    if changed.is_empty() { Ok(config) } else { Err(changed.join("\n")) }
}

fn log(outcome: &Result<(), String>, accounts: &Accounts) {
    let starter = accounts.starter();
    match outcome {
        Ok(()) => info!(accounts = starter.settings.config.accounts.len(), "configuration reloaded"),
        Err(mistakes) => {
            starter.shared.own.configuration_refused();
            for mistake in mistakes.lines().take(MAX_LINES) {
                error!(mistake, "configuration not reloaded: the one before stays in effect");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::parse;

    #[test]
    fn what_is_set_up_once_needs_a_restart() {
        let config = |text: &str| parse(text, "plimsoll.toml").unwrap().config;
        let check = |text: &str, expected: &[&str]| {
            let refused = needs_no_restart(&Config::default(), config(text)).err().unwrap_or_default();
            let lines: Vec<&str> = refused.lines().collect();
            assert_eq!(lines.len(), expected.len(), "{refused}");
            assert!(
                lines.iter().zip(expected).all(|(line, table)| line.starts_with(&format!("`{table}`"))),
                "{refused}"
            );
            assert!(lines.iter().all(|line| line.ends_with("restart plimsoll")), "{refused}");
        };
        check("[polling]\nfast = \"30s\"", &[]);
        check("[web]\npages = false", &["[web]"]);
        check("[web]\nshards = 4", &["[web]"]);
        check("[web]\nstop_timeout = \"20s\"", &["[web]"]);
        check("[web]\nlisten_addresses = [\":1\"]\n[state]\nfile = \"/a\"", &["[web]", "[state]"]);
    }
}
