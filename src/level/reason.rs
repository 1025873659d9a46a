//! The reasons for which a tag or a configured level cannot be used, each with a remedy.

use std::fmt;

/// Why a value, a key or a source cannot be used: the closed set of the label `reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// More levels than severities.
    TooManyLevels,
    /// Not a number where one must stand.
    NotANumber,
    /// A unit that this metric cannot have.
    WrongUnit,
    /// A bare number too small to be meant in bytes.
    NeedsUnit,
    /// A level outside the plausible range, or one that values of this database are always or never beyond.
    Implausible,
    /// A level out of order: within one tag, or with that of a more specific one.
    WrongOrder,
    /// No metric of that name.
    UnknownMetric,
    /// No severity of that name.
    UnknownSeverity,
    /// Two keys with different values for the same metric.
    Duplicate,
    /// A metric that this resource does not publish.
    NotPublished,
    /// A metric that has no bad side.
    NoDirection,
    /// A share of a denominator that is not known.
    NoDenominator,
    /// A key that differs from the prefix in case, separator or a letter.
    NearMiss,
    /// A level or a mute that a guard does not allow.
    OutsideGuard,
    /// A time that cannot be read, or that has passed.
    BadTime,
    /// The tags of the cluster could not be read.
    ClusterTagsUnreadable,
}

impl Reason {
    /// The value of the label `reason`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::TooManyLevels => "too_many_levels",
            Self::NotANumber => "not_a_number",
            Self::WrongUnit => "wrong_unit",
            Self::NeedsUnit => "needs_unit",
            Self::Implausible => "implausible",
            Self::WrongOrder => "wrong_order",
            Self::UnknownMetric => "unknown_metric",
            Self::UnknownSeverity => "unknown_severity",
            Self::Duplicate => "duplicate",
            Self::NotPublished => "not_published",
            Self::NoDirection => "no_direction",
            Self::NoDenominator => "no_denominator",
            Self::NearMiss => "near_miss",
            Self::OutsideGuard => "outside_guard",
            Self::BadTime => "bad_time",
            Self::ClusterTagsUnreadable => "cluster_tags_unreadable",
        }
    }

    /// What a person can do about it, as a sentence.
    #[must_use]
    pub const fn remedy(self) -> &'static str {
        match self {
            Self::TooManyLevels => "Write at most one level for each severity, least severe first.",
            Self::NotANumber => "Write numbers with `/` between them, such as 80/90, 10GiB or 20ms, or `off`.",
            Self::WrongUnit => "Write the level in a unit that this metric has, or without one.",
            Self::NeedsUnit => "Write the size with its unit, such as 10GiB.",
            Self::Implausible => "Write a level that the metric can really reach; to have no level, write `off`.",
            Self::WrongOrder => "Write the least severe level first; the most severe one is crossed last.",
            Self::UnknownMetric => "Write the metric as CloudWatch does, such as CPUUtilization.",
            Self::UnknownSeverity => "Write a severity that is configured.",
            Self::Duplicate => "Keep one of the keys that name this metric.",
            Self::NotPublished => "Remove the tag: this database does not publish the metric.",
            Self::NoDirection => "Remove the tag: the metric has no side on which it is bad.",
            Self::NoDenominator => {
                "Write the level in the metric's unit: what it is a share of is not known. If the class is not known, describe \
                 it in the configuration under [[class]]; write a connection limit in the tag max-connections."
            }
            Self::NearMiss => "Write the prefix exactly as it is configured.",
            Self::OutsideGuard => "Write a level or a mute within the guards of the configuration.",
            Self::BadTime => "Write `yes`, a time such as 2030-12-01T10:00Z or `daily 01:00-04:00`.",
            Self::ClusterTagsUnreadable => {
                "The log says why clusters cannot be listed, or why this one is missing; levels in its tags are not read."
            }
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}
