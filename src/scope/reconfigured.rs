//! A scope goes on under a new configuration: resources, values, schedules and what was learned stay.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::columns::Columns;
use super::event::Command;
use super::machine::Scope;
use super::settings::Settings;
use crate::catalog::MetricId;
use crate::plan::{DueRound, Now, PollGroup, due_metrics};

impl Scope {
    /// Takes the settings over. Resources are listed again at once, because the last listing left out kinds that were not
    /// watched; AWS does not bill that. Metrics are queried when they would have been anyway, except for poll groups that
    /// are new or have a query that was never answered.
    pub(super) fn reconfigure(&mut self, settings: Settings, now: Now) -> Vec<Command> {
        let Settings { config, selection, issue_limit } = settings;
        self.listing.reconfigure(&config, config.filters(&self.name().account), now.steady);
        self.capacity_sources.optional.reconfigure(&config.optional_calls(), now.steady);
        self.fleet.parse_again(&config);
        self.results.reconfigure(Arc::clone(&selection));
        // Their families may have another name or help text now.
        self.columns = Columns::default();
        let abandoned = self.rounds.reconfigure(&selection);
        (self.config, self.selection, self.issue_limit) = (config, selection, issue_limit);
        let log_events = self.refresh(now);
        self.fleet_is_stale = false;
        self.poll_what_was_never_answered(now);
        let finished = abandoned.into_iter().map(Command::Finished);
        let forecast = self.forecast(now.steady);
        log_events.into_iter().map(Command::Log).chain(finished).chain(forecast).collect()
    }

    fn poll_what_was_never_answered(&mut self, now: Now) {
        let unanswered = self.unanswered(now);
        self.rounds.poll_at_once(|poll_group| unanswered.contains(&poll_group));
    }

    /// The poll groups with a query that was never answered.
    pub(super) fn unanswered(&self, now: Now) -> BTreeSet<PollGroup> {
        let Self { rounds, fleet, selection, results, .. } = self;
        let is_unanswered = |poll_group: &PollGroup| {
            let round = DueRound { poll_group: *poll_group, savings: &rounds.savings, at: now.steady };
            due_metrics(fleet.polled(), selection, &results.history, round).any(|due| {
                let metric = MetricId::of(due.resource.kind, due.selected.row.metric);
                let index = fleet.index_in_role(due.index, due.role);
                let is_answered =
                    |statistic| index.is_some_and(|index| results.points.is_answered((metric, statistic), index));
                !due.selected.statistics.iter().all(|statistic| is_answered(*statistic))
            })
        };
        rounds.poll_groups().filter(is_unanswered).collect()
    }
}
