//! Members of clusters that were not given, such as those of Multi-AZ clusters, those that come and go by themselves, and
//! those of another state: one for each cluster, so that what they inherit is judged, too.
//!
//! What differs from member to member is not known of it, and it has no tags of its own.

use std::collections::{BTreeMap, BTreeSet};

use super::{Estate, Reading, Unknown};
use crate::resource::{Facts, Kind, Resource};

impl Reading {
    /// Gives a member to each cluster of which none was given that could tell what it inherits, or will lose.
    pub fn imagine_members(&mut self) {
        let childless: BTreeSet<String> = self.childless().map(|cluster| cluster.arn.clone()).collect();
        for estate in [&mut self.before, &mut self.after] {
            let members = estate.clusters.iter().filter(|cluster| childless.contains(&cluster.arn)).map(member);
            let members: Vec<_> = members.collect();
            estate.instances.extend(members);
        }
        for cluster in childless {
            let attributes = self.unknown.get(&cluster).map(|unknown| unknown.attributes.clone()).unwrap_or_default();
            self.unknown.insert(arn(&cluster), Unknown { attributes, ..Unknown::default() });
            self.imagined.insert(arn(&cluster));
        }
    }

    /// A member that is new loses nothing: it cannot tell what the others of a cluster lose that is not.
    fn childless(&self) -> impl Iterator<Item = &Resource> {
        let today: BTreeSet<&str> = self.before.arns().collect();
        let is_told = move |member: &Resource, cluster: &Resource| {
            !today.contains(cluster.arn.as_str()) || today.contains(member.arn.as_str())
        };
        let mut members: BTreeMap<&str, Vec<&Resource>> = BTreeMap::new();
        for instance in &self.after.instances {
            members.entry(instance.cluster.as_deref().unwrap_or_default()).or_default().push(instance);
        }
        self.after.clusters.iter().filter(move |cluster| {
            let mut members = members.get(cluster.id.as_str()).into_iter().flatten();
            !members.any(|member| is_told(member, cluster))
        })
    }
}

impl Estate {
    fn arns(&self) -> impl Iterator<Item = &str> {
        self.instances.iter().chain(&self.clusters).map(|one| one.arn.as_str())
    }
}

fn member(cluster: &Resource) -> Resource {
    Resource {
        kind: Kind::of_members(cluster.kind).unwrap_or(cluster.kind),
        arn: arn(&cluster.arn),
        cluster: Some(cluster.id.clone()),
        members: Vec::new(),
        tags: BTreeMap::new(),
        facts: Facts { role: None, ..cluster.facts.clone() },
        ..cluster.clone()
    }
}

/// What stands for the ARN of the member of a cluster.
fn arn(cluster: &str) -> String {
    format!("{cluster} (a member)")
}
