//! Resources in one line each, in pages.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::failures::ScopeFailures;
use super::tagged;
use super::values::{Count, Values};
use crate::inventory::{Known, View};
use crate::plan::Now;
use crate::resource::{Kind, ResourceIndex};

/// Resources in one listing: a page of them stays below a megabyte.
pub const RESOURCES_PER_PAGE: usize = 1_000;

/// One page of resources.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Listing {
    /// At most [`RESOURCES_PER_PAGE`], by ARN.
    pub resources: Vec<Summary>,
    /// The `after` of the next page; `None` on the last page.
    pub next: Option<String>,
    /// Why databases or their values may be missing, by account and region.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub failures: Vec<ScopeFailures>,
}

/// One resource in a line.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    /// The ARN.
    pub arn: String,
    /// `DBInstanceIdentifier` or `DBClusterIdentifier`.
    pub id: String,
    /// `db-instance` or `db-cluster`.
    pub kind: String,
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
    /// Those that are muted now.
    pub muted: usize,
    /// Those whose metric should have a value and has none.
    pub unwatched: usize,
    /// Tags and levels that cannot be used.
    pub issues: usize,
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

    pub(super) fn of(known: &Known, values: &Values, index: ResourceIndex) -> Self {
        let Known { resource, resolved } = known;
        let Count { crossed, muted, unwatched } = values.count(known, index);
        Self {
            arn: resource.arn.clone(),
            id: resource.title(),
            kind: resource.kind.name.to_owned(),
            account_id: resource.account_id.clone(),
            region: resource.region.clone(),
            engine: resource.engine_name.clone(),
            status: resource.status.clone(),
            levels: resolved.thresholds.len(),
            crossed,
            muted,
            unwatched,
            issues: resolved.issues.len() + resolved.issues_omitted,
            tags: BTreeMap::new(),
        }
    }
}

/// The first page of summaries.
pub(super) fn first_page(mut summaries: Vec<Summary>) -> Listing {
    let more = summaries.len() > RESOURCES_PER_PAGE;
    summaries.truncate(RESOURCES_PER_PAGE);
    let next = summaries.last().filter(|_| more).map(|last| last.arn.clone());
    Listing { resources: summaries, next, failures: Vec::new() }
}

/// The summaries of all wanted resources, ordered by ARN.
pub(super) fn summaries(views: &[View], now: Now, is_wanted: impl Fn(&Known) -> bool) -> Vec<Summary> {
    let mut summaries = Vec::new();
    for view in views {
        let values = Values::of(view, now);
        let wanted = view.inventory.indexed().filter(|(_, known)| is_wanted(known));
        let config = view.inventory.context().config;
        summaries.extend(wanted.map(|(index, known)| {
            let tags = tagged::of(&known.resource, config);
            Summary { tags, ..Summary::of(known, &values, index) }
        }));
    }
    summaries.sort_by(|left, right| left.arn.cmp(&right.arn));
    summaries
}
