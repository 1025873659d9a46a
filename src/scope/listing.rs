//! What AWS last listed, and when the next listing is due. A failed listing keeps what is known,
//! and of one that cannot be true all but the tags is believed.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::event::Command;
use super::tag_loss::{Tagged, keep_tags, remove_duplicates, stripped, tagged};
use crate::config::Config;
use crate::plan::next_due;
use crate::resource::{Described, Kind, Lister};
use crate::time::{Seconds, Timestamp};

/// The status of what will be gone soon.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>
const DELETING: &str = "deleting";

/// The listings of one scope.
#[derive(Debug)]
pub(super) struct Listing {
    interval: Seconds,
    key: String,
    due: Timestamp,
    listings: BTreeMap<Lister, KindListing>,
    /// The clusters that members name and AWS had not listed, or not credibly, when a round of listings was over.
    missing: BTreeSet<String>,
}

/// One of them.
#[derive(Debug)]
pub(super) struct KindListing {
    /// The result of the last successful listing; `None` before the first.
    pub(super) known: Option<Vec<Described>>,
    /// When the last good listing ended.
    pub(super) last_success: Option<Timestamp>,
    in_flight: bool,
    settled: bool,
    /// Whether the last listing that came was not believed.
    doubted: bool,
    /// Who had tags of ours by the last listing that was believed.
    tagged: Tagged,
    /// Resources without tags that only listings with lost tags contained.
    unread: BTreeSet<String>,
    /// The ARNs that the last good listing had for resources that were in it before.
    pub(super) duplicates: Vec<Arc<str>>,
}

/// What the end of a listing means.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Ended {
    /// Whether AWS answered.
    pub(super) succeeded: bool,
    /// Whether anything is new: a first answer of any kind, other resources, or a cluster that is missing or no more.
    pub(super) changed: bool,
    /// How many resources lost all tags, when that is found out.
    pub(super) tags_lost: Option<usize>,
    /// The ARNs of duplicates, when there are others than before.
    pub(super) duplicates: Vec<Arc<str>>,
}

impl KindListing {
    const fn new() -> Self {
        Self {
            known: None,
            last_success: None,
            in_flight: false,
            settled: false,
            doubted: false,
            tagged: Tagged::new(),
            unread: BTreeSet::new(),
            duplicates: Vec::new(),
        }
    }

    fn ended(&mut self, found: Option<Vec<Described>>, config: &Config, now: Timestamp) -> Ended {
        self.in_flight = false;
        let first = !std::mem::replace(&mut self.settled, true);
        let Some(mut found) = found else { return Ended { changed: first, ..Ended::default() } };
        let duplicates = remove_duplicates(&mut found);
        let other_duplicates = duplicates != self.duplicates;
        self.duplicates.clone_from(&duplicates);
        let known = self.known.as_deref().unwrap_or_default();
        let lost = stripped(&self.tagged, &found, config);
        let doubted = std::mem::replace(&mut self.doubted, lost.is_some());
        if lost.is_some() {
            // Only the tags are not believed: a database that fails meanwhile must still page.
            self.unread.extend(keep_tags(known, &mut found, config));
            self.unread.retain(|id| found.iter().any(|resource| resource.id == *id && resource.tags.is_empty()));
        } else {
            self.unread.clear();
            self.tagged = tagged(&found, config);
            self.last_success = Some(now);
        }
        let changed = self.known.as_ref() != Some(&found);
        self.known = Some(found);
        Ended {
            succeeded: true,
            changed: first || changed,
            tags_lost: lost.filter(|_| !doubted),
            duplicates: if other_duplicates { duplicates } else { Vec::new() },
        }
    }
}

impl Listing {
    pub(super) fn new(config: &Config, key: &str, now: Timestamp) -> Self {
        let interval = config.polling.discovery.into();
        let listers = config.catalog.listers().into_iter();
        let listings = listers.map(|lister| (lister, KindListing::new())).collect();
        Self { interval, key: key.to_owned(), due: now, listings, missing: BTreeSet::new() }
    }

    /// The listings to start now; one that is still under way is not started twice.
    pub(super) fn due(&mut self, now: Timestamp) -> Vec<Command> {
        if now < self.due {
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

    /// A listing returns resources of every service; only those of watched ones count.
    pub(super) fn ended(
        &mut self,
        lister: Lister,
        found: Option<Vec<Described>>,
        config: &Config,
        now: Timestamp,
    ) -> Ended {
        let is_watched = |one: &Described| config.catalog.kinds().contains(&one.kind);
        let found = found.map(|found| found.into_iter().filter(is_watched).collect());
        let listing = self.listings.entry(lister).or_insert_with(KindListing::new);
        let ended = listing.ended(found, config, now);
        self.with_missing_clusters(ended)
    }

    /// Finds out which clusters are missing, once no listing of the round is under way: of an instance and a cluster
    /// that come or go together, either may be listed first.
    fn with_missing_clusters(&mut self, ended: Ended) -> Ended {
        if self.listings.values().any(|listing| listing.in_flight) {
            return ended;
        }
        let missing = self.unlisted_clusters();
        let changed = ended.changed || missing != self.missing;
        self.missing = missing;
        Ended { changed, ..ended }
    }

    /// A cluster may be gone while its last member is still being deleted.
    fn unlisted_clusters(&self) -> BTreeSet<String> {
        let unread: BTreeSet<&String> = self.listings.values().flat_map(|listing| &listing.unread).collect();
        let is_unread = |cluster: Option<&Described>| cluster.is_none_or(|found| unread.contains(&found.id));
        let alone = self.resources().filter(|(member, cluster)| is_unread(*cluster) && member.status != DELETING);
        alone.filter_map(|(member, _)| member.cluster.clone()).collect()
    }

    /// Whether each has ended once, well or badly.
    pub(super) fn is_settled(&self) -> bool {
        self.listings.values().all(|listing| listing.settled)
    }

    /// Whether members name a cluster whose tags nobody could read.
    pub(super) fn misses_cluster(&self, id: &str) -> bool {
        self.missing.contains(id)
    }

    /// Whether there is anything to poll: clusters alone are not, for they run as their members.
    pub(super) fn knows_resources(&self) -> bool {
        self.listings.iter().any(|(lister, listing)| *lister != Lister::Clusters && listing.known.is_some())
    }

    /// How many resources were listed more than once.
    pub(super) fn duplicates(&self) -> usize {
        self.listings.values().map(|listing| listing.duplicates.len()).sum()
    }

    /// When each last succeeded.
    pub(super) fn last_successes(&self) -> impl Iterator<Item = (Lister, Option<Timestamp>)> {
        self.listings.iter().map(|(lister, listing)| (*lister, listing.last_success))
    }

    fn all(&self) -> impl Iterator<Item = &Described> {
        self.listings.values().flat_map(|listing| listing.known.iter().flatten())
    }

    /// All clusters, and the instances with several volumes: others inherit their tags.
    pub(super) fn parents(&self) -> impl Iterator<Item = &Described> {
        self.all().filter(|resource| resource.is_parent())
    }

    /// All resources, each with the cluster that it is a member of, or the instance that it is a volume of.
    pub(super) fn resources(&self) -> impl Iterator<Item = (&Described, Option<&Described>)> {
        let by_id: HashMap<(Kind, &str), &Described> =
            self.parents().map(|parent| ((parent.kind, parent.id.as_str()), parent)).collect();
        let parent_of = move |child: &Described| by_id.get(&(child.kind.parent?, child.parent_id()?)).copied();
        self.all().map(move |resource| (resource, parent_of(resource)))
    }
}
