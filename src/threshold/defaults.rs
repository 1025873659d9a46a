//! Which of the catalogue's default levels a mode lets through.

use crate::catalog::{DefaultLevel, DefaultLevels};
use crate::config::DefaultsMode;

/// The levels by severity. `Tagged` lets through all: who asks knows the tags.
///
/// Where there is one severity only, it is the least and the most severe at once and takes the earlier level.
pub(super) fn by_severity(levels: &DefaultLevels, mode: DefaultsMode, severities: usize) -> Vec<(usize, DefaultLevel)> {
    let most_severe = severities - 1;
    let warning = levels.warning.filter(|_| mode != DefaultsMode::Off);
    let critical = levels.critical.filter(|_| matches!(mode, DefaultsMode::Tagged | DefaultsMode::Full));
    let critical = critical.filter(|_| most_severe > 0 || warning.is_none());
    warning.map(|level| (0, level)).into_iter().chain(critical.map(|level| (most_severe, level))).collect()
}
