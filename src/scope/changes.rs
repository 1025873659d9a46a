//! What people should read once when a fleet is made anew: issues that came and went, levels and mutes that changed.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::fleet::Fleet;
use super::log_event::{Change, LogEvent, SourcedLevel, SourcedMute};
use crate::config::Config;
use crate::threshold::{Issue, Resolved, TaggedMute, Threshold};

/// Lines of changes at once: enough for somebody who edits a cluster, or one tag on a whole fleet.
const MOST_LINES: usize = 20;

pub(super) fn log_events(fleet: &Fleet, before: &Fleet, config: &Config) -> Vec<LogEvent> {
    let (old, new) = (issues(before), issues(fleet));
    let gone = old
        .difference(&new)
        .map(|(resource, issue)| LogEvent::IssueGone { resource: Arc::clone(resource), issue: (*issue).clone() });
    let appeared = new
        .difference(&old)
        .map(|(resource, issue)| LogEvent::IssueAppeared { resource: Arc::clone(resource), issue: (*issue).clone() });
    gone.chain(appeared).chain(lines(changes(fleet, before, config))).collect()
}

/// What is not watched, if that is new.
pub(super) fn left_out(fleet: &Fleet, before: &Fleet) -> Vec<LogEvent> {
    let entries = fleet.tally.unmatched();
    let (filtered, watched) = (fleet.tally.filtered, fleet.watched().count());
    let is_new = !entries.is_empty() && entries != before.tally.unmatched();
    let unmatched = is_new.then_some(LogEvent::FiltersUnmatched { entries, filtered, watched });
    let resources = fleet.elsewhere.clone();
    let is_new = !resources.is_empty() && resources != before.elsewhere;
    unmatched.into_iter().chain(is_new.then_some(LogEvent::ServedElsewhere { resources })).collect()
}

fn issues(fleet: &Fleet) -> BTreeSet<(&Arc<str>, &Issue)> {
    fleet.watched().flat_map(|watched| watched.resolved.issues.iter().map(|issue| (watched.arn(), issue))).collect()
}

/// What changed, and on which resources that both fleets know.
type Changes = BTreeMap<Change, Vec<Arc<str>>>;

fn changes(fleet: &Fleet, before: &Fleet, config: &Config) -> Changes {
    let mut changes = Changes::new();
    for (now, old) in fleet.watched().filter_map(|now| Some((now, before.same(now)?))) {
        let (new, old) = (&now.resolved, &old.resolved);
        for change in mutes(old, new).into_iter().chain(levels(old, new, config)) {
            changes.entry(change).or_default().push(Arc::clone(now.arn()));
        }
    }
    changes
}

/// By metric.
fn mutes(old: &Resolved, new: &Resolved) -> Vec<Change> {
    let metrics: BTreeSet<_> =
        old.schedule.mutes.iter().chain(&new.schedule.mutes).map(|tagged| tagged.metric).collect();
    let change = |metric| {
        let find = |resolved: &Resolved| {
            let is_it = |tagged: &&TaggedMute| tagged.metric == metric;
            resolved.schedule.mutes.iter().find(is_it).map(SourcedMute::from)
        };
        let (old, new) = (find(old), find(new));
        let mute = |found: Option<SourcedMute>| found.map(|found| found.mute);
        (mute(old) != mute(new)).then_some(Change::Mute { metric, old, new })
    };
    metrics.into_iter().filter_map(change).collect()
}

/// By metric and severity.
fn levels(old: &Resolved, new: &Resolved, config: &Config) -> Vec<Change> {
    let thresholds = old.thresholds.iter().chain(&new.thresholds);
    let keys: BTreeSet<_> = thresholds.map(|threshold| (threshold.metric, threshold.severity)).collect();
    let change = |(metric, severity)| {
        let find = |resolved: &Resolved| {
            let is_it = |threshold: &&Threshold| (threshold.metric, threshold.severity) == (metric, severity);
            let found = resolved.thresholds.iter().find(is_it);
            found.map(|found| SourcedLevel { value: found.value, source: found.source })
        };
        let (old, new) = (find(old), find(new));
        let value = |found: Option<SourcedLevel>| found.map(|found| found.value);
        (value(old) != value(new)).then(|| Change::Level {
            metric,
            severity: config.severity(severity).to_owned(),
            old,
            new,
        })
    };
    keys.into_iter().filter_map(change).collect()
}

/// A line for each change, those of most resources first, and one for what is beyond.
fn lines(changes: Changes) -> Vec<LogEvent> {
    let mut changes: Vec<_> = changes.into_iter().collect();
    changes.sort_by_key(|(_, resources)| Reverse(resources.len()));
    let beyond = changes.split_off(changes.len().min(MOST_LINES));
    let lines = changes.into_iter().map(|(change, resources)| LogEvent::Changed { change, resources });
    lines.chain(summary(&beyond)).collect()
}

fn summary(beyond: &[(Change, Vec<Arc<str>>)]) -> Option<LogEvent> {
    let (mut changes, mut levels_lost, mut all) = (0, 0, BTreeSet::new());
    for (change, resources) in beyond {
        changes += resources.len();
        if matches!(change, Change::Level { new: None, .. }) {
            levels_lost += resources.len();
        }
        all.extend(resources.iter().cloned());
    }
    let resources = all.into_iter().collect();
    (changes > 0).then_some(LogEvent::MoreChanged { changes, levels_lost, resources })
}
