//! The description of one resource.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::engine::Engine;
use super::facts::Facts;
use super::figures::Figures;
use super::kind::Kind;
use super::parameters::ParameterGroup;
use super::role::Role;
use super::tags::Tags;
use super::text::{Text, Texts};

/// One database instance or cluster, as AWS describes it.
///
/// Every field that AWS leaves out at times (creation, restore, missing permission) is optional or empty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Described {
    /// Its kind.
    pub kind: Kind,
    /// The ARN; of a volume, which has none, that of its instance and its own name.
    pub arn: Text,
    /// Twelve digits, read off the ARN.
    pub account_id: Text,
    /// Such as `eu-west-1`, read off the ARN.
    pub region: Text,
    /// Its identifier: the value of the first dimension of its kind.
    pub id: Text,
    /// The values of the further dimensions of its kind; empty for kinds that have one.
    pub further_ids: Vec<Text>,
    /// `DbiResourceId` or `DbClusterResourceId`: survives a rename, differs after a re-creation.
    pub resource_id: Option<Text>,
    /// The cluster it is a member of.
    pub cluster: Option<Text>,
    /// The instances of a cluster with what each does; empty for an instance.
    pub members: Vec<(Text, Role)>,
    /// The engine family.
    pub engine: Engine,
    /// The engine as AWS writes it.
    pub engine_name: Text,
    /// Empty while AWS does not return it.
    pub engine_version: Text,
    /// The instance class, such as `db.m6g.large`; empty for clusters without one.
    pub class: Text,
    /// The status as AWS writes it; unknown strings are data.
    pub status: Text,
    /// The tags, by key.
    pub tags: Tags,
    /// Facts that decide which metrics exist.
    pub facts: Facts,
    /// Sizes and dates, served as series of their own.
    pub figures: Figures,
}

impl Described {
    /// Lets its texts share with equal ones of other resources: most databases of a fleet have the same class or version.
    pub fn share(&mut self, texts: &mut Texts) {
        let Self { account_id, region, engine_name, engine_version, class, status, .. } = self;
        let always = [account_id, region, engine_name, engine_version, class, status];
        let texts_of_it = always.into_iter().chain(&mut self.cluster).chain(self.facts.texts_mut());
        texts_of_it.for_each(|text| texts.share(text));
    }

    /// Whether this is its ARN or its identifier; RDS keeps identifiers in lower case, whatever case they are written in:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
    #[must_use]
    pub fn is_named(&self, name: &str) -> bool {
        self.arn == name || self.title().eq_ignore_ascii_case(name)
    }

    /// Its identifier as people write it: of a volume that of its instance and its own name, such as `ledger/rdsdbdata2`.
    #[must_use]
    pub fn title(&self) -> String {
        std::iter::once(&self.id).chain(&self.further_ids).map(Text::as_str).collect::<Vec<_>>().join("/")
    }

    /// The identifier of the resource whose tags it inherits: its cluster's, or of a volume its instance's.
    #[must_use]
    pub fn parent_id(&self) -> Option<&str> {
        if self.kind.is_volume() { Some(&self.id) } else { self.cluster.as_deref() }
    }

    /// Whether its metrics are meaningful: not while it is stopped, created or deleted.
    #[must_use]
    pub fn publishes(&self) -> bool {
        !self.status.is_empty() && !self.kind.service.statuses.silent.contains(&self.status.as_str())
    }

    /// Whether it is in a status in which it works as usual.
    #[must_use]
    pub fn is_running(&self) -> bool {
        self.kind.service.statuses.running.contains(&self.status.as_str())
    }

    /// Whether it is in a status that should pass within hours.
    #[must_use]
    pub fn is_in_transition(&self) -> bool {
        let transitional = self.kind.service.statuses.transitional;
        transitional.contains(&self.status.as_str()) || self.status.starts_with("configuring-")
    }

    /// The CloudWatch dimensions that name it, with their values.
    pub fn dimensions(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let values = std::iter::once(&self.id).chain(&self.further_ids);
        self.kind.dimensions.iter().copied().zip(values.map(Text::as_str))
    }

    /// The parameter groups that the engine of an instance runs with: what its own one sets wins over its cluster's.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/USER_WorkingWithDBClusterParamGroups.html>;
    /// members of Multi-AZ DB clusters have only the cluster's to set anything in.
    pub fn parameter_groups<'a>(&'a self, cluster: Option<&'a Self>) -> impl Iterator<Item = &'a ParameterGroup> {
        [Some(self), cluster].into_iter().flatten().filter_map(|one| one.facts.ordered.parameter_group.as_ref())
    }

    /// The instance with the facts that only its cluster has.
    #[must_use]
    pub fn joined(self: &Arc<Self>, cluster: Option<&Self>) -> Arc<Self> {
        let Some(cluster) = cluster.filter(|one| one.kind.is_cluster()) else { return Arc::clone(self) };
        let mut instance = Self::clone(self);
        let member = cluster.members.iter().find(|(id, _)| *id == self.id);
        let facts = &mut instance.facts;
        facts.role = member.map(|(_, role)| *role);
        facts.backtrack = cluster.facts.backtrack;
        facts.write_forwarding = cluster.facts.write_forwarding;
        facts.cluster_replicates = cluster.facts.cluster_replicates;
        facts.auto_pause = cluster.facts.auto_pause;
        if let Some(group) = &cluster.facts.ordered.parameter_group {
            instance.figures.pending = instance.figures.pending.with(group, &instance.id);
        }
        if !self.engine.has_cluster_storage() && facts.role == Some(Role::Reader) {
            // Readers of a Multi-AZ DB cluster replicate from its writer and publish ReplicaLag.
            facts.is_replica = true;
        }
        Arc::new(instance)
    }
}
