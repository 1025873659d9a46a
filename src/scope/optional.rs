//! The optional calls of a scope: when each is due, whether AWS allows it, and what it returned last.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::event::{Command, OptionalRead};
use super::log_event::LogEvent;
use super::saved::SavedAnswer;
use crate::plan::{Now, next_due};
use crate::resource::{Described, Lifecycle, OptionalAnswer, OptionalCall, Resource};
use crate::time::{Seconds, Timestamp};

mod blue_green;
mod events;
mod lifecycles;
mod quotas;

pub(super) use blue_green::{BlueGreen, Resting};
pub(super) use events::{Events, Runs};

/// A refused call is made again this often at most: somebody may allow it meanwhile.
const REFUSED: Seconds = Seconds::HOUR;

/// A call that failed is made again after this long, if its interval is not shorter.
const RETRY: Seconds = Seconds::new(300);

/// How many intervals an answer counts, if no other one comes.
const LIFE: i64 = 6;

/// The optional calls of one scope.
#[derive(Debug, Default)]
pub(super) struct OptionalCalls {
    /// The name of the scope, which shifts its calls.
    key: String,
    calls: BTreeMap<OptionalCall, Call>,
    learned: Learned,
}

/// One of them; all times are those of the steady clock.
#[derive(Debug)]
struct Call {
    due: Timestamp,
    in_flight: bool,
    is_refused: bool,
    last_success: Option<Timestamp>,
}

/// What the calls returned last.
#[derive(Debug, Default)]
struct Learned {
    /// By ARN, when AWS applies maintenance that nobody ordered.
    maintenance: BTreeMap<String, f64>,
    /// Until when major versions of engines are supported.
    lifecycles: Vec<Lifecycle>,
    /// By name, how much of each quota is used, in percent.
    quotas: BTreeMap<String, f64>,
    events: Events,
    blue_green: BlueGreen,
}

impl OptionalCalls {
    pub(super) fn new(calls: &BTreeSet<OptionalCall>, key: &str, now: Timestamp) -> Self {
        let call = |call: &OptionalCall| {
            let first = Call { due: now, in_flight: false, is_refused: false, last_success: None };
            (*call, first)
        };
        Self { key: key.to_owned(), calls: calls.iter().map(call).collect(), learned: Learned::default() }
    }

    /// Goes on with the calls of a new configuration, and forgets the answers to others.
    pub(super) fn reconfigure(&mut self, calls: &BTreeSet<OptionalCall>, now: Timestamp) {
        let mut before = std::mem::replace(self, Self::new(calls, &self.key, now));
        std::mem::swap(&mut self.learned, &mut before.learned);
        for (name, call) in before.calls {
            match self.calls.get_mut(&name) {
                Some(known) => *known = call,
                None => self.learned.forget(name),
            }
        }
    }

    /// The calls to make now; one that is still under way is not made twice.
    pub(super) fn due(&mut self, now: Now) -> Vec<Command> {
        let due = self.calls.iter_mut().filter(|(_, call)| !call.in_flight && now.steady >= call.due);
        let start = |(name, call): (&OptionalCall, &mut Call)| {
            call.in_flight = true;
            let last_success = call.last_success.map(|last| now.to_wall(last));
            Command::Optional(*name, events::window(last_success, now.wall))
        };
        due.map(start).collect()
    }

    /// Takes an answer in; returns whether resources have to be described anew.
    pub(super) fn ended(&mut self, name: OptionalCall, read: OptionalRead, runs: Runs, now: Timestamp) -> bool {
        let Some(call) = self.calls.get_mut(&name) else { return false };
        let interval = interval(name);
        call.in_flight = false;
        match read {
            OptionalRead::Found(answer) => {
                call.due = next_due(interval, &self.key, now);
                call.is_refused = false;
                call.last_success = Some(now);
                self.learned.take(answer, runs)
            }
            OptionalRead::Denied => {
                call.due = now + interval.max(REFUSED);
                call.is_refused = true;
                false
            }
            OptionalRead::Failed => {
                call.due = now + interval.min(RETRY);
                false
            }
        }
    }

    /// What the log has to show once if a call ends like that: it is refused, or is no more.
    pub(super) fn log_event(&self, name: OptionalCall, read: &OptionalRead) -> Option<LogEvent> {
        let was_refused = self.calls.get(&name)?.is_refused;
        match read {
            OptionalRead::Denied if !was_refused => Some(LogEvent::OptionalRefused { call: name }),
            OptionalRead::Found(_) if was_refused => Some(LogEvent::OptionalAllowed { call: name }),
            _ => None,
        }
    }

    /// What the log has to show of events that AWS reported, once.
    pub(super) fn reported(&mut self) -> impl Iterator<Item = LogEvent> {
        let unlogged = self.learned.events.take_unlogged().into_iter();
        unlogged.map(|(category, resources)| LogEvent::Reported { category, resources })
    }

    /// Forgets answers that are too old; returns whether any was.
    pub(super) fn expire(&mut self, now: Timestamp) -> bool {
        let mut expired = false;
        for (name, call) in self.calls.iter_mut().filter(|(name, _)| **name != OptionalCall::Events) {
            if call.last_success.is_some_and(|last| now >= last + LIFE * interval(*name)) {
                call.last_success = None;
                self.learned.forget(*name);
                expired = true;
            }
        }
        expired
    }

    /// The answers that still count, for a restart.
    pub(super) fn saved(&self, now: Now) -> Vec<SavedAnswer> {
        let saved = |(name, call): (&OptionalCall, &Call)| {
            let (answered_at, answer) = (now.to_wall(call.last_success?), self.learned.answer(*name)?);
            Some(SavedAnswer { answered_at, answer })
        };
        self.calls.iter().filter_map(saved).collect()
    }

    /// Goes on from the saved answers that are not too old. Each call is made anew.
    pub(super) fn restore(&mut self, saved: Vec<SavedAnswer>, now: Now) {
        for SavedAnswer { answered_at, answer } in saved.into_iter().filter(|saved| saved.answered_at <= now.wall) {
            let name = answer.call();
            let Some(call) = self.calls.get_mut(&name) else { continue };
            if now.wall < answered_at + LIFE * interval(name) {
                call.last_success = Some(now.to_steady(answered_at));
                self.learned.take(answer, &|_| None);
            }
        }
    }

    /// Adds to the description of a resource what was learned of it.
    pub(super) fn describe(&self, resource: &mut Resource, now: Now) {
        resource.learned.forced_maintenance_seconds = self.learned.maintenance.get(&*resource.arn).copied();
        lifecycles::describe(&self.learned.lifecycles, resource, now.wall);
    }

    /// The quotas of the account and region in which a resource is.
    pub(super) fn quotas(&self, neighbour: &Described) -> Vec<Arc<Described>> {
        self.learned.quotas.iter().map(|(name, used)| quotas::described(name, *used, neighbour).into()).collect()
    }

    /// The events of the resources.
    pub(super) const fn events(&self) -> &Events {
        &self.learned.events
    }

    /// The members of blue/green deployments.
    pub(super) const fn blue_green(&mut self) -> &mut BlueGreen {
        &mut self.learned.blue_green
    }

    /// The calls that AWS refuses.
    pub(super) fn refused(&self) -> impl Iterator<Item = OptionalCall> {
        self.calls.iter().filter(|(_, call)| call.is_refused).map(|(name, _)| *name)
    }

    /// When each call that AWS does not refuse last succeeded.
    pub(super) fn last_successes(&self) -> impl Iterator<Item = (OptionalCall, Option<Timestamp>)> {
        let allowed = self.calls.iter().filter(|(_, call)| !call.is_refused);
        allowed.map(|(name, call)| (*name, call.last_success))
    }
}

impl Learned {
    fn take(&mut self, answer: OptionalAnswer, runs: Runs) -> bool {
        match answer {
            OptionalAnswer::Maintenance(maintenance) => replace(&mut self.maintenance, maintenance),
            OptionalAnswer::Lifecycles(lifecycles) => {
                self.lifecycles = lifecycles;
                // Which of them have ended depends on the day.
                true
            }
            OptionalAnswer::Quotas(quotas) => replace(&mut self.quotas, quotas),
            OptionalAnswer::Events(events) => self.events.take(events, runs),
            OptionalAnswer::BlueGreen(deployments) => self.blue_green.take(deployments),
        }
    }

    /// The last answer to a call; events are counted once.
    fn answer(&self, call: OptionalCall) -> Option<OptionalAnswer> {
        match call {
            OptionalCall::Maintenance => Some(OptionalAnswer::Maintenance(self.maintenance.clone())),
            OptionalCall::Lifecycles => Some(OptionalAnswer::Lifecycles(self.lifecycles.clone())),
            OptionalCall::Quotas => Some(OptionalAnswer::Quotas(self.quotas.clone())),
            OptionalCall::Events => None,
            OptionalCall::BlueGreen => Some(OptionalAnswer::BlueGreen(self.blue_green.deployments().clone())),
        }
    }

    fn forget(&mut self, call: OptionalCall) {
        match call {
            OptionalCall::Maintenance => self.maintenance.clear(),
            OptionalCall::Lifecycles => self.lifecycles.clear(),
            OptionalCall::Quotas => self.quotas.clear(),
            // A counter stands still while nothing is known.
            OptionalCall::Events => {}
            OptionalCall::BlueGreen => self.blue_green = BlueGreen::default(),
        }
    }
}

/// Whether the new one differs.
fn replace<T: PartialEq>(old: &mut T, new: T) -> bool {
    let differs = *old != new;
    *old = new;
    differs
}

fn interval(call: OptionalCall) -> Seconds {
    Seconds::from(call.interval())
}
