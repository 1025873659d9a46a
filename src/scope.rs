//! One account and region as a state machine: `on(event, now) -> commands`.
//!
//! It decides what is asked when, and keeps what came back. It never waits, never calls AWS and has no clock,
//! so that a month of one scope is this function in a loop.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use crate::catalog::Denominator::MaxConnections;
use crate::catalog::MetricId;
use crate::config::selection::{Selected, Timing};
use crate::config::{Config, Selection};
use crate::explain::{Inventory, Known};
use crate::plan::{Batch, BatchResult, DueMetric, Now, PollGroup, Query, QueryResult, ResponseHistory, Seconds, Task};
use crate::resource::{GroupName, Lister, Resource, Role};
use crate::snapshot::points::{BEFORE_STEP, Held, Points, Series};
use crate::snapshot::{Column, Family, ScopeSnapshot, Unanswered};
use crate::threshold::ResolveContext;

mod changes;
mod column;
mod tag_loss;
mod fleet;
mod headroom;
mod capacity_sources;
mod listing;
mod mutes;
mod log_event;
mod parameters;
mod report;
mod rounds;
mod series;
mod denominator_hold;
mod unwatched;
mod watched;

pub use log_event::{Change, LogEvent, SourcedLevel, SourcedMute};
pub use parameters::ParameterRead;
pub use report::{ScopeReport, TaskReport};

use capacity_sources::CapacitySources;
use fleet::Fleet;
use listing::{Ended, Listing};
use mutes::Mutes;
use rounds::Rounds;
use watched::Watched;

/// What names a scope in labels and logs.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ScopeName {
    /// The configured name of the account.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
}

/// What happened.
#[derive(Debug, Clone)]
pub enum Event {
    /// Time passed.
    Tick,
    /// A listing ended; `None` when it failed.
    Listed(Lister, Option<Vec<Resource>>),
    /// A parameter group was read, or not.
    Parameters(GroupName, ParameterRead),
    /// A batch ended; `None` when it failed.
    BatchEnded(Arc<Batch>, Option<BatchResult>),
}

/// What is to be done.
#[derive(Debug, Clone)]
pub enum Command {
    /// List resources; answer with [`Event::Listed`].
    List(Lister),
    /// Read a parameter group; answer with [`Event::Parameters`].
    ReadParameters(GroupName),
    /// Fetch a batch; answer with [`Event::Answers`].
    Fetch(Arc<Batch>),
    /// A round of a task is over.
    Finished(Task),
    /// Something that people should read once.
    Log(LogEvent),
    /// Time alone has changed what the scope serves: take a snapshot.
    Publish,
}

/// One account and region.
pub struct Scope {
    name: ScopeName,
    config: Arc<Config>,
    selection: Arc<Selection>,
    /// How many issue series it may serve.
    issue_limit: usize,
    started: Seconds,
    /// By how much the wall clock was ahead at the last event.
    ahead: Seconds,
    /// Datapoints dropped since the start because they end after the time at which they were asked.
    future_datapoints: u64,
    listing: Listing,
    fleet: Fleet,
    inventory: Arc<Inventory>,
    capacity_sources: CapacitySources,
    rounds: Rounds,
    points: Points,
    history: ResponseHistory,
    mutes: Mutes,
    metrics: BTreeMap<Series, Entry>,
    state: BTreeMap<Arc<Family>, Arc<Column>>,
    unwatched: Option<Entry>,
    headroom: Option<Entry>,
    /// The metrics with default levels that never answered or are gone.
    unanswered: Vec<Unanswered>,
}

/// A family with its column.
type Entry = (Arc<Family>, Arc<Column>);

impl Scope {
    /// A scope that knows nothing yet.
    #[must_use]
    pub fn new(name: ScopeName, config: Arc<Config>, selection: Arc<Selection>, issue_limit: usize, now: Now) -> Self {
        let key = format!("{}/{}", name.account, name.region);
        Self {
            inventory: Arc::new(Inventory::new(
                Arc::clone(&name.account),
                Arc::clone(&config),
                Arc::clone(&selection),
                Vec::new(),
            )),
            listing: Listing::new(&config, &key, now.steady),
            rounds: Rounds::new(&selection, &key, now.steady),
            name,
            config,
            selection,
            issue_limit,
            started: now.steady,
            ahead: now.ahead(),
            future_datapoints: 0,
            fleet: Fleet::default(),
            capacity_sources: CapacitySources::default(),
            points: Points::default(),
            history: ResponseHistory::default(),
            mutes: Mutes::default(),
            metrics: BTreeMap::new(),
            state: BTreeMap::new(),
            unwatched: None,
            headroom: None,
            unanswered: Vec::new(),
        }
    }

    /// Its name.
    #[must_use]
    pub const fn name(&self) -> &ScopeName {
        &self.name
    }

    /// Takes one event in and says what is to be done.
    pub fn on(&mut self, event: Event, now: Now) -> Vec<Command> {
        if std::mem::replace(&mut self.ahead, now.ahead()) != now.ahead() {
            self.points.clock_was_set();
        }
        match event {
            Event::Tick => self.tick(now),
            Event::Listed(lister, found) => {
                let ended = self.listing.ended(lister, found, &self.config, now.steady);
                self.listed(lister, ended, now)
            }
            Event::Parameters(group, reading) => {
                let changed = self.capacity_sources.parameters.ended(&group, reading, now.steady);
                if changed { self.refresh(now) } else { Vec::new() }
            }
            Event::BatchEnded(batch, reply) => self.answered(&batch, reply.as_ref(), now),
        }
    }

    /// Whether every first listing and every first round is over, well or badly.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.listing.is_settled() && (!self.listing.knows_resources() || self.rounds.are_settled())
    }

    /// Everything it serves now.
    pub fn snapshot(&mut self, now: Now) -> ScopeSnapshot {
        for (series, points) in self.points.take_changed(now.steady) {
            let (metric, statistic) = series;
            let Some(row) = self.config.catalog.row(metric) else { continue };
            let column = series::metric_column(row, statistic, &points, &self.fleet);
            if self.metrics.get(&series) != Some(&column) {
                self.metrics.insert(series, column);
            }
        }
        self.survey_unwatched(now);
        self.measure_headroom(now);
        let metrics = self.metrics.values().map(|(family, column)| (Arc::clone(family), Arc::clone(column)));
        let state = self.state.iter().map(|(family, column)| (Arc::clone(family), Arc::clone(column)));
        let of_levels = self
            .unwatched
            .iter()
            .chain(&self.headroom)
            .map(|(family, column)| (Arc::clone(family), Arc::clone(column)));
        ScopeSnapshot {
            location: self.fleet.location(),
            columns: metrics.chain(state).chain(of_levels).collect(),
            unanswered: self.unanswered.clone(),
        }
    }

    /// Its resources and their levels, in the order of the snapshot's rows.
    #[must_use]
    pub fn inventory(&self) -> Arc<Inventory> {
        Arc::clone(&self.inventory)
    }

    /// What plimsoll's own metrics say of it.
    #[must_use]
    pub fn report(&self, now: Now) -> ScopeReport {
        let levels = report::without_level(&self.fleet, self.config.severities.len());
        ScopeReport {
            without_level: levels,
            defaults_never_answered: self.unanswered.len(),
            duplicates: self.listing.duplicates(),
            future_datapoints: self.future_datapoints,
            started: now.to_wall(self.started),
            tasks: report::tasks(&self.listing, &self.rounds, now),
            ..ScopeReport::new(&self.fleet, self.issue_limit)
        }
    }

    fn survey_unwatched(&mut self, now: Now) {
        let (fresh, unanswered) =
            unwatched::survey(&self.fleet, (&self.selection, &self.config.catalog), &mut self.points, now.steady);
        self.unanswered = unanswered;
        if self.unwatched.as_ref() != Some(&fresh) {
            self.unwatched = Some(fresh);
        }
    }

    fn measure_headroom(&mut self, now: Now) {
        if !self.config.labels.headroom {
            return;
        }
        let fresh = headroom::column(&self.fleet, (&self.config, &self.selection), &self.points, now);
        if self.headroom.as_ref() != Some(&fresh) {
            self.headroom = Some(fresh);
        }
    }

    fn tick(&mut self, now: Now) -> Vec<Command> {
        let mut commands = self.listing.due(now.steady);
        if !self.mutes.are_known(now) {
            // The page knows by itself that a mute begins or ends, but neither what comes next nor what is an issue.
            commands.extend(self.refresh(now));
            commands.push(Command::Publish);
        }
        if !self.listing.is_settled() || !self.listing.knows_resources() {
            return commands;
        }
        commands.extend(self.capacity_sources.parameters.due(now.steady));
        if self.capacity_sources.denominator_hold.give_up(now.steady) {
            commands.extend(self.refresh(now));
            commands.push(Command::Publish);
        }
        let Self { rounds, fleet, selection, history, .. } = self;
        let fetched =
            rounds.due(now.steady, |poll_group| due_metrics(fleet, selection, history, poll_group, now.steady));
        commands.extend(fetched);
        commands
    }

    /// A listing is over: the fleet is made anew where it changed anything.
    fn listed(&mut self, lister: Lister, ended: Ended, now: Now) -> Vec<Command> {
        let task = Task::List(lister);
        let mut commands = vec![Command::Finished(task)];
        commands.extend(ended.tags_lost.map(|resources| Command::Log(LogEvent::TagsLost { task, resources })));
        if !ended.duplicates.is_empty() {
            commands.push(Command::Log(LogEvent::Duplicates { task, resources: ended.duplicates }));
        }
        if !self.listing.is_settled() {
            return commands;
        }
        let Self { listing, capacity_sources, config, .. } = self;
        let groups = |(instance, cluster)| Resource::parameter_groups(instance, cluster).map(move |it| (instance, it));
        let users = listing
            .resources()
            .filter(|(one, _)| config.catalog.has_share_of(one.kind, MaxConnections))
            .flat_map(groups);
        let other_limits = capacity_sources.parameters.watch(users, ended.succeeded.then_some(lister), now.steady);
        if ended.changed || other_limits {
            commands.extend(self.refresh(now));
        }
        commands
    }

    /// Makes the fleet anew and says what people should read of it.
    fn refresh(&mut self, now: Now) -> Vec<Command> {
        self.renew_fleet(now).into_iter().map(Command::Log).collect()
    }

    fn renew_fleet(&mut self, now: Now) -> Vec<LogEvent> {
        let Self { listing, config, selection, name, capacity_sources, .. } = self;
        let context = ResolveContext { config, selection, account: &name.account };
        let fleet = Fleet::new(listing, context, &self.fleet, capacity_sources, now);
        self.points.remap(&fleet.rows_before(&self.fleet));
        let same: BTreeSet<Arc<str>> = fleet.unchanged(&self.fleet).collect();
        self.history.retain(|arn| same.contains(arn));
        let mut notes = changes::notes(&fleet, &self.fleet, &self.config.severities);
        self.fleet = fleet;
        self.inventory = self.build_inventory();
        self.serve_state(now);
        notes.extend(self.silenced(now));
        notes
    }

    fn build_inventory(&self) -> Arc<Inventory> {
        let known = |watched: &Watched| Known {
            resource: Arc::clone(&watched.resource),
            resolved: Arc::clone(&watched.resolved),
        };
        let (config, selection) = (Arc::clone(&self.config), Arc::clone(&self.selection));
        let rows = self.fleet.watched().map(known).collect();
        Arc::new(Inventory::new(Arc::clone(&self.name.account), config, selection, rows))
    }

    fn silenced(&mut self, now: Now) -> Vec<LogEvent> {
        self.mutes.silenced(&self.fleet, &self.points, &self.config, now)
    }

    /// Thresholds, issues, status and capacity change with the fleet only, and mutes make it anew; a column that says the
    /// same stays the same, so that it is not encoded again.
    fn serve_state(&mut self, now: Now) {
        self.mutes.plan(&self.fleet, now);
        let fresh = series::state_columns(&self.fleet, &self.config, self.issue_limit, now);
        let kept = |(family, column): Entry| match self.state.get(&family) {
            Some(old) if *old == column => (family, Arc::clone(old)),
            _ => (family, column),
        };
        self.state = fresh.into_iter().map(kept).collect();
    }

    fn answered(&mut self, batch: &Arc<Batch>, reply: Option<&BatchResult>, now: Now) -> Vec<Command> {
        let mut commands = Vec::new();
        if let Some(reply) = reply
            && self.take_in(batch, reply, now.steady)
        {
            commands.extend(self.refresh(now));
        }
        let finished = self.rounds.ended(batch, reply, now.steady);
        if let Some(task) = finished {
            commands.extend(self.silenced(now).into_iter().map(Command::Log));
            commands.push(Command::Finished(task));
        }
        commands
    }

    /// Returns whether a datapoint has seen a change that levels waited with.
    fn take_in(&mut self, batch: &Batch, reply: &BatchResult, now: Seconds) -> bool {
        self.future_datapoints += reply.future as u64;
        let mut settled = false;
        let mut heard: HashMap<Arc<str>, Vec<(&'static str, bool)>> = HashMap::new();
        for (query, answer) in batch.queries.iter().zip(&reply.answers) {
            let Some(row) = self.fleet.row_of(&query.resource, query.role) else { continue };
            self.keep((batch.poll_group.timing, reply.requested_at), query, answer, row);
            if query.role.is_some() {
                // Aggregates are asked because somebody named them; they say nothing about the cluster's own metrics.
                continue;
            }
            let end = answer.point().map(|point| reply.requested_at.to_steady(point.end));
            let start = end.map(|end| end - Seconds::from(batch.poll_group.timing.period_seconds));
            settled |= start.is_some_and(|start| {
                self.capacity_sources.denominator_hold.seen(&query.resource.arn, query.metric, start)
            });
            if *answer != QueryResult::Missing {
                let round = heard.entry(Arc::clone(self.fleet.arn(row))).or_default();
                let answered = answer.point().is_some();
                match round.last_mut() {
                    Some((metric, any)) if *metric == query.metric => *any |= answered,
                    _ => round.push((query.metric, answered)),
                }
            }
        }
        for (resource, round) in heard {
            self.history.note(&resource, &round, now);
        }
        settled
    }

    /// The age of a point was known when it was asked: from then on, what the wall clock is set to does not change it.
    fn keep(&mut self, (timing, asked): (Timing, Now), query: &Query, answer: &QueryResult, row: usize) {
        let metric = MetricId::of(query.resource.kind, query.metric);
        let series = (metric, query.statistic);
        match answer.point() {
            Some(point) if self.selection.is_sentinel(metric, point.value) => self.points.not_in_use(series, row),
            Some(mut point) => {
                let expires = asked.to_steady(point.end) + Seconds::from(timing.age_limit_seconds);
                if asked.ahead() != self.ahead {
                    point.end = BEFORE_STEP;
                }
                self.points.put(series, row, Held { point, expires });
            }
            None if *answer == QueryResult::Empty => self.points.silent(series, row, asked.steady),
            None => {}
        }
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
    let has_level = watched.has_level(row.metric) || watched.is_forecast(row);
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

/// What one look at AWS, or at a file, brought.
#[derive(Debug, Default)]
pub struct Seen {
    /// Every listing with the resources that it returned, if it succeeded.
    pub listings: Vec<(Lister, Option<Vec<Resource>>)>,
    /// The parameter groups that were read.
    pub parameters: Vec<(GroupName, ParameterRead)>,
}

/// What was seen as a scope makes it: members know their cluster.
#[must_use]
pub fn inventory(
    name: ScopeName,
    config: &Arc<Config>,
    selection: &Arc<Selection>,
    seen: Seen,
    now: Now,
) -> Arc<Inventory> {
    let mut scope = Scope::new(name, Arc::clone(config), Arc::clone(selection), 0, now);
    for (lister, found) in seen.listings {
        scope.on(Event::Listed(lister, found), now);
    }
    for (group, reading) in seen.parameters {
        scope.on(Event::Parameters(group, reading), now);
    }
    scope.inventory()
}

#[cfg(test)]
mod tests;
