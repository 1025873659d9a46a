//! Listings that cannot be true: every database is there, and all their tags are gone, or a database is there twice.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::config::Config;
use crate::resource::Described;
use crate::threshold;

/// One or two resources lose their last tag because somebody removes it. That three or more lose all of theirs within
/// one discovery interval is more likely a listing without tags, or a run that strips what it does not know.
const STRIPPED_AT_LEAST: usize = 3;

/// The resources that had a tag of ours when a listing was last believed: ARN and resource identifier.
pub(super) type Tagged = BTreeSet<(String, Option<String>)>;

/// Those of a listing that is believed.
pub(super) fn tagged(found: &[Described], config: &Config) -> Tagged {
    found.iter().filter(|resource| threshold::carries_tags(&resource.tags, config)).map(identity).collect()
}

fn identity(resource: &Described) -> (String, Option<String>) {
    (resource.arn.clone(), resource.resource_id.clone())
}

/// Removes each resource that would have the series of one before it, and returns the ARNs of those removed.
///
/// The ARN is one half of a series' identity, the labels that alert rules match by are the other.
pub(super) fn remove_duplicates(found: &mut Vec<Described>) -> Vec<Arc<str>> {
    let (mut arns, mut labels) = (HashSet::new(), HashSet::new());
    let is_first = |resource: &Described| {
        let ids: Vec<(&str, String)> = resource.dimensions().map(|(name, value)| (name, value.to_owned())).collect();
        let label = (resource.account_id.clone(), resource.region.clone(), ids);
        let is_first = !arns.contains(&resource.arn) && !labels.contains(&label);
        if is_first {
            arns.insert(resource.arn.clone());
            labels.insert(label);
        }
        is_first
    };
    let (first, duplicates): (Vec<_>, Vec<_>) = std::mem::take(found).into_iter().partition(is_first);
    *found = first;
    duplicates.iter().map(|resource| resource.arn.as_str().into()).collect()
}

/// How many resources lost their tags, if that is everyone that had any and is still there, and too many to believe.
///
/// What has come since, or was made anew, says nothing: its tags were never lost.
pub(super) fn stripped(tagged: &Tagged, found: &[Described], config: &Config) -> Option<usize> {
    let there: Vec<_> = found.iter().filter(|resource| tagged.contains(&identity(resource))).collect();
    let all_lost = !there.iter().any(|resource| threshold::carries_tags(&resource.tags, config));
    (all_lost && there.len() >= STRIPPED_AT_LEAST).then_some(there.len())
}

/// Gives every resource that is still the same and has no tag of ours the tags that it had; returns the identifiers of
/// new ones without tags, which may have some that were not sent.
pub(super) fn keep_tags(known: &[Described], found: &mut [Described], config: &Config) -> Vec<String> {
    let by_identity: HashMap<_, _> = known.iter().map(|resource| (identity(resource), resource)).collect();
    let mut unread = Vec::new();
    for resource in found {
        match by_identity.get(&identity(resource)) {
            // A tag of ours in a listing without tags was set since: it counts like any other.
            Some(_) if threshold::carries_tags(&resource.tags, config) => {}
            Some(before) => resource.tags.clone_from(&before.tags),
            None if resource.tags.is_empty() => unread.push(resource.id.clone()),
            None => {}
        }
    }
    unread
}
