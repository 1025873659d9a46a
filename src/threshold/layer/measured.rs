//! One level tag measured on one resource: its values as numbers in the metric's own unit.

use super::super::denominator;
use super::super::issue::Issue;
use super::super::ladder::{Ladder, Setting};
use super::super::parse::LevelTag;
use super::super::remedy;
use super::published;
use crate::catalog::Row;
use crate::catalog::measure::{LevelError, Reference};
use crate::level::{Level, Reason, Written};
use crate::resource::Resource;

const NO_DENOMINATOR: LevelError = LevelError::Plain(Reason::NoDenominator);

/// Where tags for one metric are measured.
#[derive(Clone, Copy)]
pub(super) struct Place<'a> {
    pub(super) row: &'static Row,
    /// The resource that has the tags.
    pub(super) carrier: &'a Resource,
    /// The resource that the levels are for: the carrier itself or a member of it.
    resource: &'a Resource,
    pub(super) reference: Option<Reference>,
    pub(super) severities: usize,
}

impl<'a> Place<'a> {
    pub(super) fn new(row: &'static Row, carrier: &'a Resource, resource: &'a Resource, severities: usize) -> Self {
        Self { row, carrier, resource, reference: denominator::reference(row, resource), severities }
    }

    pub(super) fn measure(self, tag: &LevelTag) -> MeasuredTag<'_> {
        let (alone, ladder) = (self.ladder(tag, None), self.ladder(tag, self.reference));
        let depends_on_denominator = alone == Err(NO_DENOMINATOR) || (alone.is_ok() && ladder.is_err());
        let ladder = match ladder {
            Ok(ladder) if ladder.has_level() && !self.is_possible() => Err(LevelError::Plain(Reason::NotPublished)),
            Err(NO_DENOMINATOR) if !self.is_possible() => Err(LevelError::Plain(Reason::NotPublished)),
            // The members of this cluster have the metric, and each of them has its own denominator.
            Err(NO_DENOMINATOR) if self.resource.kind != self.row.kind => Ok(Ladder::unset(self.severities)),
            other => other.map(|ladder| ladder.only(tag.severity)),
        };
        MeasuredTag { tag, ladder, depends_on_denominator }
    }

    fn ladder(self, tag: &LevelTag, reference: Option<Reference>) -> Result<Ladder, LevelError> {
        Ladder::measured(self.row, tag.written.as_ref().map_err(|reason| *reason)?, self.severities, reference)
    }

    fn is_possible(self) -> bool {
        published::can_ever_be_about(self.carrier, self.row)
    }

    /// The issue of a tag that cannot be measured.
    pub(super) fn issue(self, tag: &LevelTag, error: LevelError) -> Issue {
        let issue = tag.issue(error.reason());
        match error {
            LevelError::Plain(Reason::NotPublished) => {
                let publishers = published::published_by(self.carrier, self.row);
                issue.advising(format!(
                    "Remove the tag, unless the database is to change: the metric is published only by {publishers}."
                ))
            }
            LevelError::Plain(Reason::TooManyLevels) if tag.severity.is_some() => {
                issue.advising("Write one level: this key is for one severity.".to_owned())
            }
            LevelError::Plain(Reason::NotANumber) => issue.advising(remedy::unreadable(self.row, &tag.tag.text)),
            LevelError::Plain(Reason::WrongUnit) => {
                issue.advising(remedy::wrong_unit(self.row, tag.written.as_ref().ok()))
            }
            _ => issue.advising(error.remedy(self.row)),
        }
    }
}

impl LevelTag {
    pub(in super::super) fn issue(&self, reason: Reason) -> Issue {
        Issue::tag(&self.tag.key, &self.tag.text, reason, Some(self.row.metric))
    }

    /// The level of a severity as written.
    pub(super) fn level(&self, severity: usize) -> Option<Level> {
        match &self.written {
            Ok(Written::Ladder(levels)) => levels[severity].clone(),
            Ok(Written::Off) | Err(_) => None,
        }
    }
}

/// A level tag and what it sets on one resource.
pub(in super::super) struct MeasuredTag<'a> {
    pub(in super::super) tag: &'a LevelTag,
    pub(super) ladder: Result<Ladder, LevelError>,
    /// Whether the denominator decides whether the tag can be used, as that of a share does.
    pub(super) depends_on_denominator: bool,
}

impl<'a> MeasuredTag<'a> {
    /// Stops using that it disables a severity. An `off` for the whole metric is one wish: it is not used at all then.
    pub(super) fn refuse_off(&mut self, severity: usize) -> &'a LevelTag {
        if let Ok(ladder) = &mut self.ladder {
            match self.tag.written {
                Ok(Written::Off) => *ladder = Ladder::unset(ladder.len()),
                _ => ladder.set(severity, Setting::Unset),
            }
        }
        self.tag
    }

    /// Whether its author wants a level, readable or not.
    pub(super) fn wants_level(&self) -> bool {
        self.depends_on_denominator || self.ladder.is_err() || self.has_level()
    }

    /// Whether it sets a level on the resource.
    pub(in super::super) fn has_level(&self) -> bool {
        self.ladder.as_ref().is_ok_and(Ladder::has_level)
    }

    pub(super) fn setting(&self, severity: usize) -> Setting {
        self.ladder.as_ref().map_or(Setting::Unset, |ladder| ladder.setting(severity))
    }

    /// The tag of the highest rank sets a severity: keys with the prefix before legacy keys, then keys for one severity
    /// before those for the whole metric.
    pub(super) const fn rank(&self) -> (bool, bool) {
        (!self.tag.is_legacy, self.tag.severity.is_some())
    }

    /// Whether the other one is for the same severity, or both are for the whole metric, and they do not set the same.
    pub(super) fn disagrees(&self, other: &Self) -> bool {
        self.tag.severity == other.tag.severity && self.ladder != other.ladder
    }
}
