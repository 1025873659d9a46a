//! A scope while its first listing goes on: it polls the resources of the first pages, and concludes nothing from them.

use std::sync::Arc;

use super::event::Command;
use super::fleet::Fleet;
use super::log_event::LogEvent;
use super::machine::Scope;
use crate::cost::Demand;
use crate::plan::Now;
use crate::resource::{Described, Lister};
use crate::time::Timestamp;

impl Scope {
    /// Whether resources on pages of such a listing are to be passed on before it ends.
    #[must_use]
    pub fn takes_parts(&self, lister: Lister) -> bool {
        self.listing.takes_parts(lister)
    }

    pub(super) fn listed_part(&mut self, lister: Lister, part: Vec<Arc<Described>>) -> Vec<Command> {
        self.listing.extend(lister, part, &self.config);
        self.fleet_is_stale |= self.listing.is_growing();
        Vec::new()
    }

    /// What the first resources will cost, before anything is spent for them; `before` is the fleet that they replace.
    pub(super) fn first_forecast(&self, before: &Fleet, now: Timestamp) -> Option<LogEvent> {
        let Self { fleet, selection, results, rounds, .. } = self;
        let resources = fleet.watched().count();
        let demand = || Demand::of(fleet.polled(), selection, &results.history, now);
        let is_first = resources > 0 && before.watched().next().is_none() && self.polls();
        is_first.then(|| LogEvent::FirstForecast { resources, dollars: demand().dollars(&rounds.savings) })
    }

    /// After each listing: the last one of those that others inherit from lets the first pages enter. If the growing one
    /// failed, its resources are not known any more, and are polled again once they are.
    pub(super) fn after_listing(&mut self, now: Now) -> Vec<Command> {
        if self.listing.is_growing() {
            self.fleet.outdate();
            self.fleet_is_stale = true;
            return Vec::new();
        }
        if !self.fleet.is_part() || self.listing.knows(Lister::Instances) {
            return Vec::new();
        }
        self.rounds.give_up();
        self.next_batches(now)
    }
}
