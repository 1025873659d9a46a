//! plimsoll's own metrics. Counters are kept here. Gauges of a scope are built again for each scrape, so that a label
//! value that no longer exists disappears from the page.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{Encoder, GaugeVec, IntCounterVec, IntGaugeVec, Registry, TextEncoder};

use super::config_series::ConfigSeries;
use super::families::{SCOPE, counter, forget, gauge, int_gauge, number, total};
use super::limits::Limits;
use super::log;
use super::process::ProcessSeries;
use super::refusals::Refusals;
use super::replica;
use super::scope_gauges::ScopeGauges;
use super::spending::Spending;
use super::state_series::StateSeries;
use crate::aws::{Attempt, Cause, LimiterStatus};
use crate::config::Shard;
use crate::cost::{Dollars, Outlook};
use crate::http::{ConnectionEvent, Reason};
use crate::plan::Task;
use crate::scope::{ScopeName, ScopeReport};
use crate::time::{Seconds, Timestamp};
use crate::version;

/// All metrics about plimsoll itself.
pub struct Own {
    registry: Registry,
    requests: IntCounterVec,
    errors: IntCounterVec,
    spending: Spending,
    durations: GaugeVec,
    render_duration: GaugeVec,
    connections: IntGaugeVec,
    connections_closed: IntCounterVec,
    refusals: Refusals,
    clock_skew: IntGaugeVec,
    state: StateSeries,
    config: ConfigSeries,
    limits: Limits,
    leader: IntGaugeVec,
    lease_reached: IntGaugeVec,
    reports: Mutex<BTreeMap<ScopeName, ScopeReport>>,
}

impl Default for Own {
    fn default() -> Self {
        Self::new()
    }
}

impl Own {
    /// All metrics at zero.
    #[must_use]
    pub fn new() -> Self {
        let own = Self {
            registry: Registry::new(),
            requests: counter(
                "plimsoll_aws_requests_total",
                "Requests sent to AWS, retries included.",
                &["account", "region", "operation"],
            ),
            errors: counter(
                "plimsoll_aws_errors_total",
                "Requests to AWS that failed, and calls that failed before or after their requests, by cause.",
                &["account", "region", "operation", "code"],
            ),
            spending: Spending::new(),
            durations: gauge(
                "plimsoll_poll_duration_seconds",
                "Duration of the last run of a task.",
                &["account", "region", "task"],
            ),
            render_duration: gauge(
                "plimsoll_render_duration_seconds",
                "Duration of the last rendering of the page.",
                &[],
            ),
            connections: int_gauge("plimsoll_http_connections", "Open connections of the listener.", &[]),
            connections_closed: counter(
                "plimsoll_http_connections_closed_total",
                "Connections closed to make room for others, by the limit that was reached.",
                &["reason"],
            ),
            refusals: Refusals::new(),
            clock_skew: int_gauge(
                "plimsoll_clock_skew_seconds",
                "Seconds by which plimsoll's clock was ahead of the Date header of the last response of AWS when it was read, negative if behind. The time of transfer is included.",
                &SCOPE,
            ),
            state: StateSeries::new(),
            config: ConfigSeries::new(),
            limits: Limits::new(),
            leader: replica::leader(),
            lease_reached: replica::lease_reached(),
            reports: Mutex::default(),
        };
        own.register();
        own
    }

    fn register(&self) {
        let build = gauge("plimsoll_build_info", "The running version; always 1.", &["version", "revision"]);
        build.with_label_values(&[version::NUMBER, version::REVISION]).set(1.0);
        let collectors: [Box<dyn Collector>; 11] = [
            Box::new(build),
            Box::new(ProcessSeries::for_self()),
            Box::new(self.requests.clone()),
            Box::new(self.errors.clone()),
            Box::new(self.durations.clone()),
            Box::new(self.render_duration.clone()),
            Box::new(self.connections.clone()),
            Box::new(self.connections_closed.clone()),
            Box::new(self.clock_skew.clone()),
            Box::new(self.leader.clone()),
            Box::new(self.lease_reached.clone()),
        ];
        // Every reason is served from 0 on, so that `increase` sees the first one.
        for reason in Reason::ALL {
            self.connections_closed.with_label_values(&[reason.name()]);
        }
        let of_parts = self.state.collectors().into_iter().chain(self.limits.collectors());
        let of_parts = of_parts.chain(self.refusals.collectors()).chain(self.config.collectors());
        let of_parts = of_parts.chain(self.spending.collectors());
        for collector in collectors.into_iter().chain(of_parts) {
            // Fails only for a duplicate name, and the names above differ.
            let _ = self.registry.register(collector);
        }
    }

    /// A configuration took effect; `rules` is the version of the alert rules that it needs with this catalogue.
    pub fn configured(&self, rules: &str, now: Timestamp) {
        self.config.took_effect(rules, now);
    }

    /// A configuration was refused on reload.
    pub fn configuration_refused(&self) {
        self.config.refused();
    }

    /// Serves nothing more about a scope that is not watched any more.
    pub fn forget(&self, scope: &ScopeName) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).remove(scope);
        forget(&self.requests, scope);
        forget(&self.errors, scope);
        self.spending.forget(scope);
        forget(&self.durations, scope);
        forget(&self.clock_skew, scope);
        self.limits.forget(scope);
    }

    /// Serves which shard this process is, if there are others.
    pub fn serves(&self, shard: Shard) {
        if shard.is_part() {
            // Fails only for a second shard of one process.
            let _ = self.registry.register(replica::shards(shard));
        }
    }

    /// Serves into how many shards the page is split, if it is.
    pub fn splits_page(&self, shards: u8) {
        if shards > 0 {
            // Fails only for a second page of one process.
            let _ = self.registry.register(replica::page_shards(shards));
        }
    }

    /// Serves whether this replica polls, of those that share a lease, and whether it knows nothing of that lease.
    pub fn lease(&self, polls: bool, is_lost: bool) {
        self.leader.with_label_values::<&str>(&[]).set(polls.into());
        self.lease_reached.with_label_values::<&str>(&[]).set((!is_lost).into());
    }

    /// Sets the errors of operations that a scope can call to 0, each cause by itself: `increase` does not see a counter
    /// that begins at 1.
    pub fn expect_calls(&self, account: &str, region: &str, operations: &[&str]) {
        for operation in operations {
            for cause in Cause::ALL {
                self.errors.with_label_values(&[account, region, operation, cause.name()]);
            }
        }
    }

    /// Counts one attempt of a call.
    pub fn attempt(&self, account: &str, region: &str, operation: &str, attempt: Attempt) {
        match attempt {
            Attempt::Sent => self.requests.with_label_values(&[account, region, operation]).inc(),
            Attempt::Failed(cause) => self.errors.with_label_values(&[account, region, operation, cause.name()]).inc(),
            Attempt::Dated(_) => {}
        }
    }

    /// The requests and calls of a scope that failed since the start.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "counts are whole and not negative")]
    pub fn failed_calls(&self, scope: &ScopeName) -> usize {
        total(&self.errors, &[("account", &scope.account), ("region", &scope.region)]) as usize
    }

    /// What the queries of a scope cost since the start.
    #[must_use]
    pub fn spent(&self, scope: &ScopeName) -> Dollars {
        self.spending.so_far(scope)
    }

    /// Records how far the wall clock is ahead of AWS's.
    pub fn skewed(&self, account: &str, region: &str, ahead: Seconds) {
        self.clock_skew.with_label_values(&[account, region]).set(ahead.get());
    }

    /// Counts the metrics and queries of one batch of a task.
    pub fn count_requested(&self, scope: &ScopeName, task: Task, billed_metrics: usize, queries: usize) {
        self.spending.count(scope, task, billed_metrics, queries);
    }

    /// Shows what the budget saves.
    pub fn outlook(&self, outlook: &Outlook) {
        self.spending.outlook(outlook);
    }

    /// Records the duration of a run of a task.
    pub fn took(&self, scope: &ScopeName, task: Task, duration: Duration) {
        let labels = [&*scope.account, &*scope.region, task.name()];
        self.durations.with_label_values(&labels).set(duration.as_secs_f64());
    }

    /// Serves the series of the state file from now on; `loaded` is when the state was saved that plimsoll started with.
    pub fn expect_state(&self, loaded: Option<Timestamp>) {
        self.state.expect();
        if let Some(saved_at) = loaded {
            self.state.loaded(saved_at);
        }
    }

    /// Records that the state file was written; `None` if that failed.
    pub fn state_written(&self, at: Option<Timestamp>) {
        at.map_or_else(|| self.state.failed(), |now| self.state.written(now));
    }

    /// Records what the limiters of a scope do.
    pub fn limited(&self, scope: &ScopeName, services: &[(&'static str, LimiterStatus)]) {
        self.limits.set(scope, services);
    }

    /// Records the duration of a rendering.
    pub fn rendered(&self, duration: Duration) {
        self.render_duration.with_label_values::<&str>(&[]).set(duration.as_secs_f64());
    }

    /// Records a change of the listener's connections.
    pub fn connection(&self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::Open(count) => self.connections.with_label_values::<&str>(&[]).set(number(count)),
            ConnectionEvent::ClosedForRoom(reason) => {
                self.connections_closed.with_label_values(&[reason.name()]).inc();
            }
            event => self.refusals.record(event),
        }
    }

    /// Replaces the report of a scope.
    pub fn report(&self, scope: &ScopeName, report: ScopeReport) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.clone(), report);
    }

    /// The last report of every scope.
    #[must_use]
    pub fn reports(&self) -> BTreeMap<ScopeName, ScopeReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The exposition text. `page_stale`: the fleet's page has expired, there is no new one, and none is served.
    #[must_use]
    pub fn encode(&self, page_stale: bool) -> Vec<u8> {
        let mut families = self.registry.gather();
        families.extend(lines_dropped());
        families.extend(self.of_scopes(page_stale));
        let mut text = Vec::new();
        // Fails only for a family without samples, and those are left out.
        let _ = TextEncoder::new().encode(&families, &mut text);
        text
    }

    fn of_scopes(&self, page_stale: bool) -> Vec<prometheus::proto::MetricFamily> {
        let (gauges, reports) = (ScopeGauges::new(), self.reports());
        for (scope, report) in &reports {
            gauges.set(scope, report);
        }
        gauges.name_accounts(&reports);
        let stale = gauge(
            "plimsoll_page_stale",
            "1 while the fleet's series are not served, because the page has expired and no new one is rendered.",
            &[],
        );
        stale.with_label_values::<&str>(&[]).set(f64::from(u8::from(page_stale)));
        gauges.collect().into_iter().chain(stale.collect()).filter(|family| !family.get_metric().is_empty()).collect()
    }
}

/// The log exists once in the process and has its own counter.
fn lines_dropped() -> Vec<prometheus::proto::MetricFamily> {
    let dropped = counter(
        "plimsoll_log_lines_dropped_total",
        "Log lines that were lost because standard error was not read in time or could not be written to.",
        &[],
    );
    dropped.with_label_values::<&str>(&[]).inc_by(log::lines_dropped());
    dropped.collect()
}
