//! What a scope saves, so that it can go on after a restart of plimsoll. Plain data; times are by the wall clock.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::resource::{Described, Lister, OptionalAnswer, Role, Setting};
use crate::time::Timestamp;

/// What one scope saves: what AWS returned, from which everything else is made again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedScope<'a> {
    /// The configured name of the account.
    pub account: Cow<'a, str>,
    /// The region.
    pub region: Cow<'a, str>,
    /// When it was saved.
    pub saved_at: Timestamp,
    pub(super) listings: Vec<SavedListing<'a>>,
    pub(super) settings: Vec<SavedSetting<'a>>,
    pub(super) answers: Vec<SavedAnswer>,
    /// What the points of all columns are of.
    pub(super) resources: Vec<SavedResource<'a>>,
    pub(super) columns: Vec<SavedColumn<'a>>,
}

/// The result of a listing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedListing<'a> {
    pub(super) lister: Lister,
    pub(super) listed_at: Timestamp,
    pub(super) resources: Vec<Cow<'a, Described>>,
}

/// The connection limit that an instance runs with, from its own parameter group or from that of its cluster.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedSetting<'a> {
    pub(super) arn: Cow<'a, str>,
    pub(super) resource_id: Option<Cow<'a, str>>,
    /// What lists the resources that the group is for.
    pub(super) lister: Lister,
    pub(super) group: Cow<'a, str>,
    pub(super) setting: Setting,
}

/// The answer to an optional call.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedAnswer {
    pub(super) answered_at: Timestamp,
    pub(super) answer: OptionalAnswer,
}

/// A resource with its identifier, so that one that was created again does not get the values of the old one.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedResource<'a> {
    pub(super) arn: Cow<'a, str>,
    pub(super) resource_id: Option<Cow<'a, str>>,
    /// The members of a cluster that the points are an aggregate of.
    pub(super) role: Option<Role>,
}

/// The points of one metric and statistic.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedColumn<'a> {
    pub(super) namespace: Cow<'a, str>,
    pub(super) metric: Cow<'a, str>,
    pub(super) statistic: String,
    /// The seconds that each point covers.
    pub(super) period: u32,
    pub(super) points: Vec<SavedPoint>,
}

/// The position of a resource, the value, and the end of the period.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedPoint(pub(super) u32, pub(super) f64, pub(super) Timestamp);

impl SavedScope<'_> {
    /// Every resource that was listed last.
    pub fn resources(&self) -> impl Iterator<Item = &Described> {
        self.listings.iter().flat_map(|listing| &listing.resources).map(|resource| &**resource)
    }
}
