//! One placeholder for each cluster whose members were not given, so that inherited levels are checked, too.
//!
//! Members are missing in plans of Multi-AZ clusters, with autoscaling, and if they belong to another state of
//! Terraform. The placeholder has no tags of its own and no facts that may differ between members.

use std::collections::{BTreeMap, BTreeSet};

use super::databases::Databases;
use super::input::Input;
use super::unknown::Unknown;
use crate::resource::{Described, Facts, Kind, Tags, Text};

impl Input {
    /// Adds a member to each cluster without a given member that would show what members inherit and lose.
    pub fn add_placeholder_members(&mut self) {
        let without_members: BTreeSet<Text> =
            self.clusters_without_members().map(|cluster| cluster.arn.clone()).collect();
        for databases in [&mut self.before, &mut self.after] {
            let members =
                databases.clusters.iter().filter(|cluster| without_members.contains(&cluster.arn)).map(member);
            let members: Vec<_> = members.collect();
            databases.instances.extend(members);
        }
        for cluster in without_members {
            let attributes = self.unknown.get(&*cluster).map(|unknown| unknown.attributes.clone()).unwrap_or_default();
            self.unknown.insert(arn(&cluster), Unknown { attributes, ..Unknown::default() });
            self.placeholder.insert(arn(&cluster));
        }
    }

    /// The clusters without such a member. A new member has no losses, so it does not show those of other members.
    fn clusters_without_members(&self) -> impl Iterator<Item = &Described> {
        let today: BTreeSet<&str> = self.before.arns().collect();
        let shows_losses = move |member: &Described, cluster: &Described| {
            !today.contains(cluster.arn.as_str()) || today.contains(member.arn.as_str())
        };
        let mut members: BTreeMap<&str, Vec<&Described>> = BTreeMap::new();
        for instance in &self.after.instances {
            members.entry(instance.cluster.as_deref().unwrap_or_default()).or_default().push(instance);
        }
        self.after.clusters.iter().filter(move |cluster| {
            let mut members = members.get(cluster.id.as_str()).into_iter().flatten();
            !members.any(|member| shows_losses(member, cluster))
        })
    }
}

impl Databases {
    fn arns(&self) -> impl Iterator<Item = &str> {
        self.instances.iter().chain(&self.clusters).map(|resource| resource.arn.as_str())
    }
}

fn member(cluster: &Described) -> Described {
    Described {
        kind: Kind::of_members(cluster.kind).unwrap_or(cluster.kind),
        arn: arn(&cluster.arn).into(),
        cluster: Some(cluster.id.clone()),
        members: Vec::new(),
        tags: Tags::default(),
        facts: Facts { role: None, ..cluster.facts.clone() },
        ..cluster.clone()
    }
}

/// The name of a placeholder, in place of an ARN.
fn arn(cluster: &str) -> String {
    format!("{cluster} (a member)")
}
