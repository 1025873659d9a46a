//! What was read from files or the command line.

use std::collections::{BTreeMap, BTreeSet};

use super::databases::Databases;
use super::unknown::Unknown;
use crate::resource::Text;

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Input {
    /// Today's resources, if a plan was read.
    pub before: Databases,
    /// The resources to check.
    pub after: Databases,
    /// What a plan does not know yet, by ARN.
    pub unknown: BTreeMap<String, Unknown>,
    /// The names of placeholders, which represent members that were not given.
    pub placeholder: BTreeSet<String>,
    /// Whether a plan was read.
    pub is_plan: bool,
    /// Options of the command line that were omitted and would set further facts of a database.
    pub omitted: BTreeSet<&'static str>,
}

impl Input {
    /// The resources before and after, such that a level that differs is a loss. Values that a plan does not know yet are
    /// those of today, and a member whose cluster is unknown afterwards has no cluster today either.
    #[must_use]
    pub fn comparable(&self) -> (Databases, Databases) {
        let (mut before, mut after) = (self.before.clone(), self.after.clone());
        let clusters: BTreeSet<&str> = self.after.clusters.iter().map(|cluster| cluster.id.as_str()).collect();
        let is_unknown = |cluster: &Text| !clusters.contains(cluster.as_str());
        let mut today: BTreeMap<_, _> =
            before.resources_mut().map(|resource| (resource.arn.clone(), resource)).collect();
        for then in after.resources_mut() {
            let Some(today) = today.get_mut(&then.arn) else { continue };
            if then.cluster.as_ref().is_some_and(is_unknown) {
                (today.cluster, then.cluster) = (None, None);
            }
            if let Some(unknown) = self.unknown.get(&*then.arn) {
                let unknown_tags =
                    today.tags.iter().filter(|(key, _)| unknown.may_have(key) && !then.tags.contains_key(key));
                let unknown_tags = unknown_tags.map(|(key, value)| (key.to_owned(), value.to_owned()));
                let unknown_tags: Vec<_> = unknown_tags.collect();
                then.tags.extend(unknown_tags);
                unknown.keep(today, then);
            }
        }
        (before, after)
    }
}
