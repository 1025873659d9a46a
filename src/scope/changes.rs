//! Levels that changed from one listing to the next, as something to read once.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::fleet::{Fleet, Note, Watched};
use crate::threshold::{Source, Threshold};

/// Changes that get a line each; a Terraform run over a whole fleet gets one for all.
const MOST_LINES: usize = 20;

/// Resources that one line names.
const MOST_NAMES: usize = 20;

/// One side of a change.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Level {
    /// In the metric's own unit.
    pub value: f64,
    /// Who says so.
    pub source: Source,
}

/// What changed for the resources that both fleets know; `severities` are the configured names.
pub(super) fn notes(fleet: &Fleet, before: &Fleet, severities: &[String]) -> Vec<Note> {
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
