//! A listing that cannot be true: every database is there, and all their tags are gone.

use std::collections::HashMap;

use crate::config::Config;
use crate::resource::Resource;
use crate::threshold;

/// One or two resources lose their last tag because somebody removes it. That three or more lose all of theirs within
/// one discovery interval is more likely a listing without tags, or a run that strips what it does not know.
const STRIPPED_AT_LEAST: usize = 3;

/// How many resources lost their tags, if that is everyone that had any and is still there, and too many to believe.
///
/// What is new in the listing says nothing: its tags were never lost.
pub(super) fn stripped(known: &[Resource], found: &[Resource], config: &Config) -> Option<usize> {
    let by_arn = by_arn(found);
    let had_tags = known.iter().filter(|resource| threshold::carries_tags(resource, config));
    let there: Vec<_> = had_tags.filter_map(|before| same(before, &by_arn)).collect();
    let all_lost = !there.iter().any(|resource| threshold::carries_tags(resource, config));
    (all_lost && there.len() >= STRIPPED_AT_LEAST).then_some(there.len())
}

/// Gives every resource that is still the same the tags that it had; returns the identifiers of new ones without tags,
/// which may have some that were not sent.
pub(super) fn keep_tags(known: &[Resource], found: &mut [Resource]) -> Vec<String> {
    let by_arn = by_arn(known);
    let mut unread = Vec::new();
    for resource in found {
        match same(resource, &by_arn) {
            Some(before) => resource.tags.clone_from(&before.tags),
            None if resource.tags.is_empty() => unread.push(resource.id.clone()),
            None => {}
        }
    }
    unread
}

fn by_arn(resources: &[Resource]) -> HashMap<&str, &Resource> {
    resources.iter().map(|resource| (resource.arn.as_str(), resource)).collect()
}

/// The same resource at another time, unless it was created anew.
fn same<'a>(resource: &Resource, by_arn: &HashMap<&str, &'a Resource>) -> Option<&'a Resource> {
    by_arn.get(resource.arn.as_str()).copied().filter(|found| found.resource_id == resource.resource_id)
}
