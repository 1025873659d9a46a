//! The resources of a scope in order, each with its thresholds and its label blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::left_out::{Tally, WithParent};
use super::listing::Listing;
use super::names::FormerNames;
use super::saved::SavedName;
use super::status_age;
use super::watched::Watched;
use crate::catalog::name::{dimension_label, tag_label};
use crate::config::{Config, LabelProfile, Selection};
use crate::plan::{Now, PolledResource};
use crate::resource::{Described, ResourceIndex, Role};
use crate::snapshot::labels;
use crate::threshold::{self, Carrier, ParsedTags, ResolveContext, Subject};
use crate::time::Timestamp;

/// Every resource of a scope, by ARN.
#[derive(Debug)]
pub(super) struct Fleet {
    watched: Vec<Watched>,
    by_arn: HashMap<Arc<str>, ResourceIndex>,
    /// What has indices behind the resources: the members of a cluster in one role, which CloudWatch aggregates. In order.
    roles: Vec<(ResourceIndex, Role)>,
    /// The ARNs of resources that another scope serves.
    pub(super) elsewhere: Vec<Arc<str>>,
    /// The account of the first resource of any shard.
    pub(super) account_id: Option<String>,
    former_names: FormerNames,
    /// What the filters left out.
    pub(super) tally: Tally,
    /// One label block per index for metric and threshold series.
    pub(super) labels: Arc<[Box<str>]>,
    /// The same without the ARN and without roles, for series of our own.
    pub(super) ids: Arc<[Box<str>]>,
    /// The shard of the page for each index; empty where the page is not split.
    pub(super) shards: Arc<[u8]>,
}

impl Default for Fleet {
    fn default() -> Self {
        let (watched, by_arn, roles) = (Vec::new(), HashMap::new(), Vec::new());
        let (elsewhere, account_id, tally) = (Vec::new(), None, Tally::default());
        Self {
            watched,
            by_arn,
            roles,
            elsewhere,
            account_id,
            former_names: FormerNames::default(),
            tally,
            labels: Arc::new([]),
            ids: Arc::new([]),
            shards: Arc::new([]),
        }
    }
}

impl Fleet {
    /// `before` is the fleet that this one replaces.
    pub(super) fn new(
        listing: &Listing,
        context: ResolveContext,
        before: &Self,
        capacity_sources: &mut CapacitySources,
        now: Now,
    ) -> Self {
        let config = context.config;
        let first = listing.of_all_shards().next();
        let quotas = first.map(|(resource, _)| capacity_sources.optional.quotas(resource)).unwrap_or_default();
        let resources = listing.resources().chain(quotas.iter().map(|quota| (quota, None)));
        let listed: BTreeMap<&str, WithParent<'_>> =
            resources.map(|(resource, cluster)| (&*resource.arn, (resource, cluster))).collect();
        let account_id = first.map(|(resource, _)| resource.account_id.clone());
        let resting = capacity_sources.optional.blue_green().resting(listing.listed().map(|(one, _)| &**one));
        let mut fleet = Self { account_id, tally: listing.tally(), ..Self::default() };
        let (mut labels, mut ids, mut levels_by_class) = (Vec::new(), Vec::new(), HashMap::new());
        let with_arn = config.labels.profile == LabelProfile::Yace;
        let parent_tags: HashMap<&str, Arc<ParsedTags>> =
            listing.parents().map(|one| (&*one.arn, before.parsed(one, config))).collect();
        for (arn, (described, parent)) in listed {
            if listing.left_out.is_elsewhere(arn) {
                fleet.elsewhere.push(arn.into());
                continue;
            }
            let before_it = before.find(arn);
            let status_since = status_age::since(before_it, described, now.steady);
            let mut resource = capacity_sources.resource((described, parent), config, before_it, now);
            status_age::describe(&mut resource, parent, now.to_wall(status_since));
            labels.push(block(&resource, None, parent, config, with_arn));
            ids.push(block(&resource, None, parent, config, false));
            let tags = parent_tags.get(&*resource.arn).cloned();
            let tags = tags.unwrap_or_else(|| before.parsed(&resource, config));
            let carrier = parent.and_then(|one| Some(Carrier { resource: one, tags: parent_tags.get(&*one.arn)? }));
            let subject = Subject { resource: &resource, tags: &tags, parent: carrier };
            let mut resolved = threshold::resolve(subject, context, now.wall);
            if let Some(id) = resource.cluster.as_deref().filter(|id| listing.misses_cluster(id)) {
                resolved.miss_cluster(id);
            }
            if resting.contains(&resource, parent) {
                resolved.schedule.mute_resting();
            }
            let named_since = before.former_names.since(before_it, &resource, now.steady);
            let watched = Watched::new(resource, tags, resolved, status_since).sharing(before_it);
            fleet.push(Watched { named_since, ..watched }.sharing_levels(&mut levels_by_class));
        }
        fleet.former_names = fleet.former_names(before, now.steady);
        fleet.add_roles(context.selection);
        labels.extend(fleet.roles.iter().map(|&(cluster, role)| {
            let cluster = &fleet.watched[cluster.position()].resource;
            block(cluster, Some(role), None, config, with_arn)
        }));
        fleet.labels = kept(&before.labels, labels);
        fleet.ids = kept(&before.ids, ids);
        fleet.shards = fleet.shards(config);
        fleet
    }

    fn shards(&self, config: &Config) -> Arc<[u8]> {
        let count = config.web.shards;
        let shard = |(watched, _): (&Watched, _)| config.shard.of_page(&watched.resource, count);
        if count > 1 { self.identities().map(shard).collect() } else { Arc::default() }
    }

    /// Account id and region, taken from the first resource.
    pub(super) fn location(&self) -> Option<(String, String)> {
        let resource = &self.watched.first()?.resource;
        Some((resource.account_id.clone(), resource.region.clone()))
    }

    /// The index of the resource of that ARN.
    pub(super) fn index_of(&self, arn: &str) -> Option<ResourceIndex> {
        self.by_arn.get(arn).copied()
    }

    /// What each index stands for: a resource, or the members of a cluster in one role.
    pub(super) fn identities(&self) -> impl Iterator<Item = (&Watched, Option<Role>)> {
        let by_role = self.roles.iter().map(|(cluster, role)| (&self.watched[cluster.position()], Some(*role)));
        self.watched.iter().map(|watched| (watched, None)).chain(by_role)
    }

    pub(super) fn find(&self, arn: &str) -> Option<&Watched> {
        self.by_arn.get(arn).map(|index| &self.watched[index.position()])
    }

    /// The parsed tags of a resource: those of before if its tags are the same.
    fn parsed(&self, resource: &Described, config: &Config) -> Arc<ParsedTags> {
        let before = self.find(&resource.arn).filter(|known| known.resource.tags == resource.tags);
        before.map_or_else(
            || Arc::new(threshold::parse(&resource.tags, resource.kind, config)),
            |known| Arc::clone(&known.tags),
        )
    }

    /// Parses the tags of every resource again, because the configuration decides which keys are ours.
    pub(super) fn parse_again(&mut self, config: &Config) {
        for watched in &mut self.watched {
            watched.tags = Arc::new(threshold::parse(&watched.resource.tags, watched.resource.kind, config));
        }
    }

    fn push(&mut self, watched: Watched) {
        self.by_arn.insert(Arc::clone(&watched.arn), ResourceIndex::new(self.watched.len()));
        self.watched.push(watched);
    }

    /// The names that another resource had before, or that nobody has now.
    pub(super) fn names(&self, now: Now) -> Vec<SavedName<'_>> {
        self.former_names.saved(self.watched(), now)
    }

    /// Goes on from the names that were saved; a fleet that replaces this one takes them over.
    pub(super) fn restore_names(&mut self, saved: Vec<SavedName>, now: Now) {
        self.former_names = FormerNames::restore(saved, now);
    }

    fn former_names(&self, before: &Self, now: Timestamp) -> FormerNames {
        let missed = before.watched().filter(|watched| self.find(&watched.arn).is_none());
        before.former_names.after(missed, |arn| self.find(arn).is_some(), now)
    }

    /// Whether a datapoint whose period began at `start`, by the steady clock, may be that of another resource, which had
    /// the same name before.
    pub(super) fn is_of_former(&self, index: ResourceIndex, start: Timestamp) -> bool {
        self.watched.get(index.position()).is_some_and(|watched| start < watched.named_since)
    }

    /// Every role of each cluster gets an index, if any metric is queried by role.
    fn add_roles(&mut self, selection: &Selection) {
        let roles: BTreeSet<Role> =
            selection.polled().flat_map(|one| &one.aggregates).filter_map(|role| *role).collect();
        let clusters = self.indexed().filter(|(_, watched)| watched.resource.kind.is_cluster());
        self.roles = clusters.flat_map(|(cluster, _)| roles.iter().map(move |role| (cluster, *role))).collect();
    }

    pub(super) fn watched(&self) -> impl Iterator<Item = &Watched> {
        self.watched.iter()
    }

    pub(super) fn indexed(&self) -> impl Iterator<Item = (ResourceIndex, &Watched)> {
        self.watched.iter().enumerate().map(|(position, watched)| (ResourceIndex::new(position), watched))
    }

    pub(super) fn polled(&self) -> impl Iterator<Item = PolledResource<'_>> {
        self.indexed().map(|(index, watched)| watched.polled(index))
    }

    /// The same behind an ARN.
    pub(super) fn polled_behind<'a>(&'a self, arn: Option<&str>) -> impl Iterator<Item = PolledResource<'a>> + use<'a> {
        let first = arn.map_or(0, |arn| self.watched.partition_point(|watched| *watched.arn <= *arn));
        let behind = self.watched[first..].iter().zip(first..);
        behind.map(|(watched, position)| watched.polled(ResourceIndex::new(position)))
    }

    /// The index of a resource itself, or of its members in one role.
    pub(super) fn index_in_role(&self, index: ResourceIndex, role: Option<Role>) -> Option<ResourceIndex> {
        let Some(role) = role else { return Some(index) };
        let position = self.roles.binary_search(&(index, role)).ok()?;
        Some(ResourceIndex::new(self.watched.len() + position))
    }

    /// For each resource its index before; `None` where it is new, was created again, or is stopped.
    pub(super) fn indices_before(&self, before: &Self) -> Vec<Option<ResourceIndex>> {
        let index_before = |watched: &Watched| {
            let index = *before.by_arn.get(&watched.arn)?;
            let old = &before.watched[index.position()].resource;
            (old.resource_id == watched.resource.resource_id && watched.resource.publishes()).then_some(index)
        };
        self.watched.iter().map(index_before).collect()
    }

    /// The indices before of the members of each cluster in each role, from those of the resources.
    pub(super) fn role_indices_before(
        &self,
        before: &Self,
        of_resources: &[Option<ResourceIndex>],
    ) -> Vec<Option<ResourceIndex>> {
        let index_before = |(cluster, role): &(ResourceIndex, Role)| {
            before.index_in_role(of_resources[cluster.position()]?, Some(*role))
        };
        self.roles.iter().map(index_before).collect()
    }

    /// For each resource its index before, if it is the same database of the same size as then.
    pub(super) fn unchanged(&self, before: &Self) -> Vec<Option<ResourceIndex>> {
        let old = |watched: &Watched| before.by_arn.get(&watched.arn).copied();
        let is_same = |watched: &Watched, old: &ResourceIndex| watched.is_same_as(&before.watched[old.position()]);
        self.watched.iter().map(|watched| old(watched).filter(|old| is_same(watched, old))).collect()
    }

    /// The same resource here, unless it was created again.
    pub(super) fn same(&self, watched: &Watched) -> Option<&Watched> {
        self.find(&watched.arn).filter(|found| found.resource.resource_id == watched.resource.resource_id)
    }
}

/// The labels that tell a resource apart: identity, then routing tags.
fn block(
    resource: &Described,
    role: Option<Role>,
    parent: Option<&Described>,
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
        labels::push(&mut block, "name", resource.arn_at_aws());
    }
    labels::push(&mut block, "region", &resource.region);
    push_tags(&mut block, &config.labels.tags, resource, parent);
    block.into()
}

/// Tags as labels, the resource's own before those that it inherits.
pub(super) fn push_tags(block: &mut String, keys: &[String], resource: &Described, parent: Option<&Described>) {
    for key in keys {
        let value = resource.tags.get(key).or_else(|| parent.and_then(|parent| parent.tags.get(key)));
        if let (Some(value), Some(label)) = (value, tag_label(key)) {
            labels::push(block, &label, value);
        }
    }
}

/// The old blocks if they are equal, so that columns which share them stay equal.
fn kept(old: &Arc<[Box<str>]>, new: Vec<Box<str>>) -> Arc<[Box<str>]> {
    if **old == *new { Arc::clone(old) } else { new.into() }
}
