//! Wrong listings: with all databases but none of their tags, or with a database twice.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;

use crate::config::Config;
use crate::resource::{Described, Text};
use crate::threshold;

/// Resources that must lose all their tags at once for a listing to be rejected. For one or two resources a person may
/// have removed the tags. For three or more within one discovery interval it is more likely that the listing lacks tags,
/// or that a tool removed all tags that it does not manage.
const STRIPPED_AT_LEAST: usize = 3;

/// The resources with tags of plimsoll in the last accepted listing: ARN and resource identifier.
pub(super) type Tagged = BTreeSet<(Text, Option<Text>)>;

/// The resources with tags of plimsoll in a listing.
pub(super) fn tagged<'a>(found: impl IntoIterator<Item = &'a Described>, config: &Config) -> Tagged {
    found.into_iter().filter(|resource| threshold::carries_tags(&resource.tags, config)).map(identity).collect()
}

fn identity(resource: &Described) -> (Text, Option<Text>) {
    (resource.arn.clone(), resource.resource_id.clone())
}

/// Removes each resource whose series would have the identity of an earlier resource, and returns their ARNs.
///
/// Resources are the same if their ARNs are equal, or the labels that alert rules match by.
pub(super) fn remove_duplicates(found: &mut Vec<Arc<Described>>) -> Vec<Arc<str>> {
    let duplicates = duplicates(found);
    let mut position = 0..;
    let removed = found.extract_if(.., |_| position.next().is_some_and(|position| duplicates.contains(&position)));
    removed.map(|resource| resource.arn.as_str().into()).collect()
}

/// The positions of resources that are the same as an earlier one.
fn duplicates(found: &[Arc<Described>]) -> HashSet<usize> {
    let (mut arns, mut labels, mut duplicates) = (HashSet::new(), HashSet::new(), HashSet::new());
    for (position, resource) in found.iter().enumerate() {
        let label = (&resource.account_id, &resource.region, resource.dimensions().collect::<Vec<_>>());
        if arns.contains(&resource.arn) || labels.contains(&label) {
            duplicates.insert(position);
        } else {
            arns.insert(&resource.arn);
            labels.insert(label);
        }
    }
    duplicates
}

/// How many resources lost their tags, if all that had tags and still exist lost them, and these are enough to reject
/// the listing.
///
/// Resources that were created or replaced since do not count.
pub(super) fn stripped(tagged: &Tagged, found: &[Arc<Described>], config: &Config) -> Option<usize> {
    let still_listed: Vec<_> = found.iter().filter(|resource| tagged.contains(&identity(resource))).collect();
    let all_lost = !still_listed.iter().any(|resource| threshold::carries_tags(&resource.tags, config));
    (all_lost && still_listed.len() >= STRIPPED_AT_LEAST).then_some(still_listed.len())
}

/// Restores the previous tags of every resource that has no tag of plimsoll now.
///
/// Returns the identifiers of new resources without tags: their tags may be missing from the listing.
pub(super) fn keep_tags(known: &[Arc<Described>], found: &mut [Arc<Described>], config: &Config) -> Vec<Text> {
    let by_identity: HashMap<_, _> = known.iter().map(|resource| (identity(resource), &**resource)).collect();
    let mut without_known_tags = Vec::new();
    for resource in found {
        match by_identity.get(&identity(resource)) {
            // A tag in a listing that lacks all previous tags was set since, so it is used.
            Some(_) if threshold::carries_tags(&resource.tags, config) => {}
            Some(before) => Arc::make_mut(resource).tags.clone_from(&before.tags),
            None if resource.tags.is_empty() => without_known_tags.push(resource.id.clone()),
            None => {}
        }
    }
    without_known_tags
}
