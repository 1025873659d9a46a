//! The resources of a scope in rows, each with its thresholds and its label blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::listing::Listing;
use super::watched::Watched;
use crate::catalog::name::{dimension_label, tag_label};
use crate::config::{Config, LabelProfile, Selection};
use crate::plan::Now;
use crate::resource::{Resource, Role};
use crate::snapshot::labels;
use crate::threshold::{self, Carrier, ParsedTags, ResolveContext, Subject};

/// Every resource of a scope, by ARN.
#[derive(Debug)]
pub(super) struct Fleet {
    rows: Vec<Watched>,
    by_arn: HashMap<Arc<str>, usize>,
    /// Further rows behind those of the resources: a cluster's row and the role of the members that CloudWatch
    /// aggregates for it, in order.
    roles: Vec<(usize, Role)>,
    /// One label block per row for metric and threshold series, those of roles at the end.
    pub(super) labels: Arc<[Box<str>]>,
    /// The same without the ARN, for series of our own.
    pub(super) ids: Arc<[Box<str>]>,
}

impl Default for Fleet {
    fn default() -> Self {
        Self { rows: Vec::new(), by_arn: HashMap::new(), roles: Vec::new(), labels: Arc::new([]), ids: Arc::new([]) }
    }
}

impl Fleet {
    pub(super) fn new(
        listing: &Listing,
        context: ResolveContext,
        before: &Self,
        capacity_sources: &mut CapacitySources,
        now: Now,
    ) -> Self {
        let config = context.config;
        let mut resources: BTreeMap<&str, (Resource, Option<&Resource>)> = BTreeMap::new();
        for (resource, cluster) in listing.resources() {
            resources.insert(&resource.arn, (joined(resource, cluster), cluster));
        }

        let parsed_clusters: HashMap<&str, Arc<ParsedTags>> =
            listing.clusters().map(|one| (&*one.arn, before.parsed(one, config))).collect();

        let mut fleet = Self::default();
        let (mut labels, mut ids) = (Vec::new(), Vec::new());
        let with_arn = config.labels.profile == LabelProfile::Yace;
        for (mut resource, cluster) in resources.into_values() {
            let known = before.find(&resource.arn);
            capacity_sources.give(&mut resource, cluster, config, known, now.steady);
            labels.push(block(&resource, None, cluster, config, with_arn));
            ids.push(block(&resource, None, cluster, config, false));
            let tags = parsed_clusters.get(&*resource.arn).cloned();
            let tags = tags.unwrap_or_else(|| before.parsed(&resource, config));
            let own = Carrier { resource: &resource, tags: &tags };
            let cluster_tags = cluster.and_then(|one| parsed_clusters.get(&*one.arn));
            let parent = cluster.zip(cluster_tags).map(|(resource, tags)| Carrier { resource, tags });
            let mut resolved = threshold::resolve(Subject { own, cluster: parent }, context, now.wall);
            let missing = resource.cluster.as_deref().filter(|id| listing.misses_cluster(id));
            if let Some(id) = missing {
                resolved.miss_cluster(id);
            }
            let resolved = Arc::new(resolved);
            fleet.push(Watched { arn: resource.arn.as_str().into(), resource: Arc::new(resource), tags, resolved });
        }
        fleet.add_roles(context.selection);
        labels.extend(fleet.roles.iter().map(|&(row, role)| {
            let cluster = &fleet.rows[row].resource;
            block(cluster, Some(role), None, config, with_arn)
        }));
        fleet.labels = kept(&before.labels, labels);
        fleet.ids = kept(&before.ids, ids);
        fleet
    }

    /// Account id and region, as the first resource tells them.
    pub(super) fn location(&self) -> Option<(String, String)> {
        let resource = &self.rows.first()?.resource;
        Some((resource.account_id.clone(), resource.region.clone()))
    }

    fn find(&self, arn: &str) -> Option<&Watched> {
        self.by_arn.get(arn).map(|&row| &self.rows[row])
    }

    /// The parsed tags of a resource: those of before if its tags are the same.
    fn parsed(&self, resource: &Resource, config: &Config) -> Arc<ParsedTags> {
        let before = self.find(&resource.arn).filter(|known| known.resource.tags == resource.tags);
        before.map_or_else(
            || Arc::new(threshold::parse(&resource.tags, resource.kind, config)),
            |known| Arc::clone(&known.tags),
        )
    }

    fn push(&mut self, watched: Watched) {
        self.by_arn.insert(Arc::clone(&watched.arn), self.rows.len());
        self.rows.push(watched);
    }

    /// A row for each role of each cluster, if any metric is asked by role.
    fn add_roles(&mut self, selection: &Selection) {
        let roles: BTreeSet<Role> =
            selection.polled().flat_map(|one| &one.aggregates).filter_map(|role| *role).collect();
        let clusters = self.rows.iter().enumerate().filter(|(_, watched)| watched.resource.kind.is_cluster());
        self.roles = clusters.flat_map(|(row, _)| roles.iter().map(move |role| (row, *role))).collect();
    }

    pub(super) fn watched(&self) -> impl Iterator<Item = &Watched> {
        self.rows.iter()
    }

    pub(super) fn arn(&self, row: usize) -> &Arc<str> {
        &self.rows[row].arn
    }

    /// The row of what an answer speaks of; `None` when it is gone, stopped or another one by now.
    pub(super) fn row_of(&self, resource: &Resource, role: Option<Role>) -> Option<usize> {
        let row = *self.by_arn.get(resource.arn.as_str())?;
        let current = &self.rows[row].resource;
        let same = current.resource_id == resource.resource_id && current.publishes();
        self.row_in_role(row, role).filter(|_| same)
    }

    /// The row of a resource itself, or of the members of one role.
    fn row_in_role(&self, row: usize, role: Option<Role>) -> Option<usize> {
        let Some(role) = role else { return Some(row) };
        self.roles.binary_search(&(row, role)).ok().map(|index| self.rows.len() + index)
    }

    /// For each row the row that its points stood in before; `None` where old points mean nothing any more.
    pub(super) fn rows_before(&self, before: &Self) -> Vec<Option<usize>> {
        let old_row = |watched: &Watched| {
            let row = *before.by_arn.get(&watched.arn)?;
            let same = before.rows[row].resource.resource_id == watched.resource.resource_id;
            (same && watched.resource.publishes()).then_some(row)
        };
        let old_role = |(row, role): &(usize, Role)| before.row_in_role(old_row(&self.rows[*row])?, Some(*role));
        self.rows.iter().map(old_row).chain(self.roles.iter().map(old_role)).collect()
    }

    /// The resources that are what they were.
    pub(super) fn unchanged<'a>(&'a self, before: &'a Self) -> impl Iterator<Item = Arc<str>> + 'a {
        let old = |watched: &Watched| before.find(&watched.arn);
        let same = move |watched: &&Watched| old(watched).is_some_and(|old| watched.is_same_as(old));
        self.rows.iter().filter(same).map(|watched| Arc::clone(&watched.arn))
    }

    /// The same resource here, unless it was created anew.
    pub(super) fn same(&self, watched: &Watched) -> Option<&Watched> {
        self.find(&watched.arn).filter(|found| found.resource.resource_id == watched.resource.resource_id)
    }
}

/// An instance with what only its cluster knows of it.
fn joined(instance: &Resource, cluster: Option<&Resource>) -> Resource {
    let mut instance = instance.clone();
    let Some(cluster) = cluster else { return instance };
    let member = cluster.members.iter().find(|(id, _)| *id == instance.id);
    let facts = &mut instance.facts;
    facts.role = member.map(|(_, role)| *role);
    facts.backtrack = cluster.facts.backtrack;
    facts.write_forwarding = cluster.facts.write_forwarding;
    facts.cluster_replicates = cluster.facts.cluster_replicates;
    facts.auto_pause = cluster.facts.auto_pause;
    if let Some(group) = &cluster.facts.ordered.parameter_group {
        instance.capacity.pending = instance.capacity.pending.with(group, &instance.id);
    }
    if !instance.engine.has_cluster_storage() && facts.role == Some(Role::Reader) {
        // Readers of a Multi-AZ DB cluster replicate from its writer and publish ReplicaLag.
        facts.is_replica = true;
    }
    instance
}

/// The labels that tell a resource apart: identity, then routing tags.
fn block(
    resource: &Resource,
    role: Option<Role>,
    cluster: Option<&Resource>,
    config: &Config,
    with_arn: bool,
) -> Box<str> {
    let mut block = String::new();
    labels::push(&mut block, "account_id", &resource.account_id);
    for (dimension, value) in resource.dimensions() {
        labels::push(&mut block, &dimension_label(dimension), value);
    }
    labels::push(&mut block, "dimension_Role", role.map_or("", Role::dimension_value));
    if with_arn {
        labels::push(&mut block, "name", &resource.arn);
    }
    labels::push(&mut block, "region", &resource.region);
    push_tags(&mut block, &config.labels.tags, resource, cluster);
    block.into()
}

/// Tags as labels, the resource's own before its cluster's.
pub(super) fn push_tags(block: &mut String, keys: &[String], resource: &Resource, cluster: Option<&Resource>) {
    for key in keys {
        let value = resource.tags.get(key).or_else(|| cluster.and_then(|cluster| cluster.tags.get(key)));
        if let (Some(value), Some(label)) = (value, tag_label(key)) {
            labels::push(block, &label, value);
        }
    }
}

/// The old blocks if they say the same, so that columns which share them stay equal.
fn kept(old: &Arc<[Box<str>]>, new: Vec<Box<str>>) -> Arc<[Box<str>]> {
    if **old == *new { Arc::clone(old) } else { new.into() }
}
