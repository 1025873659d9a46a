//! Counts the events of resources. AWS may return an event late and returns it again while the window covers it, so that
//! each counts once.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::resource::{EventCategory, Resource, ResourceEvent};
use crate::time::{Seconds, Timestamp};

/// By how much a window reaches into the one before it: events are published some minutes late.
const OVERLAP: Seconds = Seconds::new(900);

/// How far a window reaches back at most. After a longer outage, what happened before is not counted.
const LONGEST: Seconds = Seconds::HOUR;

/// The window goes on for this long, because AWS's clock may be ahead of ours.
const AHEAD: Seconds = Seconds::MINUTE;

/// Whether the resource of an ARN runs; `None` if there is none.
pub(in crate::scope) type Runs<'a> = &'a dyn Fn(&str) -> Option<bool>;

#[derive(Debug, Default)]
pub(in crate::scope) struct Events {
    /// Events that may be returned again: second, ARN and message.
    seen: BTreeSet<(Timestamp, String, String)>,
    counts: BTreeMap<String, BTreeMap<EventCategory, u32>>,
    /// The resources of events that were counted and not logged yet, by category.
    unlogged: BTreeMap<EventCategory, Vec<Arc<str>>>,
    /// Whether any call has succeeded. The first one returns what happened before, which does not count: after a restart
    /// it would count twice.
    is_primed: bool,
}

/// The window of a call, by the wall clock.
pub(super) fn window(last_success: Option<Timestamp>, now: Timestamp) -> (Timestamp, Timestamp) {
    let since = last_success.unwrap_or(now).max(now - LONGEST);
    (since - OVERLAP, now + AHEAD)
}

impl Events {
    /// Counts new events of resources that run: one that is being created is restarted as a matter of course. Returns
    /// whether any counted, or counting began.
    pub(super) fn take(&mut self, events: Vec<ResourceEvent>, runs: Runs) -> bool {
        let began = !std::mem::replace(&mut self.is_primed, true);
        let mut changed = began;
        for ResourceEvent { arn, second, category, message } in events {
            let is_new = self.seen.insert((second, arn.clone(), message));
            if is_new && !began && runs(&arn) == Some(true) {
                self.unlogged.entry(category).or_default().push(arn.as_str().into());
                *self.counts.entry(arn).or_default().entry(category).or_default() += 1;
                changed = true;
            }
        }
        let newest = self.seen.last().map_or(Timestamp::MIN, |(second, ..)| *second);
        self.seen.retain(|(second, ..)| *second >= newest - LONGEST - OVERLAP - OVERLAP);
        self.counts.retain(|arn, _| runs(arn).is_some());
        changed
    }

    /// The resources of events that were counted since the last call of this, by category.
    pub(super) fn take_unlogged(&mut self) -> BTreeMap<EventCategory, Vec<Arc<str>>> {
        std::mem::take(&mut self.unlogged)
    }

    /// How many events of each category a resource had; nothing before the first call, nor for kinds without events.
    pub(in crate::scope) fn of(&self, resource: &Resource) -> impl Iterator<Item = (EventCategory, u32)> {
        let has_events = self.is_primed && resource.kind.has_events();
        let counts = self.counts.get(&*resource.arn);
        let count = move |category| counts.and_then(|counts| counts.get(&category)).copied().unwrap_or_default();
        EventCategory::ALL.into_iter().filter(move |_| has_events).map(move |category| (category, count(category)))
    }
}
