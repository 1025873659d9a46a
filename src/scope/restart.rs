//! What a scope saves, and how it goes on from that after a restart.

use std::borrow::Cow;
use std::mem::take;

use super::capacity_sources::CapacitySources;
use super::event::Command;
use super::machine::Scope;
use super::saved::SavedScope;
use super::saved_history;
use super::saved_points;
use super::saved_rounds;
use crate::plan::Now;
use crate::time::Seconds;

/// By how much the clock of another replica may be ahead: the alert on clocks that are wrong fires above it.
const SKEW: Seconds = Seconds::MINUTE;

impl Scope {
    /// What it needs to go on after a restart.
    #[must_use]
    pub fn saved(&self, now: Now) -> SavedScope<'_> {
        let CapacitySources { parameters, optional, .. } = &self.capacity_sources;
        SavedScope {
            account: Cow::Borrowed(&self.name().account),
            region: Cow::Borrowed(&self.name().region),
            saved_at: now.wall,
            uptime: None,
            set_back: 0,
            listings: self.listing.saved(now),
            settings: parameters.saved(),
            answers: optional.saved(now),
            resources: saved_points::resources(&self.fleet),
            columns: saved_points::columns(&self.results.points, &self.selection, now),
            rounds: saved_rounds::saved(&self.rounds, now),
            silences: saved_history::saved(&self.results.history, now),
            names: self.fleet.names(now),
        }
    }

    /// Goes on from what was saved: nothing is younger than it was then. If it was saved in the future, the wall clock was
    /// set back meanwhile by nobody knows how much; then its values have no age, so none is used.
    pub(super) fn restore(&mut self, mut saved: SavedScope, now: Now) -> Vec<Command> {
        // The wall clock as it would be if nobody had set it: the times of what was saved are of that clock.
        let not_set = Now { wall: now.wall + Seconds::new(saved.set_back), ..now };
        let CapacitySources { parameters, optional, .. } = &mut self.capacity_sources;
        self.listing.restore(take(&mut saved.listings), &self.config, not_set);
        parameters.restore(take(&mut saved.settings));
        optional.restore(take(&mut saved.answers), not_set);
        self.fleet.restore_names(take(&mut saved.names), not_set);
        let log_events = self.refresh(now);
        if saved.saved_at <= not_set.wall {
            self.go_on_from(&saved, not_set);
        }
        log_events.into_iter().map(Command::Log).collect()
    }

    /// Goes on from what the replica that polls has saved a moment ago: the clocks of two machines differ a little.
    pub(super) fn follow(&mut self, saved: &SavedScope, now: Now) {
        if saved.saved_at <= now.wall + SKEW {
            self.go_on_from(saved, now);
        }
    }

    fn go_on_from(&mut self, saved: &SavedScope, now: Now) {
        saved_points::restore(&mut self.results.points, saved, &self.fleet, &self.selection, now);
        saved_history::restore(&mut self.results.history, saved, (&self.fleet, &self.selection), now);
        let unanswered = self.unanswered(now);
        saved_rounds::restore(&mut self.rounds, &saved.rounds, &unanswered, now);
    }
}
