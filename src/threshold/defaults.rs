//! Which of the catalogue's default levels are heard: those that a mode lets through and those that a guard requires.

use crate::catalog::{DefaultLevel, DefaultLevels};
use crate::config::DefaultsMode;

/// The levels by severity. `Tagged` lets through all: who asks knows the tags.
///
/// Where there is one severity only, it is the least and the most severe at once and takes the earlier level.
pub(super) fn by_severity(
    levels: &DefaultLevels,
    mode: DefaultsMode,
    severities: usize,
    required: &[usize],
) -> Vec<(usize, DefaultLevel)> {
    let most_severe = severities - 1;
    let is_heard = |severity: usize, by_mode: bool| by_mode || required.contains(&severity);
    let warning = levels.warning.filter(|_| is_heard(0, mode != DefaultsMode::Off));
    let by_mode = matches!(mode, DefaultsMode::Tagged | DefaultsMode::Full);
    let critical = levels.critical.filter(|_| is_heard(most_severe, by_mode));
    let critical = critical.filter(|_| most_severe > 0 || warning.is_none());
    warning.map(|level| (0, level)).into_iter().chain(critical.map(|level| (most_severe, level))).collect()
}
