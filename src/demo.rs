//! The demonstration: the exporter against a simulated AWS, through the ordinary SDK path.

use std::io;
use std::net::SocketAddr;
use std::time::Duration;

use crate::aws::Access;
use crate::config::{Account, Config};
use crate::sim::{Fleet, Options, Sim};

/// The region of the demonstration's fleet.
const REGION: &str = "eu-west-1";

/// A running simulated AWS, which stops when it is dropped.
pub struct Demo {
    sim: Sim,
}

impl Demo {
    /// Starts the simulated AWS on a free loopback port.
    ///
    /// # Errors
    /// No port is free.
    pub async fn start() -> io::Result<Self> {
        // CloudWatch publishes a datapoint about two minutes late; a demonstration should not.
        let options = Options { live: true, publication_delay: Some(Duration::ZERO), ..Options::default() };
        Ok(Self { sim: Sim::start(Fleet::demo(), options).await? })
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

/// The defaults with short intervals, so that changes show within seconds.
#[must_use]
pub fn config() -> Config {
    let mut config = Config { accounts: vec![Account::default_chain(vec![REGION.to_owned()])], ..Config::default() };
    config.polling.discovery = Duration::from_secs(10);
    config.polling.fast = Duration::from_secs(2);
    config.labels.tags = vec!["team".to_owned()];
    config
}

/// The text printed at the start: addresses and commands to try.
#[must_use]
pub fn welcome(address: SocketAddr, telemetry_path: &str) -> String {
    let metrics = format!("http://localhost:{}{telemetry_path}", address.port());
    let overview = format!("http://localhost:{}/", address.port());
    format!(
        r#"plimsoll demo: RDS and Aurora databases of a simulated AWS. No credentials, no network.

  metrics   {metrics}
  overview  {overview}

Two databases under the same load, each with its own levels in a tag (orders 80/90, billing 97):
  curl -s {metrics} | grep -E 'cpuutilization_(average|threshold).*"(orders|billing)"'
Within a minute orders crosses its levels, and billing does not cross its own.

Each tag that cannot be used is a series:
  curl -s {metrics} | grep plimsoll_threshold_issue

Ctrl-C ends the demo.
"#
    )
}
