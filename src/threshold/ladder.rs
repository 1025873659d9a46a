//! The settings of one source for the severities of one metric, and how a weaker source completes a stronger one.

use crate::catalog::measure::{self, LevelError, Reference};
use crate::catalog::{Row, Side};
use crate::level::Written;

/// What a source sets for one severity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Setting {
    /// Nothing: a weaker source may set it.
    Unset,
    /// There is no level, whatever weaker sources set.
    Disabled,
    /// A level in the metric's own unit.
    Level(f64),
}

impl Setting {
    pub(super) const fn level(self) -> Option<f64> {
        match self {
            Self::Level(level) => Some(level),
            Self::Unset | Self::Disabled => None,
        }
    }
}

/// What happened to a setting of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is in effect.
    Applied,
    /// A more specific source sets the same severity.
    Overridden,
    /// It would have inverted the ladder of more specific sources.
    OutOfOrder,
}

/// One setting for each severity, least severe first.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Ladder(Vec<Setting>);

impl Ladder {
    /// Sets nothing.
    pub(super) fn unset(severities: usize) -> Self {
        Self(vec![Setting::Unset; severities])
    }

    /// A written ladder on a resource; it sets every severity.
    pub(super) fn measured(
        row: &Row,
        written: &Written,
        severities: usize,
        reference: Option<Reference>,
    ) -> Result<Self, LevelError> {
        if *written == Written::Off {
            return Ok(Self(vec![Setting::Disabled; severities]));
        }
        let levels = measure::ladder(row, written, reference)?;
        Ok(Self(levels.into_iter().map(|level| level.map_or(Setting::Disabled, Setting::Level)).collect()))
    }

    /// Combines ladders, the most specific one first.
    pub(super) fn combined<'a>(
        most_specific_first: impl IntoIterator<Item = &'a Self>,
        severities: usize,
        bad: Side,
    ) -> Self {
        let mut combined = Self::unset(severities);
        for ladder in most_specific_first {
            combined.complete(ladder, bad);
        }
        combined
    }

    /// Takes each setting of a weaker source where nothing is set yet, except levels that would invert the ladder: those
    /// stay unset, so that a still weaker source may set one that fits. Returns what happened to each setting.
    pub(super) fn complete(&mut self, weaker: &Self, bad: Side) -> Vec<(usize, Outcome)> {
        let before: Vec<Option<f64>> = self.0.iter().map(|setting| setting.level()).collect();
        let mut outcomes = Vec::new();
        for (severity, setting) in weaker.settings() {
            let mut with = before.clone();
            with[severity] = setting.level();
            let outcome = match self.0[severity] {
                Setting::Unset if bad.in_order(&with) => Outcome::Applied,
                Setting::Unset => Outcome::OutOfOrder,
                Setting::Disabled | Setting::Level(_) => Outcome::Overridden,
            };
            if outcome == Outcome::Applied {
                self.0[severity] = setting;
            }
            outcomes.push((severity, outcome));
        }
        outcomes
    }

    /// How many severities there are.
    pub(super) const fn len(&self) -> usize {
        self.0.len()
    }

    /// What it sets for a severity.
    pub(super) fn setting(&self, severity: usize) -> Setting {
        self.0[severity]
    }

    /// Replaces the setting of a severity.
    pub(super) fn set(&mut self, severity: usize, setting: Setting) {
        self.0[severity] = setting;
    }

    /// What it sets, by severity; severities that it leaves unset are left out.
    pub(super) fn settings(&self) -> impl Iterator<Item = (usize, Setting)> {
        self.0.iter().copied().enumerate().filter(|(_, setting)| *setting != Setting::Unset)
    }

    /// The same with only the settings of one severity, if one is given.
    pub(super) fn only(mut self, severity: Option<usize>) -> Self {
        for (at, setting) in self.0.iter_mut().enumerate() {
            if severity.is_some_and(|only| only != at) {
                *setting = Setting::Unset;
            }
        }
        self
    }

    /// The same with nothing set where levels were disabled.
    pub(super) fn without_disabled(mut self) -> Self {
        for setting in self.0.iter_mut().filter(|setting| **setting == Setting::Disabled) {
            *setting = Setting::Unset;
        }
        self
    }

    /// Whether it sets every severity.
    pub(super) fn is_complete(&self) -> bool {
        !self.0.contains(&Setting::Unset)
    }

    /// Whether it has a level for any severity.
    pub(super) fn has_level(&self) -> bool {
        self.0.iter().any(|setting| setting.level().is_some())
    }

    /// Whether it has a level for each of these severities.
    pub(super) fn has_levels(&self, severities: &[usize]) -> bool {
        severities.iter().all(|severity| self.0[*severity].level().is_some())
    }

    /// Whether it disables any severity.
    pub(super) fn disables(&self) -> bool {
        self.0.contains(&Setting::Disabled)
    }

    /// Whether both set the same severity to different values.
    pub(super) fn contradicts(&self, other: &Self) -> bool {
        self.settings().any(|(severity, own)| ![Setting::Unset, own].contains(&other.0[severity]))
    }
}
