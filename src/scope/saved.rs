//! What a scope saves, so that it can go on after a restart of plimsoll. Plain data; times are by the wall clock.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use crate::resource::{Described, Lister, OptionalAnswer, Role, Setting};
use crate::time::Timestamp;

/// Both clocks are read in whole seconds, one after the other.
const NO_STEP: i64 = 2;

/// What one scope saves: what AWS returned, from which everything else is made again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SavedScope<'a> {
    /// The configured name of the account.
    pub account: Cow<'a, str>,
    /// The region.
    pub region: Cow<'a, str>,
    /// When it was saved.
    pub saved_at: Timestamp,
    /// How long the machine had run then.
    #[serde(default)]
    pub uptime: Option<Uptime<'a>>,
    /// By how many seconds the wall clock was set back since; negative if it was set forward.
    #[serde(skip)]
    pub(super) set_back: i64,
    pub(super) listings: Vec<SavedListing<'a>>,
    pub(super) settings: Vec<SavedSetting<'a>>,
    pub(super) answers: Vec<SavedAnswer>,
    /// What the points of all columns are of.
    pub(super) resources: Vec<SavedResource<'a>>,
    pub(super) columns: Vec<SavedColumn<'a>>,
    #[serde(default)]
    pub(super) rounds: Vec<SavedRound>,
    #[serde(default)]
    pub(super) silences: Vec<SavedSilence<'a>>,
    /// The names that another resource had before, or that nobody has now.
    #[serde(default)]
    pub(super) names: Vec<SavedName<'a>>,
}

/// How long a machine has run: a clock that nobody can set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Uptime<'a> {
    /// Identifies the run of the machine.
    pub boot: Cow<'a, str>,
    /// Seconds since its start.
    pub seconds: i64,
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
    /// The positions of resources whose results had no point, or none that is young enough.
    #[serde(default)]
    pub(super) silent: Vec<u32>,
}

/// The position of a resource, the value, and the second from which it is not served.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedPoint(pub(super) u32, pub(super) f64, pub(super) Timestamp);

/// The metrics of one period and interval, both in seconds, and when all of them were last polled.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedRound {
    pub(super) period: u32,
    pub(super) interval: i64,
    pub(super) succeeded_at: Timestamp,
}

/// The resources that had no datapoint of a metric in the last rounds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedSilence<'a> {
    pub(super) metric: Cow<'a, str>,
    pub(super) resources: Vec<SavedQuiet>,
}

/// The position of a resource, the number of rounds, when it was queried last, and when it had a datapoint last, if ever.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedQuiet(pub(super) u32, pub(super) u8, pub(super) Timestamp, pub(super) Option<Timestamp>);

/// A name and the resource that has it, or had it last.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct SavedName<'a> {
    pub(super) arn: Cow<'a, str>,
    pub(super) resource_id: Option<Cow<'a, str>>,
    /// When the resource was first seen under the name that another one had before.
    pub(super) since: Option<Timestamp>,
    /// When it was last seen.
    pub(super) seen_at: Timestamp,
}

impl SavedScope<'_> {
    /// Compares the wall clock with that of the machine since the scope was saved. On another machine, or after it was
    /// started again, nothing can be compared.
    #[must_use]
    pub fn compared(mut self, uptime: Option<&Uptime>, wall: Timestamp) -> Self {
        if let (Some(then), Some(now)) = (&self.uptime, uptime)
            && then.boot == now.boot
        {
            let difference = now.seconds - then.seconds - (wall - self.saved_at).get();
            self.set_back = if difference.abs() > NO_STEP { difference } else { 0 };
        }
        self
    }

    /// Every resource that was listed last.
    pub fn resources(&self) -> impl Iterator<Item = &Described> {
        self.listings.iter().flat_map(|listing| &listing.resources).map(|resource| &**resource)
    }
}
