//! The last listings, and when the next ones are due.
//!
//! After a failed listing the resources of the previous one stay. Of a listing in which all tags are missing, everything
//! but the tags is used.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::event::Command;
use super::first_listing::FirstListing;
use super::left_out::{LeftOut, Tally, WithParent};
use super::saved::SavedListing;
use super::tag_loss::{Tagged, keep_tags, remove_duplicates, stripped, tagged};
use crate::config::{Config, Filters};
use crate::plan::{Now, next_due};
use crate::resource::{Described, Kind, Lister, Text};
use crate::time::{Seconds, Timestamp};

/// The status of a resource that is being deleted.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>
const DELETING: &str = "deleting";

/// How old a saved listing may be. A permission may be missing for some days before somebody adds it; after a week, a
/// saved listing shows too many databases that are gone.
const OLDEST_RESTORED: Seconds = Seconds::new(7 * 86_400);

/// The listings of one scope.
#[derive(Debug)]
pub(super) struct Listing {
    interval: Seconds,
    key: String,
    due: Timestamp,
    listings: BTreeMap<Lister, KindListing>,
    /// The clusters that members name and that were not listed, or only without their tags, at the end of the last round.
    missing: BTreeSet<Text>,
    first: FirstListing,
    pub(super) left_out: LeftOut,
}

/// The listing of one operation.
#[derive(Debug)]
pub(super) struct KindListing {
    /// The result of the last successful listing; `None` before the first.
    pub(super) known: Option<Vec<Arc<Described>>>,
    /// When the last accepted listing ended.
    pub(super) last_success: Option<Timestamp>,
    /// When what is known was listed; before the start if it was restored.
    listed_at: Timestamp,
    in_flight: bool,
    settled: bool,
    /// Whether the last listing was rejected because all tags were missing.
    rejected: bool,
    /// The resources with tags of plimsoll in the last accepted listing.
    tagged: Tagged,
    /// New resources without tags that only rejected listings contained: they may have tags.
    without_known_tags: BTreeSet<Text>,
    /// The ARNs of resources that the last listing contained twice.
    pub(super) duplicates: Vec<Arc<str>>,
}

/// The consequences of a listing that ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ended {
    /// Whether the call succeeded.
    pub(super) succeeded: bool,
    /// Whether anything changed: the first result, other resources, or the set of missing clusters.
    pub(super) changed: bool,
    /// How many resources lost all tags, if this listing is the first to be rejected.
    pub(super) tags_lost: Option<usize>,
    /// The ARNs of duplicates, if they changed.
    pub(super) duplicates: Vec<Arc<str>>,
}

impl KindListing {
    const fn new() -> Self {
        Self {
            known: None,
            last_success: None,
            listed_at: Timestamp::MIN,
            in_flight: false,
            settled: false,
            rejected: false,
            tagged: Tagged::new(),
            without_known_tags: BTreeSet::new(),
            duplicates: Vec::new(),
        }
    }

    fn ended(&mut self, found: Option<Vec<Arc<Described>>>, config: &Config, now: Timestamp) -> Ended {
        self.in_flight = false;
        let first = !std::mem::replace(&mut self.settled, true);
        let Some(mut found) = found else { return Ended { changed: first, ..Ended::default() } };
        let duplicates = remove_duplicates(&mut found);
        let other_duplicates = duplicates != self.duplicates;
        self.duplicates.clone_from(&duplicates);
        let known = self.known.as_deref().unwrap_or_default();
        let lost = stripped(&self.tagged, &found, config);
        let was_rejected = std::mem::replace(&mut self.rejected, lost.is_some());
        if lost.is_some() {
            // Only the tags are rejected: a database that fails meanwhile must still page.
            self.without_known_tags.extend(keep_tags(known, &mut found, config));
            self.without_known_tags
                .retain(|id| found.iter().any(|resource| resource.id == *id && resource.tags.is_empty()));
        } else {
            self.without_known_tags.clear();
            self.tagged = tagged(found.iter().map(|one| &**one), config);
            self.last_success = Some(now);
        }
        let found = shared(found, known);
        let is_same = |(one, other): (&Arc<Described>, &Arc<Described>)| Arc::ptr_eq(one, other);
        let changed = found.len() != known.len() || !found.iter().zip(known).all(is_same) || self.known.is_none();
        if changed {
            self.known = Some(found);
        }
        self.listed_at = now;
        Ended {
            succeeded: true,
            changed: first || changed,
            tags_lost: lost.filter(|_| !was_rejected),
            duplicates: if other_duplicates { duplicates } else { Vec::new() },
        }
    }
}

impl KindListing {
    /// Goes on from a saved listing. It is no success of this process.
    fn restore(&mut self, saved: SavedListing, config: &Config, now: Now) {
        let mut found: Vec<_> = saved.resources.into_iter().map(|one| Arc::new(one.into_owned())).collect();
        found.retain(|one| is_watched(one, config));
        remove_duplicates(&mut found);
        self.tagged = tagged(found.iter().map(|one| &**one), config);
        self.listed_at = now.to_steady(saved.listed_at);
        self.known = Some(found);
    }
}

impl Listing {
    pub(super) fn new(config: &Config, filters: Filters, key: &str, now: Timestamp) -> Self {
        let interval = config.polling.discovery.into();
        let listers = config.catalog.listers().into_iter();
        let listings = listers.map(|lister| (lister, KindListing::new())).collect();
        let left_out = LeftOut { filters, shard: config.shard, ..LeftOut::default() };
        let first = FirstListing::new(config);
        Self { interval, key: key.to_owned(), due: now, listings, missing: BTreeSet::new(), first, left_out }
    }

    /// Goes on under a new configuration, with what was listed of the kinds that it watches; lists again at once.
    pub(super) fn reconfigure(&mut self, config: &Config, filters: Filters, now: Timestamp) {
        (self.interval, self.due, self.left_out.filters) = (config.polling.discovery.into(), now, filters);
        let mut before = std::mem::take(&mut self.listings);
        let listers = config.catalog.listers().into_iter();
        let kept = |lister| (lister, before.remove(&lister).unwrap_or_else(KindListing::new));
        self.listings = listers.map(kept).collect();
        self.first.reconfigure(config);
        for listing in self.listings.values_mut() {
            if let Some(known) = &mut listing.known {
                known.retain(|one| is_watched(one, config));
                listing.tagged = tagged(known.iter().map(|one| &**one), config);
            }
        }
    }

    /// The listings to start now, without those that still run. While the first one grows, nothing it has is to change.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Command> {
        if now < self.due || self.is_growing() {
            return Vec::new();
        }
        self.due = next_due(self.interval, &self.key, now);
        let idle = self.listings.iter_mut().filter(|(_, listing)| !listing.in_flight);
        let start = |(lister, listing): (&Lister, &mut KindListing)| {
            listing.in_flight = true;
            Command::List(*lister)
        };
        idle.map(start).collect()
    }

    /// Takes the result of a listing, without resources of kinds that are not watched.
    pub(super) fn ended(
        &mut self,
        lister: Lister,
        found: Option<Vec<Arc<Described>>>,
        config: &Config,
        now: Timestamp,
    ) -> Ended {
        let found = found.map(|found| found.into_iter().filter(|one| is_watched(one, config)).collect());
        self.first.ended(lister);
        // A new configuration may need it no more.
        let Some(listing) = self.listings.get_mut(&lister) else { return Ended::default() };
        let ended = listing.ended(found, config, now);
        self.with_missing_clusters(ended)
    }

    /// Takes pages of a listing that goes on.
    pub(super) fn extend(&mut self, lister: Lister, part: Vec<Arc<Described>>, config: &Config) {
        self.first.extend(lister, part.into_iter().filter(|one| is_watched(one, config)));
    }

    /// Whether pages of such a listing are of use before it ends.
    pub(super) fn takes_parts(&self, lister: Lister) -> bool {
        self.first.takes(lister)
    }

    /// Whether resources are known of a first listing that goes on.
    pub(super) fn is_growing(&self) -> bool {
        !self.first_pages().is_empty()
    }

    /// They enter once the clusters are known: their tags decide levels of members, and so what is polled.
    fn first_pages(&self) -> &[Arc<Described>] {
        let is_settled = |(lister, listing): (&Lister, &KindListing)| listing.settled || self.first.takes(*lister);
        if self.listings.iter().all(is_settled) { self.first.pages() } else { &[] }
    }

    /// What is known, for a restart.
    pub(super) fn saved<'a>(&'a self, now: Now) -> Vec<SavedListing<'a>> {
        let saved = |(lister, listing): (&Lister, &'a KindListing)| {
            let (lister, listed_at) = (*lister, now.to_wall(listing.listed_at));
            let borrowed = |known: &'a Vec<Arc<Described>>| known.iter().map(|one| Cow::Borrowed(&**one)).collect();
            let resources = listing.known.as_ref().map(borrowed)?;
            Some(SavedListing { lister, listed_at, resources })
        };
        self.listings.iter().filter_map(saved).collect()
    }

    /// Goes on from what was saved, unless it is too old, until listings of this process end.
    pub(super) fn restore(&mut self, saved: Vec<SavedListing>, config: &Config, now: Now) {
        for saved in saved.into_iter().filter(|saved| now.wall - saved.listed_at <= OLDEST_RESTORED) {
            if let Some(listing) = self.listings.get_mut(&saved.lister) {
                self.first = FirstListing::default();
                listing.restore(saved, config, now);
            }
        }
    }

    /// Updates the missing clusters once no listing of the round runs: either may be listed first of an instance and a
    /// cluster that are created or deleted together.
    fn with_missing_clusters(&mut self, ended: Ended) -> Ended {
        if self.listings.values().any(|listing| listing.in_flight) {
            return ended;
        }
        let missing = self.unlisted_clusters();
        let changed = ended.changed || missing != self.missing;
        self.missing = missing;
        Ended { changed, ..ended }
    }

    /// The clusters that members name and whose tags are not known. Members that are being deleted do not count, because
    /// their cluster may already be gone.
    fn unlisted_clusters(&self) -> BTreeSet<Text> {
        let without_known_tags: BTreeSet<&Text> =
            self.listings.values().flat_map(|listing| &listing.without_known_tags).collect();
        let is_missing =
            |cluster: Option<&Described>| cluster.is_none_or(|found| without_known_tags.contains(&found.id));
        let members = self.listed().filter(|(member, cluster)| is_missing(*cluster) && member.status != DELETING);
        members.filter_map(|(member, _)| member.cluster.clone()).collect()
    }

    /// Whether every listing has ended once, successfully or not.
    pub(super) fn is_settled(&self) -> bool {
        self.listings.values().all(|listing| listing.settled)
    }

    /// Whether this is a cluster that members name and whose tags are not known.
    pub(super) fn misses_cluster(&self, id: &str) -> bool {
        self.missing.contains(id)
    }

    /// Whether anything other than clusters was listed; clusters alone are not polled.
    pub(super) fn knows_resources(&self) -> bool {
        self.listings.iter().any(|(lister, listing)| *lister != Lister::Clusters && listing.known.is_some())
    }

    /// Whether a listing has succeeded, or was restored.
    pub(super) fn knows(&self, lister: Lister) -> bool {
        self.listings.get(&lister).is_some_and(|listing| listing.known.is_some())
    }

    /// How many resources were listed more than once.
    pub(super) fn duplicates(&self) -> usize {
        self.listings.values().map(|listing| listing.duplicates.len()).sum()
    }

    /// When each listing last succeeded.
    pub(super) fn last_successes(&self) -> impl Iterator<Item = (Lister, Option<Timestamp>)> {
        self.listings.iter().map(|(lister, listing)| (*lister, listing.last_success))
    }

    fn all(&self) -> impl Iterator<Item = &Arc<Described>> {
        let known = self.listings.values().flat_map(|listing| listing.known.iter().flatten());
        known.chain(self.first_pages())
    }

    /// All clusters, and the instances with several volumes: others inherit their tags.
    pub(super) fn parents(&self) -> impl Iterator<Item = &Described> {
        self.all().map(|resource| &**resource).filter(|resource| resource.is_parent())
    }

    /// All resources, each with the cluster that it is a member of, or the instance that it is a volume of.
    pub(super) fn listed(&self) -> impl Iterator<Item = WithParent<'_>> {
        let parents = self.by_id();
        self.all().map(move |resource| (resource, parents.of(resource)))
    }

    /// The resources that the filters keep and that this shard serves, with their parents. A parent counts also if it is
    /// not among them: its tags are inherited.
    pub(super) fn resources(&self) -> impl Iterator<Item = WithParent<'_>> {
        self.of_all_shards().filter(|(resource, _)| self.left_out.shard.serves(resource))
    }

    /// The resources that the filters keep.
    pub(super) fn of_all_shards(&self) -> impl Iterator<Item = WithParent<'_>> {
        let parents = self.by_id();
        let with_parent = self.listed();
        with_parent.filter(move |one| self.left_out.keeps(*one, |resource| parents.of(resource)))
    }

    /// What the filters leave out and match.
    pub(super) fn tally(&self) -> Tally {
        self.left_out.tally(self.listed())
    }

    fn by_id(&self) -> Parents<'_> {
        Parents(self.parents().map(|parent| ((parent.kind, parent.id.as_str()), parent)).collect())
    }
}

/// Clusters and instances with volumes, by kind and identifier.
struct Parents<'a>(HashMap<(Kind, &'a str), &'a Described>);

impl<'a> Parents<'a> {
    fn of(&self, child: &'a Described) -> Option<&'a Described> {
        self.0.get(&(child.kind.parent?, child.parent_id()?)).copied()
    }
}

/// What is listed, sharing with what was known before what is equal.
fn shared(found: Vec<Arc<Described>>, known: &[Arc<Described>]) -> Vec<Arc<Described>> {
    let known: HashMap<&str, &Arc<Described>> = known.iter().map(|one| (one.arn.as_str(), one)).collect();
    let share = |one: Arc<Described>| match known.get(one.arn.as_str()) {
        Some(before) if **before == one => Arc::clone(before),
        _ => one,
    };
    found.into_iter().map(share).collect()
}

fn is_watched(resource: &Described, config: &Config) -> bool {
    config.catalog.kinds().contains(&resource.kind)
}
