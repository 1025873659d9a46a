//! Writes the events of a scope to the log.

use std::sync::Arc;

use tracing::{info, warn};

use super::progress;
use crate::resource::OptionalCall;
use crate::scope::{Change, LogEvent, ScopeName, SourcedLevel, SourcedMute};

/// Resources that one log line names; the others are only counted.
const MAX_NAMES: usize = 20;

/// Writes one event.
pub(super) fn log_event(scope: &ScopeName, event: &LogEvent) {
    match event {
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
            remedy = "if the tags are gone on purpose, restart plimsoll without its state file",
            "all resources with tags lost them at once: the listing is rejected and the previous tags are kept"
        ),
        LogEvent::Duplicates { task, resources } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            task = task.name(),
            resource = named(resources),
            resources = resources.len(),
            "resources listed twice: the first of each is watched"
        ),
        LogEvent::FiltersUnmatched { entries, filtered, watched } => {
            log_unmatched(scope, entries, *filtered, *watched);
        }
        LogEvent::FirstForecast { resources, dollars } => progress::first_forecast(scope, *resources, *dollars),
        LogEvent::ServedElsewhere { resources } => warn!(
            account = &*scope.account,
            region = &*scope.region,
            resource = named(resources),
            resources = resources.len(),
            remedy = "give each account of the configuration resources of its own, by its role, `regions` or filters",
            "resources not watched here: another account of the configuration serves them"
        ),
        LogEvent::Reported { category, resources } => info!(
            resource = named(resources),
            events = resources.len(),
            category = category.name(),
            "AWS reported an event"
        ),
        LogEvent::OptionalRefused { call } => log_refusal(scope, *call),
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

fn log_refusal(scope: &ScopeName, call: OptionalCall) {
    warn!(
        account = &*scope.account,
        region = &*scope.region,
        permission = call.permission(),
        remedy = format!("allow it, or remove \"{}\" from `[discovery] optional`", call.name()),
        "optional call refused: only what it returns is missing"
    );
}

/// A filter of several regions may match in one of them only, which is no fault.
fn log_unmatched(scope: &ScopeName, entries: &[String], filtered: usize, watched: usize) {
    let (account, region, filters) = (&*scope.account, &*scope.region, entries.join(" "));
    if watched == 0 {
        let remedy = "check `include` and `exclude` in [discovery] and in [[account]]";
        warn!(account, region, filters, filtered, remedy, "nothing is watched: filters leave out every resource");
    } else {
        info!(account, region, filters, filtered, watched, "filters match nothing that is listed");
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

/// ARNs, separated by spaces.
fn named(resources: &[Arc<str>]) -> String {
    resources.iter().take(MAX_NAMES).map(|arn| &**arn).collect::<Vec<_>>().join(" ")
}

fn or_none<T>(value: Option<T>, text: impl Fn(T) -> String) -> String {
    value.map_or_else(|| "none".to_owned(), text)
}

/// A level in the metric's unit, with its source.
fn level(SourcedLevel { value, source }: SourcedLevel) -> String {
    format!("{value} ({})", source.name())
}

fn mute(SourcedMute { mute, source }: SourcedMute) -> String {
    format!("{mute} ({})", source.name())
}
