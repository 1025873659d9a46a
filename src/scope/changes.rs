//! What people should read once when a fleet is made anew: issues that came and went, and levels that changed.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fleet::Fleet;
use super::note::{Level, Note};
use super::watched::Watched;
use crate::threshold::{Issue, Threshold};

/// Changes that get a line each; a Terraform run over a whole fleet gets one for all.
const MOST_LINES: usize = 20;

/// Resources that one line names.
const MOST_NAMES: usize = 20;

/// `severities` are the configured names.
pub(super) fn notes(fleet: &Fleet, before: &Fleet, severities: &[String]) -> Vec<Note> {
    let (old, new) = (issues(before), issues(fleet));
    let gone = old
        .difference(&new)
        .map(|(resource, issue)| Note::IssueGone { resource: Arc::clone(resource), issue: (*issue).clone() });
    let appeared = new
        .difference(&old)
        .map(|(resource, issue)| Note::IssueAppeared { resource: Arc::clone(resource), issue: (*issue).clone() });
    gone.chain(appeared).chain(levels(fleet, before, severities)).collect()
}

fn issues(fleet: &Fleet) -> BTreeSet<(&Arc<str>, &Issue)> {
    fleet.watched().flat_map(|watched| watched.resolved.issues.iter().map(|issue| (&watched.arn, issue))).collect()
}

/// What changed for the resources that both fleets know.
fn levels(fleet: &Fleet, before: &Fleet, severities: &[String]) -> Vec<Note> {
    let known = fleet.watched().filter_map(|now| Some((now, before.same(now)?)));
    let notes: Vec<Note> = known.flat_map(|(now, old)| changes(now, old, severities)).collect();
    if notes.len() > MOST_LINES { vec![summary(&notes)] } else { notes }
}

/// By metric and severity.
fn changes(now: &Watched, old: &Watched, severities: &[String]) -> Vec<Note> {
    let thresholds = now.resolved.thresholds.iter().chain(&old.resolved.thresholds);
    let keys: BTreeSet<_> = thresholds.map(|threshold| (threshold.metric, threshold.severity)).collect();
    let change = |(metric, severity)| {
        let (old, new) = (level(old, (metric, severity)), level(now, (metric, severity)));
        let value = |level: Option<Level>| level.map(|level| level.value);
        let severity = severities.get(severity).cloned().unwrap_or_default();
        let note = || Note::LevelChanged { resource: Arc::clone(&now.arn), metric, severity, old, new };
        (value(old) != value(new)).then(note)
    };
    keys.into_iter().filter_map(change).collect()
}

fn level(watched: &Watched, key: (&str, usize)) -> Option<Level> {
    let is_it = |threshold: &&Threshold| (threshold.metric, threshold.severity) == key;
    let found = watched.resolved.thresholds.iter().find(is_it)?;
    Some(Level { value: found.value, source: found.source })
}

fn summary(notes: &[Note]) -> Note {
    let (mut resources, mut lost) = (BTreeSet::new(), 0);
    for note in notes {
        if let Note::LevelChanged { resource, new, .. } = note {
            resources.insert(Arc::clone(resource));
            lost += usize::from(new.is_none());
        }
    }
    let affected = resources.len();
    let named = resources.into_iter().take(MOST_NAMES).collect();
    Note::ManyLevelsChanged { changed: notes.len(), lost, affected, named }
}
