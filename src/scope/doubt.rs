//! A listing that cannot be true: every database is there, and all their tags are gone.

use std::collections::{HashMap, HashSet};

use crate::config::Config;
use crate::resource::Resource;
use crate::threshold;

/// One or two resources lose their last tag because somebody removes it. That three or more lose all of theirs within
/// one discovery interval is more likely a listing without tags, or a run that strips what it does not know.
const STRIPPED_AT_LEAST: usize = 3;

/// How many resources lost their tags, if that is everyone that had any and too many to believe.
pub(super) fn stripped(known: &[Resource], found: &[Resource], config: &Config) -> Option<usize> {
    let is_tagged = |resource: &&Resource| threshold::carries_tags(resource, config);
    if found.iter().any(|resource| is_tagged(&resource)) {
        return None;
    }
    let here: HashSet<&str> = found.iter().map(|resource| resource.arn.as_str()).collect();
    let lost = known.iter().filter(|resource| here.contains(resource.arn.as_str())).filter(is_tagged).count();
    (lost >= STRIPPED_AT_LEAST).then_some(lost)
}

/// Gives every resource that is still the same the tags that it had.
pub(super) fn keep_tags(known: &[Resource], found: &mut [Resource]) {
    let known: HashMap<&str, &Resource> = known.iter().map(|resource| (resource.arn.as_str(), resource)).collect();
    for resource in found {
        let before = known.get(resource.arn.as_str()).filter(|before| before.resource_id == resource.resource_id);
        if let Some(before) = before {
            resource.tags.clone_from(&before.tags);
        }
    }
}
