//! The demonstration: the exporter against a simulated AWS, through the ordinary SDK path.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::aws::Access;
use crate::config::{Account, Config};
use crate::sim::{Fleet, Options, Sim};

/// Where the demonstration's fleet is.
const REGION: &str = "eu-west-1";

/// A running simulated AWS; it ends with the value.
pub struct Demo {
    sim: Sim,
}

impl Demo {
    /// Starts the simulated AWS on a free loopback port.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn start() -> io::Result<Self> {
        // People wait two minutes for CloudWatch, but not for a demonstration of it.
        let options = Options { live: true, publication_delay: Some(Duration::ZERO), ..Options::default() };
        Ok(Self { sim: Sim::start(Fleet::demo(), options).await? })
    }

    /// How the exporter reaches it; the credentials mean nothing.
    #[must_use]
    pub fn access(&self) -> Access {
        Access {
            endpoint: Some(self.sim.endpoint()),
            credentials: Some(("demo".to_owned(), "demo".to_owned())),
            region: Some(REGION.to_owned()),
        }
    }
}

/// The defaults, at a pace to watch.
#[must_use]
pub fn config() -> Config {
    let mut config = Config { accounts: vec![Account::default_chain(vec![REGION.to_owned()])], ..Config::default() };
    config.polling.discovery = Duration::from_secs(10);
    config.polling.fast = Duration::from_secs(2);
    config.labels.tags = vec!["team".to_owned()];
    config
}

/// What to look at and what to try.
#[must_use]
pub fn welcome(address: SocketAddr, telemetry_path: &str) -> String {
    let metrics = format!("http://localhost:{}{telemetry_path}", address.port());
    let overview = format!("http://localhost:{}/", address.port());
    format!(
        r#"plimsoll demo: RDS and Aurora databases of a simulated AWS. No credentials, no network.

  metrics   {metrics}
  overview  {overview}

Two neighbours under the same load, each with its own limit in a tag (orders 80/90, billing 97):
  curl -s {metrics} | grep -E 'cpuutilization_(average|threshold).*"(orders|billing)"'
Within a minute orders crosses its limits and billing does not cross its own.

Tags that cannot be read are never lost in silence:
  curl -s {metrics} | grep plimsoll_threshold_issue

Ctrl-C ends it.
"#
    )
}
