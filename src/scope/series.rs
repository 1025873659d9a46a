//! From a fleet and its points to columns: every series of a scope but plimsoll's own.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::capacity_series;
use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use super::label_block::push_tags;
use super::mutes;
use super::optional::Events;
use super::resource_info;
use super::watched::Watched;
use crate::catalog::{MetricId, Row, Statistic, name};
use crate::config::Config;
use crate::level::mute::Span;
use crate::plan::Now;
use crate::resource::ResourceIndex;
use crate::snapshot::points::Held;
use crate::snapshot::{ALWAYS, Family, labels};
use crate::threshold::{Issue, Source};

/// The points of one metric and statistic.
pub(super) fn metric_column(
    (row, statistic): (&Row, Statistic),
    points: impl Iterator<Item = (ResourceIndex, Held)>,
    fleet: &Fleet,
) -> Entry {
    let mut column = Builder::new(&fleet.labels);
    for (index, held) in points {
        column.push_during(index, "", held.point.value, Span { from: ALWAYS, until: held.expires });
    }
    column.finish(metric_family(row, statistic))
}

pub(super) fn metric_family(row: &Row, statistic: Statistic) -> Family {
    Family { name: row.series(statistic), help: row.help_text(statistic) }
}

/// Everything that changes with the fleet only, and with mutes.
pub(super) fn state_columns(
    fleet: &Fleet,
    (config, issue_limit): (&Config, usize),
    events: &Events,
    now: Now,
) -> Vec<Entry> {
    let mut columns = threshold_columns(fleet, config, now);
    columns.extend(mutes::columns(fleet, now));
    if config.labels.threshold_info {
        columns.push(threshold_info(fleet, config));
    }
    columns.extend(tag_info(fleet, config));
    columns.push(resource_info::column(fleet));
    columns.push(resource_status(fleet));
    columns.push(replication_status(fleet));
    columns.push(resource_thresholds(fleet));
    columns.extend(capacity_series::columns(fleet));
    columns.extend(event_columns(fleet, events));
    columns.push(capacity_series::denominator_info(fleet));
    columns.push(issue_column(fleet, issue_limit));
    columns.push(off_column(fleet));
    columns.retain(|(_, column)| !column.samples.is_empty());
    columns
}

/// A level that is muted stands in its column all the same, from the end of the mute on.
fn threshold_columns(fleet: &Fleet, config: &Config, now: Now) -> Vec<Entry> {
    let mut by_metric: BTreeMap<MetricId, Builder> = BTreeMap::new();
    for (index, watched) in fleet.indexed() {
        for threshold in &watched.resolved.thresholds {
            let metric = MetricId::of(watched.resource.kind, threshold.metric);
            let column = by_metric.entry(metric).or_insert_with(|| Builder::new(&fleet.labels));
            let severity = config.severity(threshold.severity);
            for span in watched.resolved.schedule.unmuted(threshold.metric, now.wall) {
                let span = now.to_steady_span(span);
                column.push_during(index, &one_label("severity", severity), threshold.value, span);
            }
        }
    }
    let entry = |(metric, column): (MetricId, Builder)| {
        let row = config.catalog.row(metric)?;
        Some(column.finish(Family { name: row.threshold_series(), help: row.threshold_help_text() }))
    };
    by_metric.into_iter().filter_map(entry).collect()
}

/// The source of each level, except defaults, which are most.
fn threshold_info(fleet: &Fleet, config: &Config) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        let set_levels = watched.resolved.thresholds.iter().filter(|threshold| threshold.source != Source::Default);
        for threshold in set_levels {
            let mut block = one_label("metric", threshold.metric);
            labels::push(&mut block, "severity", config.severity(threshold.severity));
            labels::push(&mut block, "source", threshold.source.name());
            column.push(index, &block, 1.0);
        }
    }
    column.finish(family("plimsoll_threshold_info", "Where a level that is no default comes from; always 1."))
}

/// YACE's info series, one for each service: the ARN and tags, and the value 0, which its users add in joins.
fn tag_info(fleet: &Fleet, config: &Config) -> Vec<Entry> {
    let mut keys = config.labels.tags.clone();
    keys.extend(config.labels.info_tags.iter().filter(|key| !config.labels.tags.contains(key)).cloned());
    let unlabelled: Arc<[Box<str>]> = fleet.watched().map(|_| Box::from("")).collect();
    let mut columns: BTreeMap<&'static str, Builder> = BTreeMap::new();
    let with_arn = fleet.indexed().filter(|(_, watched)| !watched.resource.kind.is_volume());
    for (index, watched) in with_arn {
        let mut block = one_label("name", &watched.resource.arn);
        push_tags(&mut block, &keys, &watched.resource, None);
        let prefix = watched.resource.kind.service.prefix;
        columns.entry(prefix).or_insert_with(|| Builder::new(&unlabelled)).push(index, &block, 0.0);
    }
    let help = "Tags of the resource as labels; always 0, to be added in joins on name.";
    columns.into_iter().map(|(prefix, column)| column.finish(family(&format!("{prefix}_info"), help))).collect()
}

fn resource_status(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, Watched { resource, .. }) in fleet.indexed() {
        let mut block = one_label("status", &resource.status);
        if let Some(cluster) = &resource.cluster {
            labels::push(&mut block, "cluster", cluster);
        }
        column.push(index, &block, 1.0);
    }
    let help = "The status that RDS reports for the resource, and the cluster that it is a member of; always 1.";
    column.finish(family("plimsoll_resource_status", help))
}

fn replication_status(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, Watched { resource, .. }) in fleet.indexed() {
        if let Some(status) = &resource.facts.replication_status {
            column.push(index, &one_label("status", status), 1.0);
        }
    }
    column.finish(family(
        "plimsoll_replication_status",
        "The status that RDS reports for the replication of a read replica; always 1.",
    ))
}

/// How many levels a resource has of each source, so that Prometheus knows what it had before its tags were stripped.
fn resource_thresholds(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        let mut by_source: BTreeMap<Source, u32> = BTreeMap::new();
        for threshold in &watched.resolved.thresholds {
            *by_source.entry(threshold.source).or_default() += 1;
        }
        for (source, count) in by_source {
            column.push(index, &one_label("source", source.name()), f64::from(count));
        }
    }
    let help = "Levels of the resource by where they come from, muted ones among them.";
    column.finish(family(name::RESOURCE_THRESHOLDS, help))
}

/// One column for each service. Each category of a resource is served from 0 on, so that `increase` sees the first event.
fn event_columns(fleet: &Fleet, events: &Events) -> Vec<Entry> {
    let mut columns: BTreeMap<&'static str, Builder> = BTreeMap::new();
    for (index, watched) in fleet.indexed() {
        let prefix = watched.resource.kind.service.prefix;
        for (category, count) in events.of(&watched.resource) {
            let column = columns.entry(prefix).or_insert_with(|| Builder::new(&fleet.labels));
            column.push(index, &one_label("category", category.name()), f64::from(count));
        }
    }
    let help = "Events that RDS reported of the resource since plimsoll started, by category.";
    let named = |prefix| family(&name::events(prefix), help);
    columns.into_iter().map(|(prefix, column)| column.finish(named(prefix))).collect()
}

fn issue_column(fleet: &Fleet, limit: usize) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, issue) in issue_rows(fleet).take(limit) {
        let mut block = one_label("tag_key", &issue.tag_key);
        labels::push(&mut block, "reason", issue.reason.name());
        column.push(index, &block, 1.0);
    }
    column.finish(family("plimsoll_threshold_issue", "A tag or level that could not be used, and why; always 1."))
}

fn off_column(fleet: &Fleet) -> Entry {
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        for metric in &watched.resolved.off {
            column.push(index, &one_label("metric", metric), 1.0);
        }
    }
    column.finish(family("plimsoll_threshold_off", "A metric for which tags want no level; always 1."))
}

/// Every issue with its resource, one for each key and reason: a series does not name the guard.
pub(super) fn issue_rows(fleet: &Fleet) -> impl Iterator<Item = (ResourceIndex, &Issue)> {
    fleet.indexed().flat_map(|(index, watched)| {
        let by_key = watched.resolved.issues.chunk_by(Issue::is_at_same_key);
        by_key.map(move |issues| (index, &issues[0]))
    })
}
