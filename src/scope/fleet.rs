//! The resources of a scope in order, each with its thresholds and its label blocks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::label_block::block;
use super::left_out::{Tally, WithParent};
use super::listing::Listing;
use super::making::{Making, parsed};
use super::names::FormerNames;
use super::remainder::Remainder;
use super::saved::SavedName;
use super::watched::Watched;
use crate::config::{Config, LabelProfile, Selection};
use crate::plan::{Now, PolledResource};
use crate::resource::{ResourceIndex, Role, Text};
use crate::threshold::{self, ResolveContext};
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
    pub(super) account_id: Option<Text>,
    former_names: FormerNames,
    extent: Extent,
    /// What the filters left out.
    pub(super) tally: Tally,
    /// One label block per index for metric and threshold series.
    pub(super) labels: Arc<[Box<str>]>,
    /// The same without the ARN and without roles, for series of our own.
    pub(super) ids: Arc<[Box<str>]>,
    /// The shard of the page for each index; empty where the page is not split.
    pub(super) shards: Arc<[u8]>,
}

/// How much was listed of what it is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Extent {
    Whole,
    /// A part of the first listing: the next fleet takes over what it watches, instead of making all again for each part.
    Part,
    /// The same, but what it is made of has changed since.
    OutdatedPart,
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
            extent: Extent::Whole,
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
        let extent = if listing.is_growing() { Extent::Part } else { Extent::Whole };
        let mut fleet = Self { account_id, extent, tally: listing.tally(), ..Self::default() };
        let (mut labels, mut ids, mut levels_by_class) = (Vec::new(), Vec::new(), HashMap::new());
        let with_arn = config.labels.profile == LabelProfile::Yace;
        let parent_tags =
            listing.parents().map(|one| (&*one.arn, parsed(one, before.find(&one.arn), config))).collect();
        let mut making = Making::new(listing, (context, parent_tags), capacity_sources, &before.former_names, now);
        for (arn, one) in listed {
            if listing.left_out.is_elsewhere(arn) {
                fleet.elsewhere.push(arn.into());
                continue;
            }
            let before_it = before.find(arn);
            let stays = |known: &&Watched| before.extent == Extent::Part && making.stays(known, one.0);
            let taken_over = before_it.filter(stays).cloned();
            if let (Some(known), true) = (&taken_over, fleet.is_part()) {
                fleet.push(known.clone());
                continue;
            }
            let watched = taken_over.unwrap_or_else(|| making.watched(one, before_it));
            labels.push(block(&watched.resource, None, one.1, config, with_arn));
            ids.push(block(&watched.resource, None, one.1, config, false));
            fleet.push(watched.sharing_levels(&mut levels_by_class));
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
        Some((resource.account_id.to_string(), resource.region.to_string()))
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

    /// Parses the tags of every resource again, because the configuration decides which keys are ours.
    pub(super) fn parse_again(&mut self, config: &Config) {
        for watched in &mut self.watched {
            watched.tags = Arc::new(threshold::parse(&watched.resource.tags, watched.resource.kind, config));
        }
        self.outdate();
    }

    fn push(&mut self, watched: Watched) {
        self.by_arn.insert(Arc::clone(watched.arn()), ResourceIndex::new(self.watched.len()));
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
        let missed = before.watched().filter(|watched| self.find(watched.arn()).is_none());
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

    /// The same in groups of neighbours of one kind that share their levels, as most do: what follows from kind and levels
    /// need not be found again for each of them.
    pub(super) fn alike(&self) -> impl Iterator<Item = impl Iterator<Item = (ResourceIndex, &Watched)> + Clone> {
        let is_alike = |one: &Watched, other: &Watched| {
            Arc::ptr_eq(&one.resolved, &other.resolved) && one.resource.kind == other.resource.kind
        };
        let mut end = 0;
        self.watched.chunk_by(is_alike).map(move |alike| {
            let first = end;
            end += alike.len();
            (first..).map(ResourceIndex::new).zip(alike)
        })
    }

    pub(super) fn polled(&self) -> impl Iterator<Item = PolledResource<'_>> {
        self.indexed().map(|(index, watched)| watched.polled(index))
    }

    /// Those of which a round has not queried anything.
    pub(super) fn polled_of<'a>(&'a self, rest: &Remainder) -> impl Iterator<Item = PolledResource<'a>> + use<'a> {
        let first = rest.last().map_or(0, |arn| self.watched.partition_point(|watched| **watched.arn() <= *arn));
        let late: Vec<_> = rest.late().filter_map(|arn| self.index_of(arn)).map(ResourceIndex::position).collect();
        let polled = |position: usize| self.watched[position].polled(ResourceIndex::new(position));
        late.into_iter().chain(first..self.watched.len()).map(polled)
    }

    /// Whether it is of a part of the first listing.
    pub(super) fn is_part(&self) -> bool {
        self.extent != Extent::Whole
    }

    /// Lets everything be made again.
    pub(super) fn outdate(&mut self) {
        if self.is_part() {
            self.extent = Extent::OutdatedPart;
        }
    }

    /// It, unless it is of a part: then nothing is concluded from it.
    pub(super) fn whole(&self) -> Option<&Self> {
        (!self.is_part()).then_some(self)
    }

    /// The ARNs that the fleet before did not have.
    pub(super) fn new_since(&self, before: &Self) -> Vec<Arc<str>> {
        let new = self.watched().filter(|watched| before.find(watched.arn()).is_none());
        new.map(|watched| Arc::clone(watched.arn())).collect()
    }

    /// Whether everything is where it was in the fleet before, so that results find their resources without new numbers.
    pub(super) fn extends(&self, before: &Self) -> bool {
        let is_in_place = |(now, old): (&Watched, &Watched)| {
            let is_same = now.arn() == old.arn() && now.resource.resource_id == old.resource.resource_id;
            is_same && (now.resource.publishes() || !old.resource.publishes())
        };
        self.watched.len() >= before.watched.len() && self.watched.iter().zip(&before.watched).all(is_in_place)
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
            let index = *before.by_arn.get(watched.arn())?;
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
        let old = |watched: &Watched| before.by_arn.get(watched.arn()).copied();
        let is_same = |watched: &Watched, old: &ResourceIndex| watched.is_same_as(&before.watched[old.position()]);
        self.watched.iter().map(|watched| old(watched).filter(|old| is_same(watched, old))).collect()
    }

    /// The same resource here, unless it was created again.
    pub(super) fn same(&self, watched: &Watched) -> Option<&Watched> {
        self.find(watched.arn()).filter(|found| found.resource.resource_id == watched.resource.resource_id)
    }
}

/// The old blocks if they are equal, so that columns which share them stay equal.
fn kept(old: &Arc<[Box<str>]>, new: Vec<Box<str>>) -> Arc<[Box<str>]> {
    if **old == *new { Arc::clone(old) } else { new.into() }
}
