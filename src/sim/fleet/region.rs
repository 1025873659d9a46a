//! The resources of one account in one region.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::cluster::Cluster;
use super::instance::Instance;
use super::optional::{BlueGreenDeployment, Event, Quota};
use super::proxy::Proxy;
use crate::sim::curve::Curve;

/// The resources of one account in one region.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Region {
    /// DB instances by identifier.
    pub instances: BTreeMap<String, Instance>,
    /// DB clusters by identifier.
    pub clusters: BTreeMap<String, Cluster>,
    /// Proxies by name.
    pub proxies: BTreeMap<String, Proxy>,
    /// What `DescribeAccountAttributes` returns, by `AccountQuotaName`.
    pub quotas: BTreeMap<String, Quota>,
    /// What `DescribeEvents` returns.
    pub events: Vec<Event>,
    /// What `DescribeBlueGreenDeployments` returns, by `BlueGreenDeploymentIdentifier`.
    pub blue_green_deployments: BTreeMap<String, BlueGreenDeployment>,
    /// All metrics under a set of dimensions, written `Name=value,Name=value`; the empty text is the empty set.
    /// An entry replaces the default set of its resource, and is the only way to publish under other dimensions.
    pub metrics: BTreeMap<String, BTreeMap<String, Curve>>,
}

impl Region {
    /// Whether an instance is the writer of a cluster.
    pub(in crate::sim) fn is_writer(&self, cluster: &str, id: &str) -> bool {
        let named = self.clusters.get(cluster).and_then(|cluster| cluster.writer.as_deref());
        named.or_else(|| self.members(cluster).next()) == Some(id)
    }

    /// The identifiers of a cluster's instances.
    pub(in crate::sim) fn members(&self, cluster: &str) -> impl Iterator<Item = &str> {
        let of_cluster =
            self.instances.iter().filter(move |(_, instance)| instance.cluster.as_deref() == Some(cluster));
        of_cluster.map(|(id, _)| id.as_str())
    }
}
