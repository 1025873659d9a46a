//! What AWS last listed, and when it is asked again. A failed listing keeps what is known,
//! and of one that cannot be true all but the tags is believed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::Command;
use super::tag_loss::{Tagged, keep_tags, remove_duplicates, stripped, tagged};
use crate::config::Config;
use crate::plan::{Seconds, next_due};
use crate::resource::Resource;

/// The status of what will be gone soon.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>
const DELETING: &str = "deleting";

/// The two listings of one scope.
#[derive(Debug)]
pub(super) struct Listing {
    interval: Seconds,
    key: String,
    due: Seconds,
    pub(super) instances: KindListing,
    pub(super) clusters: KindListing,
    /// The clusters that members name and AWS had not told of, or not credibly, when a round of listings was over.
    missing: BTreeSet<String>,
}

/// One of the two.
#[derive(Debug)]
pub(super) struct KindListing {
    /// What the last good listing said; `None` before the first.
    pub(super) known: Option<Vec<Resource>>,
    /// When the last good listing ended.
    pub(super) last_success: Option<Seconds>,
    in_flight: bool,
    settled: bool,
    /// Whether the last listing that came was not believed.
    doubted: bool,
    /// Who had tags of ours by the last listing that was believed.
    tagged: Tagged,
    /// Those that only listings told of which were not believed, without tags.
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

    fn ended(&mut self, found: Option<Vec<Resource>>, config: &Config, now: Seconds) -> Ended {
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
    pub(super) fn new(config: &Config, key: &str, now: Seconds) -> Self {
        let interval = Seconds::try_from(config.polling.discovery.as_secs()).unwrap_or(Seconds::MAX);
        let (instances, clusters) = (KindListing::new(), KindListing::new());
        Self { interval, key: key.to_owned(), due: now, instances, clusters, missing: BTreeSet::new() }
    }

    /// The listings to start now; one that is still under way is not started twice.
    pub(super) fn due(&mut self, now: Seconds) -> Vec<Command> {
        if now < self.due {
            return Vec::new();
        }
        self.due = next_due(self.interval, &self.key, now);
        let mut commands = Vec::new();
        if !std::mem::replace(&mut self.instances.in_flight, true) {
            commands.push(Command::ListInstances);
        }
        if !std::mem::replace(&mut self.clusters.in_flight, true) {
            commands.push(Command::ListClusters);
        }
        commands
    }

    pub(super) fn instances_ended(&mut self, found: Option<Vec<Resource>>, config: &Config, now: Seconds) -> Ended {
        let ended = self.instances.ended(found, config, now);
        self.with_missing_clusters(ended)
    }

    pub(super) fn clusters_ended(&mut self, found: Option<Vec<Resource>>, config: &Config, now: Seconds) -> Ended {
        let ended = self.clusters.ended(found, config, now);
        self.with_missing_clusters(ended)
    }

    /// Finds out which clusters are missing, once no listing of the round is under way: of an instance and a cluster
    /// that come or go together, either may be listed first.
    fn with_missing_clusters(&mut self, ended: Ended) -> Ended {
        if self.instances.in_flight || self.clusters.in_flight {
            return ended;
        }
        let missing = self.unlisted_clusters();
        let changed = ended.changed || missing != self.missing;
        self.missing = missing;
        Ended { changed, ..ended }
    }

    /// A cluster may be gone while its last member is still being deleted.
    fn unlisted_clusters(&self) -> BTreeSet<String> {
        let is_unread =
            |cluster: Option<&Resource>| cluster.is_none_or(|found| self.clusters.unread.contains(&found.id));
        let alone = self.instances().filter(|(instance, cluster)| is_unread(*cluster) && instance.status != DELETING);
        alone.filter_map(|(instance, _)| instance.cluster.clone()).collect()
    }

    /// Whether both have ended once, well or badly.
    pub(super) const fn is_settled(&self) -> bool {
        self.instances.settled && self.clusters.settled
    }

    /// Whether members name a cluster whose tags nobody could read.
    pub(super) fn misses_cluster(&self, id: &str) -> bool {
        self.missing.contains(id)
    }

    pub(super) const fn knows_instances(&self) -> bool {
        self.instances.known.is_some()
    }

    /// The instances, each with its cluster.
    pub(super) fn instances(&self) -> impl Iterator<Item = (&Resource, Option<&Resource>)> {
        let clusters = self.clusters.known.iter().flatten();
        let by_id: HashMap<&str, &Resource> = clusters.map(|cluster| (cluster.id.as_str(), cluster)).collect();
        let instances = self.instances.known.iter().flatten();
        instances.map(move |instance| (instance, instance.cluster.as_deref().and_then(|id| by_id.get(id).copied())))
    }
}
