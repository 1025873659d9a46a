//! Resources in one line each, in pages.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::failures::ScopeFailures;
use super::nearest::{Nearest, crossed_by_severity, nearest};
use super::problem::Problem;
use super::tagged;
use super::values::{Count, Values};
use super::wanted::{RESOURCES_PER_PAGE, Sort, Wanted};
use crate::inventory::{Known, View};
use crate::level::mute::Mute;
use crate::plan::Now;
use crate::resource::{Kind, ResourceIndex};
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
    /// The ARN of the database or cluster: of a volume that of its instance, without its own name.
    pub(super) fn database(&self) -> &str {
        let is_volume = Kind::named(&self.kind).is_some_and(Kind::is_volume);
        self.arn.rsplit_once('/').filter(|_| is_volume).map_or(&*self.arn, |(instance, _)| instance)
    }

    pub(super) fn of(view: &View, values: &Values, index: ResourceIndex) -> Self {
        let known = &view.inventory.known()[index.position()];
        let Known { resource, resolved } = known;
        let Count { crossed, muted, unwatched } = values.count(known, index);
        let context = view.inventory.context();
        Self {
            arn: resource.arn.clone(),
            id: resource.title(),
            kind: resource.kind.name.to_owned(),
            account: context.account.to_owned(),
            account_id: resource.account_id.clone(),
            region: resource.region.clone(),
            engine: resource.engine_name.clone(),
            status: resource.status.clone(),
            levels: resolved.thresholds.len(),
            crossed,
            crossed_by_severity: crossed_by_severity(known, values, index),
            muted,
            muted_until: muted_until(known, values.now.wall),
            unwatched,
            issues: resolved.issues.len() + resolved.issues_omitted,
            first_issue: resolved.issues.first().map(|issue| Problem::of(&resource.arn, issue).fault()),
            nearest: nearest(known, values, index),
            labels: labels(known, view.inventory.parent_of(resource), &context.config.labels.tags),
            tags: BTreeMap::new(),
        }
    }
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

/// A page of ordered summaries: those behind `after`, or the first ones if no resource has that ARN any more.
pub(super) fn page(mut summaries: Vec<Summary>, wanted: &Wanted) -> Listing {
    let limit = wanted.limit.clamp(1, RESOURCES_PER_PAGE);
    let begin = match wanted.sort {
        Sort::Arn => summaries.partition_point(|one| one.arn <= wanted.after),
        _ => summaries.iter().position(|one| one.arn == wanted.after).map_or(0, |last| last + 1),
    };
    summaries.drain(..begin);
    let more = summaries.len() > limit;
    summaries.truncate(limit);
    let next = summaries.last().filter(|_| more).map(|last| last.arn.clone());
    Listing { resources: summaries, next, failures: Vec::new() }
}

/// The summaries of all wanted resources, in the wanted order.
pub(super) fn summaries(views: &[View], now: Now, wanted: &Wanted) -> Vec<Summary> {
    let mut summaries = Vec::new();
    for view in views {
        let (values, context) = (Values::of(view, now), view.inventory.context());
        let parent = |known: &Known| view.inventory.parent_of(&known.resource);
        let selected =
            view.inventory.indexed().filter(|(_, known)| wanted.selects(known, parent(known), context.account));
        summaries.extend(selected.map(|(index, known)| {
            let tags = tagged::of(&known.resource, context.config);
            Summary { tags, ..Summary::of(view, &values, index) }
        }));
    }
    summaries.sort_by(|left, right| compare(wanted.sort, left, right));
    summaries
}

/// Compares two resources; equal ones are in the order of their ARNs.
fn compare(sort: Sort, left: &Summary, right: &Summary) -> Ordering {
    let most = |count: fn(&Summary) -> usize| count(right).cmp(&count(left));
    let headroom = |one: &Summary| one.nearest.as_ref().map_or(f64::INFINITY, |nearest| nearest.headroom_ratio);
    let by_sort = match sort {
        Sort::Arn => Ordering::Equal,
        Sort::Headroom => headroom(left).total_cmp(&headroom(right)),
        Sort::Crossed => most(|one| one.crossed),
        Sort::Issues => most(|one| one.issues),
        Sort::Muted => most(|one| one.muted),
        Sort::Unwatched => most(|one| one.unwatched),
        Sort::Id => left.id.cmp(&right.id),
        Sort::Engine => left.engine.cmp(&right.engine),
        Sort::Account => (&left.account, &left.region).cmp(&(&right.account, &right.region)),
        Sort::Status => left.status.cmp(&right.status),
    };
    by_sort.then_with(|| left.arn.cmp(&right.arn))
}
