//! The simulated AWS in the test's own process, so that the test can edit the fleet and inject faults.

use std::ops::Deref;

use plimsoll::sim::{Fleet, Options, Sim};
use tokio::runtime::Runtime;

use super::exporter::Launch;

/// A running simulated AWS, which stops when it is dropped.
pub(crate) struct SimulatedAws {
    sim: Sim,
    _runtime: Runtime,
}

impl SimulatedAws {
    pub(crate) fn start(fleet: Fleet, options: Options) -> Self {
        let runtime = Runtime::new().unwrap();
        let sim = runtime.block_on(Sim::start(fleet, options)).unwrap();
        Self { sim, _runtime: runtime }
    }

    /// An exporter that uses it as AWS.
    pub(crate) fn launch(&self) -> Launch {
        Launch::against(&self.sim.endpoint())
    }
}

impl Deref for SimulatedAws {
    type Target = Sim;

    fn deref(&self) -> &Sim {
        &self.sim
    }
}
