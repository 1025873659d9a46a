//! Resources in one line each, in pages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::failures::ScopeFailures;
use super::nearest::Nearest;
use super::problem::Problem;
use super::standing::Standing;
use super::tagged;
use super::wanted::{RESOURCES_PER_PAGE, Sort, Wanted};
use crate::inventory::Known;
use crate::level::mute::Mute;
use crate::time::Timestamp;

/// One page of resources.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// At most [`RESOURCES_PER_PAGE`].
    pub resources: Vec<Summary>,
    /// The `after` of the next page; `None` on the last page.
    pub next: Option<String>,
    /// Why databases or their values may be missing, by account and region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<ScopeFailures>,
}

/// One resource in a line.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Summary {
    /// The ARN.
    pub arn: String,
    /// `DBInstanceIdentifier` or `DBClusterIdentifier`.
    pub id: String,
    /// `db-instance` or `db-cluster`.
    pub kind: String,
    /// The configured name of the account.
    #[serde(default)]
    pub account: String,
    /// Twelve digits.
    pub account_id: String,
    /// Such as `eu-west-1`.
    pub region: String,
    /// As AWS writes it.
    pub engine: String,
    /// As AWS writes it.
    pub status: String,
    /// Levels in effect.
    pub levels: usize,
    /// Those that are crossed now and not muted.
    pub crossed: usize,
    /// Metrics that have crossed a level, by the most severe one of each; muted ones are left out.
    #[serde(default)]
    pub crossed_by_severity: BTreeMap<String, usize>,
    /// Those that are muted now.
    pub muted: usize,
    /// When the last mute of now ends, as a tag has it; `None` for never, or if no level is muted.
    #[serde(default)]
    pub muted_until: Option<String>,
    /// Those whose metric should have a value and has none.
    pub unwatched: usize,
    /// Tags and levels that cannot be used.
    pub issues: usize,
    /// The first of these, such as `plimsoll/CPUUtilization = 80 90 (not_a_number)`.
    #[serde(default)]
    pub first_issue: Option<String>,
    /// The level that its values are nearest to.
    #[serde(default)]
    pub nearest: Option<Nearest>,
    /// The tags that become labels, its own before those that it inherits.
    #[serde(default)]
    pub labels: BTreeMap<String, String>,
    /// Its own tags that concern plimsoll, in listings.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub tags: BTreeMap<String, String>,
}

impl Summary {
    pub(super) fn of(standing: &Standing) -> Self {
        let Standing { view, known, crossed, muted, unwatched, .. } = *standing;
        let Known { resource, resolved } = known;
        let context = view.inventory.context();
        Self {
            arn: resource.arn.to_string(),
            id: standing.id.clone(),
            kind: resource.kind.name.to_owned(),
            account: context.account.to_owned(),
            account_id: resource.account_id.to_string(),
            region: resource.region.to_string(),
            engine: resource.engine_name.to_string(),
            status: resource.status.to_string(),
            levels: resolved.thresholds.len(),
            crossed,
            crossed_by_severity: owned(&standing.crossed_by_severity),
            muted,
            muted_until: muted_until(known, standing.values.now.wall),
            unwatched,
            issues: standing.issues(),
            first_issue: resolved.issues.first().map(|issue| Problem::of(&resource.arn, issue).fault()),
            nearest: standing.nearest(),
            labels: labels(known, view.inventory.parent_of(resource), &context.config.labels.tags),
            tags: BTreeMap::new(),
        }
    }
}

fn owned(counts: &BTreeMap<&str, usize>) -> BTreeMap<String, usize> {
    counts.iter().map(|(name, count)| ((*name).to_owned(), *count)).collect()
}

/// When the last mute ends that covers a level now; `None` without one, or if one never ends.
fn muted_until(known: &Known, now: Timestamp) -> Option<String> {
    let schedule = &known.resolved.schedule;
    let muted = known.resolved.thresholds.iter().filter_map(|threshold| schedule.muted_by(threshold.metric, now));
    let ends: Option<Vec<Timestamp>> = muted.map(|tagged| schedule.muted_until(&tagged, now)).collect();
    ends?.into_iter().max().map(|end| Mute::until(end).to_string())
}

/// The values of tags, the resource's own before those that it inherits.
pub(super) fn labels(known: &Known, parent: Option<&Known>, keys: &[String]) -> BTreeMap<String, String> {
    let value = |key: &String| known.resource.tags.get(key).or_else(|| parent?.resource.tags.get(key));
    keys.iter().filter_map(|key| Some((key.clone(), value(key)?.to_owned()))).collect()
}

/// A page of the resources in the wanted order: those behind `after`, or the first ones if no resource has that ARN any more.
pub(super) fn page(standings: &mut [Standing], wanted: &Wanted) -> Listing {
    standings.sort_by(|left, right| left.compare(right, wanted.sort));
    let limit = wanted.limit.clamp(1, RESOURCES_PER_PAGE);
    let begin = match wanted.sort {
        Sort::Arn => standings.partition_point(|one| one.arn() <= wanted.after.as_str()),
        _ => standings.iter().position(|one| one.arn() == wanted.after).map_or(0, |last| last + 1),
    };
    let rest = &standings[begin..];
    let shown = &rest[..rest.len().min(limit)];
    let next = shown.last().filter(|_| rest.len() > limit).map(|last| last.arn().to_owned());
    Listing { resources: shown.iter().map(row).collect(), next, failures: Vec::new() }
}

/// A resource in a listing.
fn row(standing: &Standing) -> Summary {
    let tags = tagged::of(&standing.known.resource, standing.values.config);
    Summary { tags, ..Summary::of(standing) }
}
