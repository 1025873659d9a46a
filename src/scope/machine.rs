//! The state machine itself: what each event changes, and what follows.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::capacity_sources::CapacitySources;
use super::changes;
use super::columns::Columns;
use super::event::{Command, Event};
use super::fleet::Fleet;
use super::listing::{Ended, Listing};
use super::log_event::LogEvent;
use super::mutes::Mutes;
use super::report::{self, ScopeReport};
use super::results::Results;
use super::rounds::Rounds;
use super::series;
use super::unwatched;
use super::watched::Watched;
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::inventory::{Inventory, Known};
use crate::plan::{Batch, BatchResult, DueMetric, Now, PollGroup, ResponseHistory, Seconds, Task};
use crate::resource::{Lister, Resource, Role};
use crate::snapshot::ScopeSnapshot;
use crate::threshold::ResolveContext;

/// What names a scope in labels and logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName {
    /// The configured name of the account.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
}

/// One account and region.
pub struct Scope {
    name: ScopeName,
    config: Arc<Config>,
    selection: Arc<Selection>,
    /// How many issue series it may serve.
    issue_limit: usize,
    started: Seconds,
    listing: Listing,
    capacity_sources: CapacitySources,
    /// Whether an event changed what the fleet is made from.
    fleet_is_stale: bool,
    pub(super) fleet: Fleet,
    mutes: Mutes,
    rounds: Rounds,
    results: Results,
    columns: Columns,
    inventory: Arc<Inventory>,
    snapshot: Arc<ScopeSnapshot>,
}

impl Scope {
    /// A scope before its first listing.
    #[must_use]
    pub fn new(name: ScopeName, config: Arc<Config>, selection: Arc<Selection>, issue_limit: usize, now: Now) -> Self {
        let key = format!("{}/{}", name.account, name.region);
        let (account, for_inventory) = (Arc::clone(&name.account), Arc::clone(&config));
        let inventory = Inventory::new(account, for_inventory, Arc::clone(&selection), Vec::new());
        Self {
            listing: Listing::new(&config, &key, now.steady),
            rounds: Rounds::new(&selection, &key, now.steady),
            results: Results::new(Arc::clone(&selection), now),
            inventory: Arc::new(inventory),
            name,
            config,
            selection,
            issue_limit,
            started: now.steady,
            capacity_sources: CapacitySources::default(),
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
            Event::Tick => self.tick(now),
            Event::Listed(lister, found) => {
                let ended = self.listing.ended(lister, found, &self.config, now.steady);
                self.listed(lister, ended, now)
            }
            Event::Parameters(group, read) => {
                self.fleet_is_stale |= self.capacity_sources.parameters.ended(&group, read, now.steady);
                Vec::new()
            }
            Event::BatchEnded(batch, result) => self.batch_ended(&batch, result.as_ref(), now),
            Event::Publish => {
                self.publish(now);
                Vec::new()
            }
        };
        if std::mem::take(&mut self.fleet_is_stale) {
            commands.extend(self.refresh(now).into_iter().map(Command::Log));
        }
        commands
    }

    /// Whether every first listing and every first round is over, succeeded or failed.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.listing.is_settled() && (!self.listing.knows_resources() || self.rounds.are_settled())
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

    /// Its part of plimsoll's own metrics.
    #[must_use]
    pub fn report(&self, now: Now) -> ScopeReport {
        ScopeReport {
            without_level: report::without_level(&self.fleet, self.config.severities.len()),
            defaults_never_answered: self.snapshot.unanswered.len(),
            duplicates: self.listing.duplicates(),
            future_datapoints: self.results.future_datapoints,
            started: now.to_wall(self.started),
            tasks: report::tasks(&self.listing, &self.rounds, now),
            ..ScopeReport::new(&self.fleet, self.issue_limit)
        }
    }

    fn tick(&mut self, now: Now) -> Vec<Command> {
        let mut commands = self.listing.due(now.steady);
        // The page ends a mute by itself, but does not know the next one, nor which mutes have become issues.
        let mutes_changed = !self.mutes.are_known(now);
        let may_poll = self.listing.is_settled() && self.listing.knows_resources();
        let hold_ended = may_poll && self.capacity_sources.denominator_hold.give_up(now.steady);
        if mutes_changed || hold_ended {
            self.fleet_is_stale = true;
            commands.push(Command::Publish);
        }
        if may_poll {
            commands.extend(self.capacity_sources.parameters.due(now.steady));
            commands.extend(self.start_rounds(now.steady));
        }
        commands
    }

    fn start_rounds(&mut self, now: Seconds) -> Vec<Command> {
        let Self { rounds, fleet, selection, results, .. } = self;
        rounds.due(now, |poll_group| due_metrics(fleet, selection, &results.history, poll_group, now))
    }

    fn listed(&mut self, lister: Lister, ended: Ended, now: Now) -> Vec<Command> {
        let task = Task::List(lister);
        let mut commands = vec![Command::Finished(task)];
        commands.extend(ended.tags_lost.map(|resources| Command::Log(LogEvent::TagsLost { task, resources })));
        if !ended.duplicates.is_empty() {
            commands.push(Command::Log(LogEvent::Duplicates { task, resources: ended.duplicates }));
        }
        if self.listing.is_settled() {
            let Self { listing, capacity_sources, .. } = self;
            let groups =
                |(instance, cluster)| Resource::parameter_groups(instance, cluster).map(move |it| (instance, it));
            let users = listing.resources().filter(|(one, _)| one.kind.is_instance()).flat_map(groups);
            let other_limits = capacity_sources.parameters.watch(users, ended.succeeded.then_some(lister), now.steady);
            self.fleet_is_stale |= ended.changed || other_limits;
        }
        commands
    }

    fn batch_ended(&mut self, batch: &Arc<Batch>, result: Option<&BatchResult>, now: Now) -> Vec<Command> {
        if let Some(result) = result {
            self.results.record(batch, result, &self.fleet, now.steady);
            self.fleet_is_stale |= self.capacity_sources.denominator_hold.observe(batch, result);
        }
        let Some(task) = self.rounds.ended(batch, result, now.steady) else { return Vec::new() };
        // A refresh compares values with levels, too, and with those that are right by then.
        let crossed = if self.fleet_is_stale { Vec::new() } else { self.crossed_while_muted(now) };
        crossed.into_iter().map(Command::Log).chain([Command::Finished(task)]).collect()
    }

    /// Makes the fleet again, with all that follows from it, and returns what changed for people.
    fn refresh(&mut self, now: Now) -> Vec<LogEvent> {
        let Self { listing, config, selection, name, capacity_sources, .. } = self;
        let context = ResolveContext { config, selection, account: &name.account };
        let fleet = Fleet::new(listing, context, &self.fleet, capacity_sources, now);
        self.results.points.remap(&fleet.rows_before(&self.fleet));
        let same: BTreeSet<Arc<str>> = fleet.unchanged(&self.fleet).collect();
        self.results.history.retain(|arn| same.contains(arn));
        let mut log_events = changes::log_events(&fleet, &self.fleet, &self.config);
        self.fleet = fleet;
        self.inventory = self.build_inventory();
        self.mutes.plan(&self.fleet, now);
        self.columns.set_state(series::state_columns(&self.fleet, &self.config, self.issue_limit, now));
        log_events.extend(self.crossed_while_muted(now));
        log_events
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
    fn publish(&mut self, now: Now) {
        let Self { fleet, selection, config, results, columns, .. } = self;
        columns.update_metrics(&mut results.points, fleet, &config.catalog, now.steady);
        let context = (&**selection, &config.catalog);
        columns.set_unwatched(unwatched::survey(fleet, context, &mut results.points, now.steady));
        self.snapshot = Arc::new(columns.snapshot(fleet.location()));
    }
}

/// What is worth asking now of every resource, resource by resource.
fn due_metrics<'a>(
    fleet: &'a Fleet,
    selection: &'a Selection,
    history: &ResponseHistory,
    poll_group: PollGroup,
    now: Seconds,
) -> Vec<DueMetric<'a>> {
    let selected: Vec<&Selected> =
        selection.polled().filter(|selected| PollGroup::of(selected) == poll_group).collect();
    let mut due_metrics = Vec::new();
    for watched in fleet.watched().filter(|watched| watched.resource.publishes()) {
        let wanted = selected.iter().filter(|selected| is_wanted(watched, selected, history, now));
        due_metrics.extend(wanted.map(|&selected| DueMetric { resource: &watched.resource, role: None, selected }));
        due_metrics.extend(selected.iter().flat_map(|selected| aggregates(&watched.resource, selected)));
    }
    due_metrics
}

/// A level pulls its metric in, and so does a tag or an override that names it; the profile adds what people look at.
fn is_wanted(watched: &Watched, selected: &Selected, history: &ResponseHistory, now: Seconds) -> bool {
    let row = selected.row;
    if watched.says_of(row.metric) {
        return row.can_exist_on(&watched.resource);
    }
    let has_level = watched.has_level(row.metric);
    let asked = selected.polled_by_default || has_level || shows_pause(watched, row.metric);
    // What is silent until something happens would be asked every hour, and its first time missed.
    let should_query = || history.should_query(&watched.arn, row.metric, now);
    asked && row.publishes_on(&watched.resource) && ((has_level && row.silent_while_idle) || should_query())
}

/// Whether only this metric shows that an instance with levels is paused, so that nobody waits for values of the others.
fn shows_pause(watched: &Watched, metric: &str) -> bool {
    let zero_while_paused = watched.resource.kind.zero_while_paused;
    let may_pause = watched.resource.facts.auto_pause != Some(false);
    let is_shown = || zero_while_paused.iter().any(|zero| watched.has_level(zero));
    zero_while_paused.first() == Some(&metric) && may_pause && !watched.resolved.thresholds.is_empty() && !is_shown()
}

/// The aggregates of a cluster's members that somebody named; a role that no member has is not asked.
fn aggregates<'a>(cluster: &'a Arc<Resource>, selected: &'a Selected) -> impl Iterator<Item = DueMetric<'a>> {
    let has = |role: Role| cluster.members.iter().any(|(_, of_member)| *of_member == role);
    let named = selected.aggregates.iter().filter(|_| selected.row.is_aggregated_on(cluster));
    let roles = named.filter(move |role| role.is_none_or(has));
    roles.map(move |&role| DueMetric { resource: cluster, role, selected })
}
