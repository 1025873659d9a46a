//! The members of blue/green deployments that are not in production: the green ones before the switchover, and the former
//! production databases after it.
//!
//! AWS renames at the switchover: blue `orders` becomes `orders-old1`, and `orders-green-abc123` becomes `orders`. A name
//! alone proves nothing, since anybody may call a database `erp-old1`: only a database that AWS lists as a member of a
//! deployment together with its counterpart is muted. Members are remembered by their resource identifiers, which survive
//! the renaming, so that a switchover is seen in the first listing after it.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/blue-green-deployments-switching.html>

use std::collections::{BTreeMap, BTreeSet, HashMap};

use crate::resource::{BlueGreenDeployments, Described, Kind, Text};

#[derive(Debug, Default)]
pub(in crate::scope) struct BlueGreen {
    /// As AWS listed them last.
    deployments: BlueGreenDeployments,
    /// By deployment, the resource identifiers of its members, blue and green.
    members: BTreeMap<String, BTreeSet<(Text, Text)>>,
}

/// The databases of one listing that rest.
#[derive(Debug, Default)]
pub(in crate::scope) struct Resting(BTreeSet<(Kind, Text)>);

impl BlueGreen {
    /// Takes an answer in; returns whether it differs. Members of deployments that are gone are forgotten.
    pub(super) fn take(&mut self, deployments: BlueGreenDeployments) -> bool {
        self.members.retain(|id, _| deployments.contains_key(id));
        let differs = self.deployments != deployments;
        self.deployments = deployments;
        differs
    }

    pub(super) const fn deployments(&self) -> &BlueGreenDeployments {
        &self.deployments
    }

    /// The databases that rest, by a listing.
    pub(in crate::scope) fn resting<'a>(&mut self, listed: impl Iterator<Item = &'a Described>) -> Resting {
        if self.deployments.is_empty() {
            return Resting::default();
        }
        let listed: Vec<&Described> = listed.filter(|one| one.resource_id.is_some()).collect();
        self.learn(&listed.iter().map(|one| (one.arn.as_str(), *one)).collect());
        let by_id: HashMap<&str, &Described> =
            listed.iter().filter_map(|one| Some((one.resource_id.as_deref()?, *one))).collect();
        let of = |id: &Text| by_id.get(id.as_str()).copied();
        let pairs = self.members.values().flatten().filter_map(|(blue, green)| Some((of(blue)?, of(green)?)));
        Resting(pairs.filter_map(resting).map(|one| (one.kind, one.id.clone())).collect())
    }

    /// Finds the resource identifiers of members that AWS lists by ARN. Between a switchover and the next call or listing,
    /// an ARN may be that of the other member or of none; then the names do not fit each other.
    fn learn(&mut self, by_arn: &HashMap<&str, &Described>) {
        for (id, pairs) in &self.deployments {
            for (blue, green) in pairs {
                let pair = by_arn.get(blue.as_str()).copied().zip(by_arn.get(green.as_str()).copied());
                let Some((blue, green)) = pair.filter(|pair| resting(*pair).is_some()) else { continue };
                if let (Some(blue), Some(green)) = (blue.resource_id.clone(), green.resource_id.clone()) {
                    self.members.entry(id.clone()).or_default().insert((blue, green));
                }
            }
        }
    }
}

/// The member of a pair that is not in production, by the names of both; none if somebody renamed one of them.
fn resting<'a>((blue, green): (&'a Described, &'a Described)) -> Option<&'a Described> {
    let further = |one: &'a Described, production: &Described| one.id.strip_prefix(production.id.as_str());
    let is_old = further(blue, green).and_then(|rest| rest.strip_prefix("-old")).is_some_and(is_number);
    let is_green = further(green, blue).is_some_and(|rest| rest.starts_with("-green-"));
    match (is_old, is_green) {
        (true, _) => Some(blue),
        (false, true) => Some(green),
        (false, false) => None,
    }
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

impl Resting {
    /// Whether a database rests, or the cluster that it is a member of, or the instance that it is a volume of.
    pub(in crate::scope) fn contains(&self, resource: &Described, parent: Option<&Described>) -> bool {
        let rests = |one: &Described| self.0.contains(&(one.kind, one.id.clone()));
        !self.0.is_empty() && (rests(resource) || parent.is_some_and(rests))
    }
}
