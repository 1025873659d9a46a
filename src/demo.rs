//! The demonstration: the exporter against a simulated AWS, through the ordinary SDK path.
//!
//! `accounts` is where the simulated databases are, `story` what happens to them and when, `welcome` the text
//! that describes it to a person.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinHandle;

use crate::aws::Access;
use crate::config::Config;
use crate::sim::{Fleet, Options, Sim};

mod accounts;
mod story;
mod welcome;

pub use welcome::{Pace, Welcome, welcome};

use accounts::{REGION, accounts};

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
