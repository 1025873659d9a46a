//! What goes into a scope and what comes out of it.

use std::collections::HashSet;
use std::sync::Arc;

use super::log_event::LogEvent;
use super::saved::SavedScope;
use super::settings::Settings;
use crate::cost::Demand;
use crate::plan::{Batch, BatchResult, Savings, Task};
use crate::resource::{Described, GroupName, Lister, OptionalAnswer, OptionalCall, Setting};
use crate::time::Timestamp;

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// The first event, if the scope was saved before the start: it goes on from there.
    Restored(Box<SavedScope<'static>>),
    /// A new configuration takes over: what is known stays, and is seen by the new configuration.
    Reconfigured(Settings),
    /// Time passed.
    Tick,
    /// The first listing goes on, and these are resources of its next pages; [`Event::Listed`] has them, too.
    ListedPart(Lister, Vec<Arc<Described>>),
    /// A listing ended; `None` when it failed.
    Listed(Lister, Option<Vec<Arc<Described>>>),
    /// A parameter group was read, or could not be read.
    Parameters(GroupName, ParameterRead),
    /// An optional call ended.
    Optional(OptionalCall, OptionalRead),
    /// A batch ended; `None` when it failed.
    BatchEnded(Arc<Batch>, Option<BatchResult>),
    /// A budget was divided anew: what the scope saves.
    Save(Savings),
    /// These are the ARNs of resources that other scopes serve. The scope does not watch them.
    ServedElsewhere(Arc<HashSet<Arc<str>>>),
    /// Whether this replica polls, or only lists and serves.
    Polls(bool),
    /// What the replica that polls has saved; its values are served meanwhile.
    SavedByOther(Box<SavedScope<'static>>),
    /// What the scope publishes is about to be read: it is brought up to date, once for all events before.
    Publish,
}

/// The result of reading a parameter group.
#[derive(Debug, Clone, PartialEq)]
pub enum ParameterRead {
    /// What the group sets.
    Found(Setting),
    /// The permission is missing.
    Denied,
    /// The call failed.
    Failed,
}

/// The result of an optional call.
#[derive(Debug, Clone, PartialEq)]
pub enum OptionalRead {
    /// What AWS returned.
    Found(OptionalAnswer),
    /// The permission is missing.
    Denied,
    /// The call failed.
    Failed,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Command {
    /// List resources; answer with [`Event::Listed`].
    List(Lister),
    /// Read a parameter group; answer with [`Event::Parameters`].
    ReadParameters(GroupName),
    /// Make an optional call; answer with [`Event::Optional`]. Events are those of a window, by the wall clock.
    Optional(OptionalCall, (Timestamp, Timestamp)),
    /// What it will query changed; answer with [`Event::Save`] before anything else. The first one comes before any batch,
    /// except for batches of a first listing that goes on; there are none if there is a budget.
    Forecast(Arc<Demand>),
    /// Fetch a batch; answer with [`Event::BatchEnded`].
    Fetch(Arc<Batch>),
    /// A round of a task is over.
    Finished(Task),
    /// Write an event to the log.
    Log(LogEvent),
    /// Time alone has changed what the scope serves; answer with [`Event::Publish`].
    Publish,
}
