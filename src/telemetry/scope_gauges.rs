//! The gauges of scopes, built again for each scrape from the reports of the scopes.

use std::collections::BTreeMap;

use prometheus::core::Collector;
use prometheus::{GaugeVec, IntCounterVec, IntGaugeVec};

use super::families::{SCOPE, counter, int_gauge, number};
use super::spending::{forecast, set_forecast};
use crate::scope::{ScopeName, ScopeReport};

/// One value for each scope, and for each task, kind, engine, severity or source of it.
pub(super) struct ScopeGauges {
    last_success: IntGaugeVec,
    newest: IntGaugeVec,
    resources: IntGaugeVec,
    duplicates: IntGaugeVec,
    filtered: IntGaugeVec,
    filter_matches: IntGaugeVec,
    served_elsewhere: IntGaugeVec,
    account_info: IntGaugeVec,
    thresholds: IntGaugeVec,
    issues_omitted: IntGaugeVec,
    unresolved: IntGaugeVec,
    unanswered: IntGaugeVec,
    without_level: IntGaugeVec,
    future_datapoints: IntCounterVec,
    forecast: GaugeVec,
    invalid_datapoints: IntCounterVec,
}

impl ScopeGauges {
    pub(super) fn new() -> Self {
        let task = ["account", "account_id", "region", "task"];
        Self {
            last_success: int_gauge(
                "plimsoll_last_success_timestamp_seconds",
                "Time of the last success of a task; for a poll, the time of its request. Before the first success, the start time of the process.",
                &task,
            ),
            newest: int_gauge(
                "plimsoll_newest_datapoint_timestamp_seconds",
                "End of the period of the newest datapoint.",
                &task,
            ),
            resources: int_gauge(
                "plimsoll_resources",
                "Resources found by the last successful listing.",
                &["account", "region", "kind", "engine"],
            ),
            duplicates: int_gauge(
                "plimsoll_duplicate_resources",
                "Resources that the last successful listing contained twice, by ARN or by labels: only the first is watched.",
                &SCOPE,
            ),
            filtered: int_gauge(
                "plimsoll_filtered_resources",
                "Listed resources that `include` and `exclude` of the configuration leave out.",
                &SCOPE,
            ),
            filter_matches: int_gauge(
                "plimsoll_filter_matches",
                "Listed resources that an entry of `include` or `exclude` matches, by table, list and place of the entry.",
                &["account", "region", "filter"],
            ),
            served_elsewhere: int_gauge(
                "plimsoll_resources_served_elsewhere",
                "Listed resources that are not watched here because another account of the configuration serves them.",
                &SCOPE,
            ),
            account_info: int_gauge(
                "plimsoll_account_info",
                "The name in the configuration of an account, to be joined by account_id; always 1.",
                &["account", "account_id"],
            ),
            thresholds: int_gauge(
                "plimsoll_thresholds",
                "Thresholds served, by source.",
                &["account", "region", "severity", "source"],
            ),
            issues_omitted: int_gauge(
                "plimsoll_threshold_issues_omitted",
                "Issues beyond the limit of issue series per resource, which are only counted.",
                &SCOPE,
            ),
            unresolved: int_gauge(
                "plimsoll_defaults_without_denominator",
                "Default levels left out because they are a share of an unknown value.",
                &SCOPE,
            ),
            unanswered: int_gauge(
                "plimsoll_defaults_never_answered",
                "Metrics with a default level for which CloudWatch has never had a value on their resource, or has had none for a day; `plimsoll explain` lists them.",
                &SCOPE,
            ),
            without_level: int_gauge(
                "plimsoll_resources_without_level",
                "Running instances without any level of the severity. Instances whose tags turn such levels off do not count. A muted level is a level.",
                &["account", "region", "severity"],
            ),
            future_datapoints: counter(
                "plimsoll_future_datapoints_dropped_total",
                "Datapoints dropped because their period ends after the time of plimsoll's request.",
                &SCOPE,
            ),
            forecast: forecast(),
            invalid_datapoints: counter(
                "plimsoll_invalid_datapoints_dropped_total",
                "Datapoints dropped because their value is not finite or beyond what CloudWatch stores.",
                &SCOPE,
            ),
        }
    }

    /// Sets the name of each account: the first one if several entries of the configuration are of one account, because a
    /// join needs exactly one.
    pub(super) fn name_accounts(&self, reports: &BTreeMap<ScopeName, ScopeReport>) {
        let with_id = reports.iter().filter_map(|(scope, report)| Some((report.account_id.as_deref()?, scope)));
        // The map keeps the last of equal keys.
        let names: BTreeMap<&str, &str> = with_id.rev().map(|(id, scope)| (id, &*scope.account)).collect();
        for (id, name) in names {
            self.account_info.with_label_values(&[name, id]).set(1);
        }
    }

    pub(super) fn set(&self, scope: &ScopeName, report: &ScopeReport, severities: &[String]) {
        let (account, region) = (&*scope.account, &*scope.region);
        let account_id = report.account_id.as_deref().unwrap_or_default();
        for (task, state) in &report.tasks {
            let labels = [account, account_id, region, task.name()];
            self.last_success.with_label_values(&labels).set(state.last_success.unwrap_or(report.started).as_second());
            if let Some(newest) = state.newest {
                self.newest.with_label_values(&labels).set(newest.as_second());
            }
        }
        for ((kind, engine), count) in &report.resources {
            self.resources.with_label_values(&[account, region, kind.name, engine.name()]).set(number(*count));
        }
        self.duplicates.with_label_values(&[account, region]).set(number(report.duplicates));
        self.filtered.with_label_values(&[account, region]).set(number(report.filtered));
        for (filter, count) in &report.filter_matches {
            self.filter_matches.with_label_values(&[account, region, filter]).set(number(*count));
        }
        self.served_elsewhere.with_label_values(&[account, region]).set(number(report.served_elsewhere));
        for ((severity, source), count) in &report.thresholds {
            let severity = severities.get(*severity).map_or("", String::as_str);
            self.thresholds.with_label_values(&[account, region, severity, source.name()]).set(number(*count));
        }
        self.issues_omitted.with_label_values(&[account, region]).set(number(report.issues_omitted));
        self.unresolved.with_label_values(&[account, region]).set(number(report.defaults_without_denominator));
        self.unanswered.with_label_values(&[account, region]).set(number(report.defaults_never_answered));
        self.future_datapoints.with_label_values(&[account, region]).inc_by(report.future_datapoints);
        set_forecast(&self.forecast, account, region, report.dollars);
        self.invalid_datapoints.with_label_values(&[account, region]).inc_by(report.invalid_datapoints);
        for (severity, count) in severities.iter().zip(&report.without_level) {
            self.without_level.with_label_values(&[account, region, severity]).set(number(*count));
        }
    }

    pub(super) fn collect(&self) -> Vec<prometheus::proto::MetricFamily> {
        let Self { last_success, newest, resources, duplicates, thresholds, .. } = self;
        let Self { issues_omitted, unresolved, unanswered, without_level, .. } = self;
        let Self { filtered, filter_matches, served_elsewhere, account_info, .. } = self;
        let listed = [last_success, newest, resources, duplicates, thresholds];
        let left_out = [filtered, filter_matches, served_elsewhere, account_info];
        let levels = [issues_omitted, unresolved, unanswered, without_level];
        let gauges = listed.into_iter().chain(left_out).chain(levels);
        gauges
            .flat_map(Collector::collect)
            .chain(self.future_datapoints.collect())
            .chain(self.forecast.collect())
            .chain(self.invalid_datapoints.collect())
            .collect()
    }
}
