//! The demonstration: the exporter against a simulated AWS, through the ordinary SDK path.

use std::io;
use std::net::SocketAddr;

use crate::aws::Access;
use crate::config::Config;
use crate::sim::{Fleet, Options, Sim};

/// A running simulated AWS.
pub struct Demo {
    sim: Sim,
}

impl Demo {
    /// Starts the simulated AWS on a free loopback port.
    ///
    /// # Errors
    /// No port could be had.
    pub async fn start() -> io::Result<Self> {
        Ok(Self { sim: Sim::start(Fleet::demo(), Options::default()).await? })
    }

    /// How the exporter reaches it; the credentials mean nothing.
    #[must_use]
    pub fn access(&self) -> Access {
        Access {
            endpoint: Some(self.sim.endpoint()),
            credentials: Some(("demo".to_owned(), "demo".to_owned())),
            region: Some("eu-west-1".to_owned()),
        }
    }
}
