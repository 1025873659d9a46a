//! The task of one scope: it feeds events to the scope and carries its commands out.

use std::collections::HashMap;
use std::mem::take;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::{mpsc, watch};
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};
use tracing::{info, warn};

use super::failure_log::FailureLog;
use super::renderer::PublishedScopes;
use super::{ServeError, Shared};
use crate::aws::{Cause, Target};
use crate::inventory::View;
use crate::plan::{Seconds, Task, billed_metrics};
use crate::resource::{GroupName, OptionalCall};
use crate::scope::{
    Change, Command, Event, LogEvent, OptionalRead, ParameterRead, Scope, ScopeName, SourcedLevel, SourcedMute,
};

/// How often the scope gets an event of passing time; intervals are whole seconds.
const TICK: Duration = Duration::from_secs(1);

/// Resources that one line of the log names; the others are counted.
const MOST_NAMES: usize = 20;

/// Answers that wait for the scope; a call that finds the queue full waits with its answer.
const INBOX: usize = 64;

/// Runs one scope until it is stopped.
pub(super) async fn run(
    index: usize,
    scope: Scope,
    target: Target,
    scopes: watch::Sender<PublishedScopes>,
    shared: Shared,
) -> Result<&'static str, ServeError> {
    let stop = shared.stop.clone();
    let (events, mut inbox) = mpsc::channel(INBOX);
    let mut watcher = Watcher {
        index,
        scope,
        target,
        shared,
        scopes,
        events,
        calls: JoinSet::new(),
        news: true,
        started: HashMap::new(),
        failures: Arc::default(),
    };
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut arrived = Vec::with_capacity(INBOX);
    loop {
        let events = tokio::select! {
            () = stop.cancelled() => return Ok("scope"),
            _ = ticks.tick() => vec![Event::Tick],
            _ = inbox.recv_many(&mut arrived, INBOX) => take(&mut arrived),
        };
        // To resolve the tags of 100,000 databases takes seconds, in which an async thread would answer no probe.
        let turn = spawn_blocking(move || watcher.turn(events));
        watcher = turn.await.map_err(|_| ServeError::Ended("scope"))??;
    }
}

struct Watcher {
    index: usize,
    scope: Scope,
    target: Target,
    shared: Shared,
    scopes: watch::Sender<PublishedScopes>,
    events: mpsc::Sender<Event>,
    /// Calls under way; dropped with the scope.
    calls: JoinSet<()>,
    /// Whether the scope may have something new to say.
    news: bool,
    /// When the task's round began.
    started: HashMap<Task, Instant>,
    failures: Arc<FailureLog>,
}

impl Watcher {
    /// Feeds events to the scope, in the order of their arrival; may take seconds.
    fn turn(mut self, events: Vec<Event>) -> Result<Self, ServeError> {
        for event in events {
            let is_tick = matches!(event, Event::Tick);
            self.take(event);
            if is_tick {
                self.publish();
            }
        }
        while let Some(ended) = self.calls.try_join_next() {
            // A call that panics never answers: its round would be under way for ever.
            ended.map_err(|_| ServeError::Ended("call of a scope"))?;
        }
        Ok(self)
    }

    fn take(&mut self, event: Event) {
        self.news |= !matches!(event, Event::Tick);
        for command in self.scope.on(event, (self.shared.clock)()) {
            self.carry_out(command);
        }
    }

    /// Publishes once a tick what many answers brought: columns are built once, not once an answer.
    fn publish(&mut self) {
        if !take(&mut self.news) {
            return;
        }
        let now = (self.shared.clock)();
        for command in self.scope.on(Event::Publish, now) {
            self.carry_out(command);
        }
        let view = View { snapshot: self.scope.snapshot(), inventory: self.scope.inventory() };
        self.shared.own.report(self.scope.name(), self.scope.report(now));
        let ready = self.scope.is_ready();
        let mut before = None;
        self.scopes.send_modify(|scopes| before = scopes.set(self.index, view, ready));
        drop(before);
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::List(lister) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                self.call(Task::List(lister), async move {
                    Event::Listed(lister, failures.answer(&target, target.list(lister).await))
                });
            }
            Command::ReadParameters(group) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                self.spawn(async move {
                    let reading = read(&target, &group, &failures).await;
                    Event::Parameters(group, reading)
                });
            }
            Command::Optional(call, window) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                self.call(Task::Optional(call), async move {
                    Event::Optional(call, optional(&target, (call, window), &failures).await)
                });
            }
            Command::Fetch(batch) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                let clock = Arc::clone(&self.shared.clock);
                self.shared.own.count_requested(self.scope.name(), billed_metrics(&batch.queries), batch.queries.len());
                self.call(batch.poll_group.task(), async move {
                    let reply = failures.answer(&target, target.answers(&batch, || clock()).await);
                    Event::BatchEnded(batch, reply)
                });
            }
            Command::Finished(task) => {
                self.news = true;
                let took = self.started.remove(&task).map(|since| since.elapsed()).unwrap_or_default();
                self.shared.own.took(self.scope.name(), task, took);
            }
            Command::Log(note) => log_event(self.scope.name(), &note),
            Command::Publish => self.news = true,
        }
    }

    /// Starts a call whose answer comes back as an event.
    fn call(&mut self, task: Task, call: impl Future<Output = Event> + Send + 'static) {
        self.started.entry(task).or_insert_with(Instant::now);
        self.spawn(call);
    }

    fn spawn(&mut self, call: impl Future<Output = Event> + Send + 'static) {
        let events = self.events.clone();
        self.calls.spawn(async move {
            let event = call.await;
            // The scope is gone only when the process stops; nobody misses the answer then.
            let _ = events.send(event).await;
        });
    }
}

/// What stands in a parameter group.
///
/// A permission that is missing is no fault: the next source of the limit is as good as can be had.
pub(super) async fn read(target: &Target, group: &GroupName, failures: &FailureLog) -> ParameterRead {
    match target.max_connections(group).await {
        Err(failure) if failure.cause == Cause::Denied => ParameterRead::Denied,
        answer => failures.answer(target, answer).map_or(ParameterRead::Failed, ParameterRead::Found),
    }
}

/// What an optional call returned. The scope logs once that AWS refuses it.
async fn optional(
    target: &Target,
    (call, window): (OptionalCall, (Seconds, Seconds)),
    failures: &FailureLog,
) -> OptionalRead {
    match target.optional(call, window).await {
        Err(failure) if failure.cause == Cause::Denied => OptionalRead::Denied,
        answer => failures.answer(target, answer).map_or(OptionalRead::Failed, OptionalRead::Found),
    }
}

fn log_event(scope: &ScopeName, note: &LogEvent) {
    match note {
        LogEvent::IssueAppeared { resource, issue } => warn!(
            resource = &**resource,
            tag_key = issue.tag_key,
            reason = issue.reason.name(),
            text = issue.text,
            guard = issue.guard,
            remedy = issue.remedy(),
            "tag not used"
        ),
        LogEvent::IssueGone { resource, issue } => info!(
            resource = &**resource,
            tag_key = issue.tag_key,
            reason = issue.reason.name(),
            "tag no longer at fault"
        ),
        LogEvent::Changed { change, resources } => log_change(change, resources),
        LogEvent::MoreChanged { changes, levels_lost, resources } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            changes,
            levels_lost,
            resource = named(resources),
            resources = resources.len(),
            "more levels and mutes changed at once"
        ),
        LogEvent::TagsLost { task, resources } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            task = task.name(),
            resources,
            remedy = "if the tags are gone on purpose, restart plimsoll",
            "all resources with tags lost them at once: listing not believed, tags kept as they were"
        ),
        LogEvent::Duplicates { task, resources } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            task = task.name(),
            resource = named(resources),
            resources = resources.len(),
            "resources listed twice: the first of each is watched"
        ),
        LogEvent::OptionalRefused { call } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            permission = call.permission(),
            remedy = format!("allow it, or remove \"{}\" from `[discovery] optional`", call.name()),
            "optional call refused: only what it returns is missing"
        ),
        LogEvent::OptionalAllowed { call } => info!(
            account = &*scope.account,
            region = &*scope.region,
            permission = call.permission(),
            "optional call no longer refused"
        ),
        LogEvent::CrossedWhileMuted { resource, metric, severity, level, value, muted } => warn!(
            resource = &**resource,
            metric = *metric,
            severity = *severity,
            level = *level,
            value = *value,
            mute = mute(*muted),
            "level crossed while muted"
        ),
    }
}

fn log_change(change: &Change, resources: &[Arc<str>]) {
    let (resource, count) = (named(resources), resources.len());
    match change {
        Change::Mute { metric, old, new } => {
            let (old, new) = (or_none(*old, mute), or_none(*new, mute));
            info!(resource, resources = count, metric = metric.unwrap_or("all"), old, new, "mute changed");
        }
        Change::Level { metric, severity, old, new } => {
            let (old, new) = (or_none(*old, level), or_none(*new, level));
            info!(resource, resources = count, metric, severity, old, new, "level changed");
        }
    }
}

/// ARNs, side by side.
fn named(resources: &[Arc<str>]) -> String {
    resources.iter().take(MOST_NAMES).map(|arn| &**arn).collect::<Vec<_>>().join(" ")
}

fn or_none<T>(what: Option<T>, words: impl Fn(T) -> String) -> String {
    what.map_or_else(|| "none".to_owned(), words)
}

/// In the metric's own unit.
fn level(SourcedLevel { value, source }: SourcedLevel) -> String {
    format!("{value} ({})", source.name())
}

fn mute(SourcedMute { mute, source }: SourcedMute) -> String {
    format!("{mute} ({})", source.name())
}
