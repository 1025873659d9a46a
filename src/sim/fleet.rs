//! What exists in the simulated AWS: accounts, regions, databases, and the values of their metrics.
//!
//! This is the format of the fleet file. `published` has the metrics of databases whose file names none.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;

mod cluster;
mod instance;
mod optional;
mod proxy;
mod region;

pub use cluster::{Capacity, Cluster};
pub use instance::{Instance, Volume};
pub use optional::{BlueGreenDeployment, Event, Lifecycle, Maintenance, Quota};
pub use proxy::Proxy;
pub use region::Region;

/// Everything that exists.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fleet {
    /// The account of every access key that `AssumeRole` did not make.
    pub home_account: String,
    /// Seconds from the end of a sample's minute until it can be read; 120 if the file has none.
    #[serde(default = "two_minutes")]
    pub delay_s: u64,
    /// How many simulated seconds pass in one real second; 1 if the file has none.
    #[serde(default = "real_time")]
    pub speed: f64,
    /// The seed of all noise.
    #[serde(default)]
    pub seed: u64,
    /// External ids that `AssumeRole` requires, by account; it requires none for other accounts.
    #[serde(default)]
    pub external_ids: BTreeMap<String, String>,
    /// The accounts that are linked to each monitoring account, whose metrics it shows.
    #[serde(default)]
    pub links: BTreeMap<String, BTreeSet<String>>,
    /// What `DescribeDBMajorEngineVersions` returns.
    #[serde(default)]
    pub lifecycles: Vec<Lifecycle>,
    /// Regions by account, then by name.
    pub accounts: BTreeMap<String, BTreeMap<String, Region>>,
}

impl Fleet {
    /// A fleet without databases: one account, no region.
    #[must_use]
    pub fn empty(home_account: &str) -> Self {
        Self {
            home_account: home_account.to_owned(),
            delay_s: two_minutes(),
            speed: real_time(),
            seed: 0,
            external_ids: BTreeMap::new(),
            links: BTreeMap::new(),
            lifecycles: Vec::new(),
            accounts: BTreeMap::from([(home_account.to_owned(), BTreeMap::new())]),
        }
    }

    /// One region of one account, which is created if it does not exist.
    pub fn region(&mut self, account: &str, region: &str) -> &mut Region {
        self.accounts.entry(account.to_owned()).or_default().entry(region.to_owned()).or_default()
    }

    /// Links an account to a monitoring account.
    pub fn link(&mut self, monitoring: &str, source: &str) {
        self.links.entry(monitoring.to_owned()).or_default().insert(source.to_owned());
    }

    /// A DB instance anywhere in the fleet, the first one by that name.
    pub fn instance(&mut self, id: &str) -> Option<&mut Instance> {
        self.accounts.values_mut().flat_map(BTreeMap::values_mut).find_map(|region| region.instances.get_mut(id))
    }

    /// A DB cluster anywhere in the fleet, the first one by that name.
    pub fn cluster(&mut self, id: &str) -> Option<&mut Cluster> {
        self.accounts.values_mut().flat_map(BTreeMap::values_mut).find_map(|region| region.clusters.get_mut(id))
    }
}

const fn two_minutes() -> u64 {
    120
}

const fn real_time() -> f64 {
    1.0
}
