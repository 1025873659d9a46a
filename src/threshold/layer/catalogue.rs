//! The catalogue's default levels as the last source.

use super::super::ladder::{Ladder, Setting};
use crate::catalog::measure::Reference;
use crate::catalog::{DefaultLevel, DefaultLevels, Side};
use crate::config::DefaultsMode;

/// The default levels of one metric of one resource.
pub(in super::super) struct CatalogueLevels {
    levels: Vec<CatalogueLevel>,
    severities: usize,
    /// The publication that the numbers come from.
    pub(in super::super) source: &'static str,
}

struct CatalogueLevel {
    severity: usize,
    /// In the metric's unit; `None` for a share of an unknown denominator.
    level: Option<f64>,
    /// Whether the mode of the defaults lets it through.
    is_enabled: bool,
}

impl CatalogueLevels {
    /// `Tagged` enables all: resources without tags have the mode `Off` here.
    ///
    /// A single severity is the least and the most severe one at once and gets the earlier level.
    pub(super) fn new(
        defaults: &DefaultLevels,
        mode: DefaultsMode,
        severities: usize,
        (bad, reference): (Side, Option<Reference>),
    ) -> Self {
        let most_severe = severities - 1;
        let is_full = matches!(mode, DefaultsMode::Tagged | DefaultsMode::Full);
        let level = |level: DefaultLevel| match level {
            DefaultLevel::Value(value) => Some(value),
            DefaultLevel::Share(share) => reference.map(|reference| share * reference.value),
            DefaultLevel::Both(share, value) => {
                reference.map(|reference| bad.crossed_last(share * reference.value, value))
            }
        };
        let warning = defaults.warning.map(|warning| CatalogueLevel {
            severity: 0,
            level: level(warning),
            is_enabled: mode != DefaultsMode::Off,
        });
        let critical = defaults.critical.filter(|_| most_severe > 0 || warning.is_none());
        let critical = critical.map(|critical| CatalogueLevel {
            severity: most_severe,
            level: level(critical),
            is_enabled: is_full,
        });
        Self { levels: warning.into_iter().chain(critical).collect(), severities, source: defaults.source }
    }

    /// The enabled levels, and those of severities that a guard requires whatever the mode.
    pub(in super::super) fn ladder(&self, required: &[usize]) -> Ladder {
        let mut ladder = Ladder::unset(self.severities);
        for one in self.used(required) {
            ladder.set(one.severity, one.level.map_or(Setting::Unset, Setting::Level));
        }
        ladder
    }

    /// The severities of such levels that are shares of an unknown denominator.
    pub(in super::super) fn without_denominator(&self, required: &[usize]) -> Vec<usize> {
        self.used(required).filter(|one| one.level.is_none()).map(|one| one.severity).collect()
    }

    fn used(&self, required: &[usize]) -> impl Iterator<Item = &CatalogueLevel> {
        self.levels.iter().filter(move |one| one.is_enabled || required.contains(&one.severity))
    }
}
