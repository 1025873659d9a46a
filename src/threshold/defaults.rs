//! Which of the catalogue's default levels a resource gets.

use crate::catalog::{Alert, DefaultLevel};
use crate::config::DefaultsMode;
use crate::resource::Resource;

/// The default levels that a mode lets through, by severity. `Tagged` lets through all: who asks knows the tags.
///
/// Where there is one severity only, it is the least and the most severe at once and takes the earlier level.
pub(super) fn levels(
    alert: &Alert,
    resource: &Resource,
    mode: DefaultsMode,
    severities: usize,
) -> Vec<(usize, DefaultLevel)> {
    let fits = |engines: &[_]| engines.is_empty() || engines.contains(&resource.engine);
    let found = alert.defaults.iter().find(|one| fits(one.engines) && one.when.iter().all(|when| when.holds(resource)));
    let Some(defaults) = found else { return Vec::new() };
    let most_severe = severities - 1;
    let warning = defaults.warning.filter(|_| mode != DefaultsMode::Off);
    let critical = defaults.critical.filter(|_| matches!(mode, DefaultsMode::Tagged | DefaultsMode::Full));
    let critical = critical.filter(|_| most_severe > 0 || warning.is_none());
    warning.map(|level| (0, level)).into_iter().chain(critical.map(|level| (most_severe, level))).collect()
}
