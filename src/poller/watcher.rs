//! The task of one scope: it passes events to the scope and carries out its commands.

use std::collections::HashMap;
use std::mem::{replace, take};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;
use tokio::task::{JoinSet, spawn_blocking};
use tokio::time::{MissedTickBehavior, interval};

use super::event_log::log_event;
use super::failure_log::FailureLog;
use super::listing::list;
use super::part::{ServeError, Shared};
use super::progress;
use super::publisher::Publisher;
use super::reads::{read_optional, read_parameters};
use crate::aws::Target;
use crate::inventory::Inventory;
use crate::plan::{Savings, Task, billed_metrics};
use crate::scope::{Command, Event, Scope, Settings};

/// The interval of tick events; all intervals are whole seconds.
const TICK: Duration = Duration::from_secs(1);

/// Events in the queue of a scope; a call waits while the queue is full.
const QUEUE: usize = 64;

/// What a new configuration changes in a scope.
pub(super) struct Change {
    pub(super) settings: Settings,
    /// Clients, if those of before do not go on.
    pub(super) target: Option<Target>,
}

/// Runs one scope until it is stopped.
pub(super) async fn run(
    scope: Scope,
    target: Target,
    publisher: Publisher,
    mut changes: mpsc::Receiver<Change>,
    shared: Shared,
) -> Result<(), ServeError> {
    let stop = shared.stop.clone();
    let (events, mut queue) = mpsc::channel(QUEUE);
    let mut watcher = Watcher {
        published: scope.inventory(),
        scope,
        target,
        shared,
        publisher,
        events,
        calls: JoinSet::new(),
        changed: Some(Instant::now()),
        started: HashMap::new(),
        failures: Arc::default(),
        was_ready: false,
        savings: Savings::default(),
    };
    let mut ticks = interval(TICK);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Skip);
    let mut arrived = Vec::with_capacity(QUEUE);
    loop {
        let events = tokio::select! {
            () = stop.cancelled() => break,
            Some(change) = changes.recv() => {
                let turn = spawn_blocking(move || watcher.take_over(change));
                watcher = turn.await.map_err(|_| ServeError::Ended("scope"))?;
                continue;
            }
            _ = ticks.tick() => vec![Event::Tick],
            _ = queue.recv_many(&mut arrived, QUEUE) => take(&mut arrived),
        };
        // To resolve the tags of 100,000 databases takes seconds, which would block other tasks on an async thread.
        let turn = spawn_blocking(move || watcher.turn(events));
        watcher = turn.await.map_err(|_| ServeError::Ended("scope"))??;
    }
    let last = spawn_blocking(move || watcher.save_at_end());
    // A call that has not stopped yet would count after the counters of the scope are gone.
    last.await.map_err(|_| ServeError::Ended("scope"))?.shutdown().await;
    Ok(())
}

struct Watcher {
    scope: Scope,
    target: Target,
    shared: Shared,
    publisher: Publisher,
    events: mpsc::Sender<Event>,
    /// The inventory that was published last.
    published: Arc<Inventory>,
    /// Running calls; they are aborted when the scope is dropped.
    calls: JoinSet<()>,
    /// Since when the scope may have something new to publish.
    changed: Option<Instant>,
    /// When the current round of each task began.
    started: HashMap<Task, Instant>,
    failures: Arc<FailureLog>,
    /// Whether the first round is over and logged.
    was_ready: bool,
    /// What the budget saves.
    savings: Savings,
}

impl Watcher {
    /// Passes events to the scope, in the order of their arrival; may take seconds.
    fn turn(mut self, events: Vec<Event>) -> Result<Self, ServeError> {
        for event in events {
            let is_tick = matches!(event, Event::Tick);
            if is_tick {
                self.follow_lease();
                self.apply_savings();
            }
            self.take(event);
            if is_tick {
                self.shared.own.limited(self.scope.name(), &self.target.limiters());
                self.publish();
            }
        }
        while let Some(ended) = self.calls.try_join_next() {
            // A call that panics sends no event, so its round would never end.
            ended.map_err(|_| ServeError::Ended("call of a scope"))?;
        }
        Ok(self)
    }

    /// Goes on under a new configuration, and publishes by it at once.
    fn take_over(mut self, Change { settings, target }: Change) -> Self {
        self.target = target.unwrap_or(self.target);
        let config = Arc::clone(&settings.config);
        self.take(Event::Reconfigured(settings));
        self.publish_now();
        self.publisher.taken_over(&config.polling);
        self
    }

    /// Lets the scope know whether it polls, and else what the other replica has saved.
    fn follow_lease(&mut self) {
        let polls = self.shared.role.borrow().polls;
        if polls != self.scope.polls() {
            self.change();
            self.pass(Event::Polls(polls));
        }
        let saver = self.publisher.saver.as_ref().filter(|_| !polls);
        if let Some(saved) = saver.and_then(|saver| saver.of_other(self.scope.name())) {
            self.change();
            self.pass(Event::SavedByOther(Box::new(saved)));
        }
    }

    fn take(&mut self, event: Event) {
        if !matches!(event, Event::Tick) {
            self.change();
        }
        let was_listed = matches!(event, Event::ListedPart(..) | Event::Listed(..));
        let before = self.scope.inventory();
        self.pass(event);
        // Before the next tick, which polls.
        if was_listed || !Arc::ptr_eq(&before, &self.scope.inventory()) {
            let elsewhere = self.shared.served.take(self.publisher.index, self.scope.arns());
            self.pass(Event::ServedElsewhere(Arc::new(elsewhere)));
        }
    }

    fn pass(&mut self, event: Event) {
        for command in self.scope.on(event, (self.shared.clock)()) {
            self.carry_out(command);
        }
    }

    /// Passes on what the budget saves, which changes also with other scopes.
    fn apply_savings(&mut self) {
        let savings = self.shared.spending.savings();
        if savings != self.savings {
            self.savings = savings.clone();
            self.take(Event::Save(savings));
        }
    }

    fn change(&mut self) {
        self.changed.get_or_insert_with(Instant::now);
    }

    /// Publishes at most once per tick, and only when the calls under way have ended or take long, so that columns are
    /// built once for many results.
    fn publish(&mut self) {
        let is_due = |since: &mut Instant| self.started.is_empty() || since.elapsed() >= self.publisher.patience;
        if self.changed.take_if(is_due).is_none() {
            return;
        }
        self.publish_now();
    }

    fn publish_now(&mut self) {
        let now = (self.shared.clock)();
        self.pass(Event::Publish);
        let (report, ready) = (self.scope.report(now), self.scope.is_ready());
        if ready && self.scope.polls() && !replace(&mut self.was_ready, true) {
            progress::first_round(self.scope.name(), &report);
        }
        self.shared.own.report(self.scope.name(), report);
        self.publisher.publish(&self.scope, self.failures.failures(&self.target), now);
        let inventory = self.scope.inventory();
        if !Arc::ptr_eq(&replace(&mut self.published, Arc::clone(&inventory)), &inventory) {
            self.shared.served.keep(self.publisher.index, &self.scope.arns().collect());
        }
    }

    /// Returns the calls under way.
    fn save_at_end(mut self) -> JoinSet<()> {
        let now = (self.shared.clock)();
        if let Some(saver) = &mut self.publisher.saver {
            saver.save(&self.scope, now);
        }
        self.calls
    }

    fn carry_out(&mut self, command: Command) {
        match command {
            Command::List(lister) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                let parts = self.scope.takes_parts(lister).then(|| self.events.clone());
                self.call(Task::List(lister), async move {
                    let since = Instant::now();
                    let found = list(&target, lister, parts).await;
                    let found = failures.response(&target, Task::List(lister), found);
                    progress::listed(&target, lister, found.as_deref(), since.elapsed());
                    Event::Listed(lister, found)
                });
            }
            Command::ReadParameters(group) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                self.spawn(async move {
                    let parameters = read_parameters(&target, &group, &failures).await;
                    Event::Parameters(group, parameters)
                });
            }
            Command::Optional(call, window) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                self.call(Task::Optional(call), async move {
                    Event::Optional(call, read_optional(&target, (call, window), &failures).await)
                });
            }
            Command::Fetch(batch) => {
                let (target, failures) = (self.target.clone(), Arc::clone(&self.failures));
                let clock = Arc::clone(&self.shared.clock);
                let (own, scope) = (Arc::clone(&self.shared.own), self.scope.name().clone());
                let task = batch.poll_group.task();
                self.call(task, async move {
                    let since = Instant::now();
                    let results = failures.response(&target, task, target.answers(&batch, || clock()).await);
                    // AWS bills no call that fails.
                    let pages = results.as_ref().map_or(0, |results| results.counts.pages);
                    own.count_requested(
                        &scope,
                        task,
                        pages * billed_metrics(&batch.queries),
                        pages * batch.queries.len(),
                    );
                    progress::polled(&target, &batch, results.as_ref(), since.elapsed());
                    Event::BatchEnded(batch, results)
                });
            }
            Command::Forecast(demand) => {
                self.shared.spending.forecast(self.scope.name(), &demand);
                self.shared.own.outlook(&self.shared.spending.outlook());
                self.apply_savings();
            }
            Command::Finished(task) => {
                self.change();
                let took = self.started.remove(&task).map(|since| since.elapsed()).unwrap_or_default();
                self.shared.own.took(self.scope.name(), task, took);
            }
            Command::Log(event) => log_event(self.scope.name(), &event),
            Command::Publish => self.change(),
        }
    }

    /// Starts a call whose result becomes an event.
    fn call(&mut self, task: Task, call: impl Future<Output = Event> + Send + 'static) {
        self.started.entry(task).or_insert_with(Instant::now);
        self.spawn(call);
    }

    fn spawn(&mut self, call: impl Future<Output = Event> + Send + 'static) {
        let events = self.events.clone();
        self.calls.spawn(async move {
            let event = call.await;
            // The receiver is gone only when the process stops; the event is not needed then.
            let _ = events.send(event).await;
        });
    }
}
