//! The demonstration: the exporter against a simulated AWS, through the ordinary SDK path.
//!
//! `story` is what happens to the simulated databases and when, `welcome` the text that describes it to a person.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::aws::Access;
use crate::config::{Account, Config};
use crate::sim::{Fleet, Options, Sim};

mod story;
mod welcome;

pub use welcome::{Pace, Welcome, welcome};

/// The region of the first account.
const REGION: &str = "eu-west-1";

/// The region of the second account.
const OTHER_REGION: &str = "us-east-1";

/// The role through which the second account is read.
const OTHER_ROLE: &str = "arn:aws:iam::210987654321:role/plimsoll";

/// A running simulated AWS and what happens in it. Both stop when it is dropped.
pub struct Demo {
    sim: Arc<Sim>,
    story: JoinHandle<()>,
}

impl Demo {
    /// Starts the simulated AWS on a free loopback port.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> io::Result<Self> {
        // CloudWatch publishes a datapoint about two minutes late; a demonstration should not.
        let options = Options { live: true, publication_delay: Some(Duration::ZERO), ..Options::default() };
        let sim = Arc::new(Sim::start(Fleet::demo(), options).await?);
        let story = tokio::spawn(story::play(Arc::clone(&sim)));
        Ok(Self { sim, story })
    }

    /// How the exporter reaches the simulated AWS, which does not check the credentials.
    #[must_use]
    pub fn access(&self) -> Access {
        Access {
            endpoint: Some(self.sim.endpoint()),
            credentials: Some(("demo".to_owned(), "demo".to_owned())),
            region: Some(REGION.to_owned()),
        }
    }
}

impl Drop for Demo {
    fn drop(&mut self) {
        self.story.abort();
    }
}

/// The defaults with short intervals and age limits, so that changes show within seconds and a missing value within
/// minutes.
#[must_use]
pub fn config() -> Config {
    let mut config = Config { accounts: accounts(), ..Config::default() };
    config.polling.discovery = Duration::from_secs(10);
    config.polling.fast = Duration::from_secs(2);
    config.polling.slow = Duration::from_mins(1);
    config.polling.publication_delay = Duration::ZERO;
    config.polling.age_limit.minute = Duration::from_mins(3);
    config.labels.tags = vec!["team".to_owned()];
    config
}

/// A configuration of the user, but with the accounts of the simulated AWS.
#[must_use]
pub fn with_simulated_accounts(config: Config) -> Config {
    Config { accounts: accounts(), ..config }
}

fn accounts() -> Vec<Account> {
    let account = |name: &str, region: &str, role: Option<&str>| Account {
        name: name.to_owned(),
        role_arn: role.map(str::to_owned),
        ..Account::default_chain(vec![region.to_owned()])
    };
    vec![account("production", REGION, None), account("research", OTHER_REGION, Some(OTHER_ROLE))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_region_of_the_fleet_is_watched() {
        let fleet = Fleet::demo();
        let id = |account: &Account| {
            let of_role = account.role_arn.as_deref().and_then(|arn| arn.split(':').nth(4));
            of_role.unwrap_or(&fleet.home_account).to_owned()
        };
        let mut watched: Vec<_> = accounts().into_iter().map(|account| (id(&account), account.regions)).collect();
        watched.sort();
        let regions = fleet.accounts.iter().map(|(id, regions)| (id.clone(), regions.keys().cloned().collect()));
        assert_eq!(watched, regions.collect::<Vec<_>>());
    }
}
