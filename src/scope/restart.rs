//! What a scope saves, and how it goes on from that after a restart.

use std::borrow::Cow;
use std::mem::take;

use super::capacity_sources::CapacitySources;
use super::event::Command;
use super::machine::Scope;
use super::saved::SavedScope;
use super::saved_points;
use crate::plan::Now;

impl Scope {
    /// What it needs to go on after a restart.
    #[must_use]
    pub fn saved(&self, now: Now) -> SavedScope<'_> {
        let CapacitySources { parameters, optional, .. } = &self.capacity_sources;
        SavedScope {
            account: Cow::Borrowed(&self.name().account),
            region: Cow::Borrowed(&self.name().region),
            saved_at: now.wall,
            listings: self.listing.saved(now),
            settings: parameters.saved(),
            answers: optional.saved(now),
            resources: saved_points::resources(&self.fleet),
            columns: saved_points::columns(&self.results.points, &self.selection, now),
        }
    }

    /// Goes on from what was saved: nothing is younger than it was then. Values from the future have no age, so none is
    /// used.
    pub(super) fn restore(&mut self, mut saved: SavedScope, now: Now) -> Vec<Command> {
        let CapacitySources { parameters, optional, .. } = &mut self.capacity_sources;
        self.listing.restore(take(&mut saved.listings), &self.config, now);
        parameters.restore(take(&mut saved.settings));
        optional.restore(take(&mut saved.answers), now);
        let log_events = self.refresh(now);
        self.restore_points(&saved, now);
        log_events.into_iter().map(Command::Log).collect()
    }

    pub(super) fn restore_points(&mut self, saved: &SavedScope, now: Now) {
        if saved.saved_at <= now.wall {
            saved_points::restore(&mut self.results.points, saved, &self.fleet, &self.selection, now);
        }
    }
}
