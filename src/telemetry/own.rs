//! plimsoll's own metrics. Counters live here; what is a property of a scope is built afresh for each scrape,
//! so that a label value which is gone is gone from the page.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use prometheus::core::Collector;
use prometheus::{Encoder, GaugeVec, IntCounterVec, IntGaugeVec, Opts, Registry, TextEncoder};

use crate::aws::Attempt;
use crate::plan::Task;
use crate::scope::{ScopeName, ScopeReport};

/// Every metric of plimsoll's own.
pub struct Own {
    registry: Registry,
    requests: IntCounterVec,
    errors: IntCounterVec,
    metrics_requested: IntCounterVec,
    queries: IntCounterVec,
    durations: GaugeVec,
    render_duration: GaugeVec,
    severities: Vec<String>,
    reports: Mutex<BTreeMap<ScopeName, ScopeReport>>,
}

const SCOPE: [&str; 2] = ["account", "region"];

impl Own {
    /// All metrics at zero; `severities` are the configured names.
    #[must_use]
    pub fn new(severities: &[String]) -> Self {
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
            metrics_requested: counter(
                "plimsoll_cloudwatch_metrics_requested_total",
                "Metrics asked of CloudWatch as AWS bills them: up to five statistics of one metric in a call count once.",
                &SCOPE,
            ),
            queries: counter(
                "plimsoll_cloudwatch_queries_total",
                "Statistics asked of CloudWatch, each one counted: the most that AWS could bill.",
                &SCOPE,
            ),
            durations: gauge(
                "plimsoll_poll_duration_seconds",
                "How long the last round of a task took.",
                &["account", "region", "task"],
            ),
            render_duration: gauge(
                "plimsoll_render_duration_seconds",
                "How long the last rendering of the page took.",
                &[],
            ),
            severities: severities.to_vec(),
            reports: Mutex::default(),
        };
        own.register();
        own
    }

    fn register(&self) {
        let build = gauge("plimsoll_build_info", "The running version; always 1.", &["version"]);
        build.with_label_values(&[env!("CARGO_PKG_VERSION")]).set(1.0);
        let collectors: [Box<dyn Collector>; 7] = [
            Box::new(build),
            Box::new(self.requests.clone()),
            Box::new(self.errors.clone()),
            Box::new(self.metrics_requested.clone()),
            Box::new(self.queries.clone()),
            Box::new(self.durations.clone()),
            Box::new(self.render_duration.clone()),
        ];
        for collector in collectors {
            // Fails only for a name that is taken, and the names stand above.
            let _ = self.registry.register(collector);
        }
    }

    /// Counts one attempt of a call.
    pub fn attempt(&self, account: &str, region: &str, operation: &str, attempt: Attempt) {
        match attempt {
            Attempt::Sent => self.requests.with_label_values(&[account, region, operation]).inc(),
            Attempt::Failed(cause) => self.errors.with_label_values(&[account, region, operation, cause.name()]).inc(),
        }
    }

    /// Counts what one batch asks for.
    pub fn count_requested(&self, scope: &ScopeName, billed_metrics: usize, queries: usize) {
        let labels = [&*scope.account, &*scope.region];
        self.metrics_requested.with_label_values(&labels).inc_by(billed_metrics as u64);
        self.queries.with_label_values(&labels).inc_by(queries as u64);
    }

    /// Notes how long a round took.
    pub fn took(&self, scope: &ScopeName, task: Task, duration: Duration) {
        let labels = [&*scope.account, &*scope.region, task.name()];
        self.durations.with_label_values(&labels).set(duration.as_secs_f64());
    }

    /// Notes how long a rendering took.
    pub fn rendered(&self, duration: Duration) {
        self.render_duration.with_label_values::<&str>(&[]).set(duration.as_secs_f64());
    }

    /// Replaces what is said of a scope.
    pub fn report(&self, scope: &ScopeName, report: ScopeReport) {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).insert(scope.clone(), report);
    }

    /// What was last said of every scope.
    #[must_use]
    pub fn reports(&self) -> BTreeMap<ScopeName, ScopeReport> {
        self.reports.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// The exposition text; `page_stale` says that the fleet's page is withheld because nothing renders it any more.
    #[must_use]
    pub fn encode(&self, page_stale: bool) -> Vec<u8> {
        let mut families = self.registry.gather();
        families.extend(self.of_scopes(page_stale));
        let mut text = Vec::new();
        // Fails only for a family without samples, and those were left out.
        let _ = TextEncoder::new().encode(&families, &mut text);
        text
    }

    fn of_scopes(&self, page_stale: bool) -> Vec<prometheus::proto::MetricFamily> {
        let gauges = ScopeGauges::new();
        for (scope, report) in self.reports() {
            gauges.set(&scope, &report, &self.severities);
        }
        let stale = gauge(
            "plimsoll_page_stale",
            "1 while the fleet's series are withheld because they are no longer rendered.",
            &[],
        );
        stale.with_label_values::<&str>(&[]).set(f64::from(u8::from(page_stale)));
        gauges.collect().into_iter().chain(stale.collect()).filter(|family| !family.get_metric().is_empty()).collect()
    }
}

/// Gauges that live for one scrape.
struct ScopeGauges {
    last_success: IntGaugeVec,
    newest: IntGaugeVec,
    resources: IntGaugeVec,
    duplicates: IntGaugeVec,
    thresholds: IntGaugeVec,
    issues_omitted: IntGaugeVec,
    unresolved: IntGaugeVec,
    unanswered: IntGaugeVec,
    without_level: IntGaugeVec,
}

impl ScopeGauges {
    fn new() -> Self {
        let task = ["account", "account_id", "region", "task"];
        Self {
            last_success: int_gauge(
                "plimsoll_last_success_timestamp_seconds",
                "When a task last succeeded, a poll by the time it was asked; the start of the process before the first time.",
                &task,
            ),
            newest: int_gauge(
                "plimsoll_newest_datapoint_timestamp_seconds",
                "The end of the period of the newest datapoint.",
                &task,
            ),
            resources: int_gauge(
                "plimsoll_resources",
                "Resources found by the last good listing.",
                &["account", "region", "kind", "engine"],
            ),
            duplicates: int_gauge(
                "plimsoll_duplicate_resources",
                "Resources that the last good listing had twice, by ARN or by labels: only the first is watched.",
                &SCOPE,
            ),
            thresholds: int_gauge(
                "plimsoll_thresholds",
                "Thresholds served, by where they come from.",
                &["account", "region", "severity", "source"],
            ),
            issues_omitted: int_gauge(
                "plimsoll_threshold_issues_omitted",
                "Issues that are counted here instead of having a series each.",
                &SCOPE,
            ),
            unresolved: int_gauge(
                "plimsoll_defaults_without_denominator",
                "Default levels left out because what they are a share of is not known.",
                &SCOPE,
            ),
            unanswered: int_gauge(
                "plimsoll_defaults_never_answered",
                "Metrics with a default level of which CloudWatch has had no value for their resource, ever or for a day; explain names them.",
                &SCOPE,
            ),
            without_level: int_gauge(
                "plimsoll_resources_without_level",
                "Running instances without a level of the severity on any metric, but those that would have one if no tag said off; muted levels are levels.",
                &["account", "region", "severity"],
            ),
        }
    }

    fn set(&self, scope: &ScopeName, report: &ScopeReport, severities: &[String]) {
        let (account, region) = (&*scope.account, &*scope.region);
        let account_id = report.account_id.as_deref().unwrap_or_default();
        for (task, state) in &report.tasks {
            let labels = [account, account_id, region, task.name()];
            self.last_success.with_label_values(&labels).set(state.last_success.unwrap_or(report.started));
            if let Some(newest) = state.newest {
                self.newest.with_label_values(&labels).set(newest);
            }
        }
        for ((kind, engine), count) in &report.resources {
            self.resources.with_label_values(&[account, region, kind.name(), engine.name()]).set(number(*count));
        }
        self.duplicates.with_label_values(&[account, region]).set(number(report.duplicates));
        for ((severity, source), count) in &report.thresholds {
            let severity = severities.get(*severity).map_or("", String::as_str);
            self.thresholds.with_label_values(&[account, region, severity, source.name()]).set(number(*count));
        }
        self.issues_omitted.with_label_values(&[account, region]).set(number(report.issues_omitted));
        self.unresolved.with_label_values(&[account, region]).set(number(report.defaults_without_denominator));
        self.unanswered.with_label_values(&[account, region]).set(number(report.defaults_never_answered));
        for (severity, count) in severities.iter().zip(&report.without_level) {
            self.without_level.with_label_values(&[account, region, severity]).set(number(*count));
        }
    }

    fn collect(&self) -> Vec<prometheus::proto::MetricFamily> {
        let Self { last_success, newest, resources, duplicates, thresholds, .. } = self;
        let Self { issues_omitted, unresolved, unanswered, without_level, .. } = self;
        let listed = [last_success, newest, resources, duplicates, thresholds];
        let gauges = listed.into_iter().chain([issues_omitted, unresolved, unanswered, without_level]);
        gauges.flat_map(Collector::collect).collect()
    }
}

fn counter(name: &str, help: &str, labels: &[&str]) -> IntCounterVec {
    IntCounterVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

fn gauge(name: &str, help: &str, labels: &[&str]) -> GaugeVec {
    GaugeVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

fn int_gauge(name: &str, help: &str, labels: &[&str]) -> IntGaugeVec {
    IntGaugeVec::new(Opts::new(name, help), labels).expect("the name is valid")
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
