//! The state machine itself: what each event changes, and what follows.

use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::changes;
use super::columns::Columns;
use super::event::{Command, Event, OptionalRead};
use super::fleet::Fleet;
use super::forecasts::Forecasts;
use super::headroom;
use super::listing::{Ended, Listing};
use super::log_event::LogEvent;
use super::mutes::Mutes;
use super::optional::OptionalCalls;
use super::polling::Polling;
use super::remainder::Remainder;
use super::report::{self, ScopeReport};
use super::results::Results;
use super::rounds::Rounds;
use super::series;
use super::unwatched::Survey;
use super::watched::Watched;
use crate::catalog::Denominator::MaxConnections;
use crate::config::{Config, Selection, Shard};
use crate::cost::Demand;
use crate::inventory::{Inventory, Known};
use crate::plan::{Batch, BatchResult, DueRound, Now, Task, due_by_resource};
use crate::resource::{Described, Lister, OptionalCall, Text};
use crate::snapshot::ScopeSnapshot;
use crate::threshold::ResolveContext;
use crate::time::Timestamp;

/// What names a scope in labels and logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName {
    /// The configured name of the account.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
}

/// What shifts the listings and polls of a scope, so that neither all scopes nor all shards call AWS at once.
fn key(name: &ScopeName, shard: Shard) -> String {
    let scope = format!("{}/{}", name.account, name.region);
    if shard.is_part() { format!("{scope}/{}", shard.index()) } else { scope }
}

/// One account and region.
pub struct Scope {
    name: ScopeName,
    pub(super) config: Arc<Config>,
    pub(super) selection: Arc<Selection>,
    /// How many issue series it may serve.
    pub(super) issue_limit: usize,
    started: Timestamp,
    pub(super) listing: Listing,
    pub(super) capacity_sources: CapacitySources,
    /// Whether an event changed what the fleet is made from.
    pub(super) fleet_is_stale: bool,
    pub(super) fleet: Fleet,
    mutes: Mutes,
    polling: Polling,
    pub(super) rounds: Rounds,
    forecasts: Forecasts,
    pub(super) results: Results,
    pub(super) columns: Columns,
    inventory: Arc<Inventory>,
    snapshot: Arc<ScopeSnapshot>,
}

impl Scope {
    /// A scope before its first listing.
    #[must_use]
    pub fn new(name: ScopeName, config: Arc<Config>, selection: Arc<Selection>, issue_limit: usize, now: Now) -> Self {
        let key = key(&name, config.shard);
        let (account, for_inventory) = (Arc::clone(&name.account), Arc::clone(&config));
        let inventory = Inventory::new(account, for_inventory, Arc::clone(&selection), Vec::new());
        Self {
            listing: Listing::new(&config, config.filters(&name.account), &key, now.steady),
            polling: Polling::new(now.steady),
            forecasts: Forecasts::default(),
            rounds: Rounds::new(&selection, &key),
            results: Results::new(Arc::clone(&selection), now),
            inventory: Arc::new(inventory),
            capacity_sources: CapacitySources {
                optional: OptionalCalls::new(&config.optional_calls(), &key, now.steady),
                ..CapacitySources::default()
            },
            name,
            config,
            selection,
            issue_limit,
            started: now.steady,
            fleet_is_stale: false,
            fleet: Fleet::default(),
            mutes: Mutes::default(),
            columns: Columns::default(),
            snapshot: Arc::default(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &ScopeName {
        &self.name
    }

    /// Applies one event and returns what is to be done. Nothing else changes a scope.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Command> {
        self.results.read_clock(now);
        let mut commands = match event {
            Event::Restored(saved) => self.restore(*saved, now),
            Event::Reconfigured(settings) => self.reconfigure(settings, now),
            Event::Tick => self.tick(now),
            Event::ListedPart(lister, part) => self.listed_part(lister, part),
            Event::Listed(lister, found) => {
                let ended = self.listing.ended(lister, found, &self.config, now.steady);
                self.listed(lister, ended, now)
            }
            Event::Parameters(group, read) => {
                self.fleet_is_stale |= self.capacity_sources.parameters.ended(&group, read, now.steady);
                Vec::new()
            }
            Event::Optional(call, read) => self.optional_ended(call, read, now.steady),
            Event::BatchEnded(batch, result) => self.batch_ended(&batch, result.as_ref(), now),
            Event::Save(savings) => {
                self.rounds.savings = savings;
                Vec::new()
            }
            Event::ServedElsewhere(arns) => {
                self.fleet_is_stale |= self.listing.left_out.elsewhere != arns;
                self.listing.left_out.elsewhere = arns;
                Vec::new()
            }
            Event::Polls(polls) => {
                if self.polling.set(polls, now.steady) && !polls {
                    // The values of the other replica replace those from here.
                    self.results.points.clock_was_set();
                }
                Vec::new()
            }
            Event::SavedByOther(saved) => {
                self.follow(&saved, now);
                Vec::new()
            }
            Event::Publish => {
                self.publish(now);
                Vec::new()
            }
        };
        if std::mem::take(&mut self.fleet_is_stale) {
            commands.extend(self.refresh(now).into_iter().map(Command::Log));
            commands.extend(self.forecast(now.steady));
        }
        commands
    }

    /// Whether every first listing and every first round is over, succeeded or failed.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        let awaits_round = self.polls() && self.listing.knows_resources();
        self.listing.is_settled() && (!awaits_round || self.rounds.are_settled())
    }

    /// Whether it polls, and no other replica does.
    #[must_use]
    pub const fn polls(&self) -> bool {
        self.polling.is_on()
    }

    /// What it served at the last [`Event::Publish`].
    #[must_use]
    pub fn snapshot(&self) -> Arc<ScopeSnapshot> {
        Arc::clone(&self.snapshot)
    }

    /// Its resources and their levels; the snapshot has the same indices if it was published since the last change.
    #[must_use]
    pub fn inventory(&self) -> Arc<Inventory> {
        Arc::clone(&self.inventory)
    }

    /// The ARNs of all resources that it watches, and of those that it would watch if no other scope served them.
    pub fn arns(&self) -> impl Iterator<Item = &Arc<str>> {
        self.fleet.watched().map(Watched::arn).chain(&self.fleet.elsewhere)
    }

    /// Its part of plimsoll's own metrics.
    #[must_use]
    pub fn report(&self, now: Now) -> ScopeReport {
        let unknown = Fleet::default();
        let fleet = self.fleet.whole().unwrap_or(&unknown);
        ScopeReport {
            severities: self.config.severities.clone(),
            account_id: fleet.account_id.as_ref().map(Text::to_string),
            without_level: report::without_level(fleet, self.config.severities.len()),
            defaults_never_answered: self.snapshot.unanswered.len(),
            duplicates: self.listing.duplicates(),
            dollars: self.polling.spent(self.forecasts.demand.dollars(&self.rounds.savings)),
            future_datapoints: self.results.future_datapoints,
            invalid_datapoints: self.results.invalid_datapoints,
            started: now.to_wall(self.started),
            tasks: self
                .polling
                .tasks(report::tasks(&self.listing, &self.rounds, &self.capacity_sources.optional, now), now),
            refused: self.capacity_sources.optional.refused().collect(),
            ..ScopeReport::new(fleet, self.issue_limit)
        }
    }

    fn tick(&mut self, now: Now) -> Vec<Command> {
        let mut commands = self.listing.due(now.steady);
        // The page ends a mute by itself, but does not know the next one, nor which mutes have become issues.
        let mutes_changed = !self.mutes.are_known(now);
        let is_listed = self.listing.is_settled() && self.listing.knows_resources();
        let hold_ended = is_listed && self.capacity_sources.denominator_hold.give_up(now.steady);
        let expired = self.capacity_sources.optional.expire(now.steady);
        if mutes_changed || hold_ended || expired {
            self.fleet_is_stale = true;
            commands.push(Command::Publish);
        }
        if is_listed {
            commands.extend(self.forecasts.is_due(now.steady).then(|| self.forecast(now.steady)).flatten());
            commands.extend(self.capacity_sources.parameters.due(now.steady));
            commands.extend(self.capacity_sources.optional.due(now));
        }
        if is_listed || self.listing.is_growing() {
            if self.polls() {
                commands.extend(self.rounds.due(now.steady, self.results.generation()));
            }
            commands.extend(self.next_batches(now));
        }
        commands
    }

    pub(super) fn next_batches(&mut self, now: Now) -> Vec<Command> {
        let Self { rounds, fleet, selection, results, listing, .. } = self;
        let savings = rounds.savings.clone();
        let due = |poll_group, remainder: &Remainder| {
            let round = DueRound { poll_group, savings: &savings, at: remainder.began };
            due_by_resource(fleet.polled_of(remainder), selection, &results.history, round)
        };
        let known = results.known(fleet, now.wall);
        rounds.next(now.steady, (results.generation(), listing.is_growing()), due, known)
    }

    /// What is queried from now on, if that changed; nobody knows before the first listing is complete.
    pub(super) fn forecast(&mut self, now: Timestamp) -> Option<Command> {
        if self.listing.is_growing() {
            return None;
        }
        let Self { forecasts, fleet, selection, results, .. } = self;
        forecasts.renew(Demand::of(fleet.polled(), selection, &results.history, now), now).map(Command::Forecast)
    }

    fn listed(&mut self, lister: Lister, ended: Ended, now: Now) -> Vec<Command> {
        let task = Task::List(lister);
        let mut commands = vec![Command::Finished(task)];
        commands.extend(ended.tags_lost.map(|resources| Command::Log(LogEvent::TagsLost { task, resources })));
        if !ended.duplicates.is_empty() {
            commands.push(Command::Log(LogEvent::Duplicates { task, resources: ended.duplicates }));
        }
        if self.listing.is_settled() {
            let Self { listing, capacity_sources, config, .. } = self;
            let has_limit = |one: &Described| config.catalog.has_share_of(one.kind, MaxConnections);
            let users = listing.resources().filter(|(one, _)| has_limit(one)).flat_map(|(instance, cluster)| {
                instance.parameter_groups(cluster).map(move |group| (&**instance, group))
            });
            let other_limits = capacity_sources.parameters.watch(users, ended.succeeded.then_some(lister), now.steady);
            self.fleet_is_stale |= ended.changed || other_limits;
        }
        commands.extend(self.after_listing(now));
        commands
    }

    fn optional_ended(&mut self, call: OptionalCall, read: OptionalRead, now: Timestamp) -> Vec<Command> {
        let Self { capacity_sources: CapacitySources { optional, .. }, fleet, .. } = self;
        let runs = |arn: &str| fleet.find(arn).map(|watched| watched.resource.publishes());
        let log_event = optional.log_event(call, &read);
        self.fleet_is_stale |= optional.ended(call, read, &runs, now);
        let log_events = log_event.into_iter().chain(optional.reported());
        log_events.map(Command::Log).chain([Command::Finished(Task::Optional(call))]).collect()
    }

    fn batch_ended(&mut self, batch: &Arc<Batch>, result: Option<&BatchResult>, now: Now) -> Vec<Command> {
        if let Some(result) = result {
            self.results.record(batch, result, &self.fleet, now.steady);
            self.fleet_is_stale |= self.capacity_sources.denominator_hold.observe(batch, result);
        }
        self.rounds.ended(batch, result, now.steady);
        let mut commands = self.next_batches(now);
        // A refresh compares values with levels, too, and with those that are right by then.
        let is_over = commands.iter().any(|command| matches!(command, Command::Finished(_)));
        if is_over && !self.fleet_is_stale {
            commands.extend(self.crossed_while_muted(now).into_iter().map(Command::Log));
        }
        commands
    }

    /// Makes the fleet again, with all that follows from it once it is complete, and returns what changed for people.
    pub(super) fn refresh(&mut self, now: Now) -> Vec<LogEvent> {
        let before = self.replace_fleet(now);
        if self.fleet.is_part() {
            return self.first_forecast(&before, now.steady).into_iter().collect();
        }
        let unknown = Fleet::default();
        let before = before.whole().unwrap_or(&unknown);
        let mut log_events = changes::log_events(&self.fleet, before, &self.config);
        log_events.extend(changes::left_out(&self.fleet, before));
        self.inventory = self.build_inventory();
        self.mutes.plan(&self.fleet, now);
        let events = self.capacity_sources.optional.events();
        self.columns.set_state(series::state_columns(&self.fleet, (&self.config, self.issue_limit), events, now));
        log_events.extend(self.crossed_while_muted(now));
        log_events
    }

    /// Returns the fleet that was replaced.
    fn replace_fleet(&mut self, now: Now) -> Fleet {
        let Self { listing, config, selection, name, capacity_sources, .. } = self;
        let context = ResolveContext { config, selection, account: &name.account };
        let fleet = Fleet::new(listing, context, &self.fleet, capacity_sources, now);
        self.results.renumber(&fleet, &self.fleet, &self.rounds.generations());
        let before = std::mem::replace(&mut self.fleet, fleet);
        if before.is_part() {
            self.rounds.enter(&self.fleet.new_since(&before));
        }
        before
    }

    fn build_inventory(&self) -> Arc<Inventory> {
        let known = |watched: &Watched| Known {
            resource: Arc::clone(&watched.resource),
            resolved: Arc::clone(&watched.resolved),
        };
        let (config, selection) = (Arc::clone(&self.config), Arc::clone(&self.selection));
        let known = self.fleet.watched().map(known).collect();
        Arc::new(Inventory::new(Arc::clone(&self.name.account), config, selection, known))
    }

    fn crossed_while_muted(&mut self, now: Now) -> Vec<LogEvent> {
        self.mutes.crossed(&self.fleet, &self.results.points, &self.config, now)
    }

    /// Columns are built here and not with each event: a round of a large fleet is hundreds of batches.
    ///
    /// Of a part of the first listing nothing is published: rules would find metrics without levels, and some databases only.
    /// Nothing was published before, so that no alert waits for it.
    fn publish(&mut self, now: Now) {
        if self.fleet.is_part() {
            return;
        }
        let Self { fleet, selection, config, results, columns, polling, .. } = self;
        columns.update_metrics(&mut results.points, fleet, &config.catalog, now.steady);
        // The replica that polls knows which levels have no value.
        let survey =
            polling.is_on().then(|| Survey::of(fleet, selection, &config.catalog, &mut results.points, now.steady));
        let (unwatched, unanswered) = survey.map(Survey::finish).unzip();
        columns.set_unwatched(unwatched);
        if config.labels.headroom {
            columns.set_headroom(headroom::column(fleet, (config, selection), &results.points, now));
        }
        let (location, columns, shards) = (fleet.location(), columns.by_family(), Arc::clone(&fleet.shards));
        let unanswered = unanswered.unwrap_or_default();
        self.snapshot = Arc::new(ScopeSnapshot { location, columns, shards, unanswered });
    }
}
