//! The value grammar that tags and configuration share: ladders of levels with units.
//!
//! Text in, a ladder or the reason why not out. It knows units, not metrics, resources or sources.

use std::fmt;

/// What a person wrote for one metric: off, or one level for each severity, least severe first.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// No level at all.
    Off,
    /// One entry for each severity; `None` where `-` stands.
    Ladder(Vec<Option<Level>>),
}

/// One level as written.
#[derive(Debug, Clone, PartialEq)]
pub enum Level {
    /// A single amount.
    One(Amount),
    /// `a or b`: whichever is crossed first.
    Either(Amount, Amount),
    /// `a and b`: only when both are crossed.
    Both(Amount, Amount),
}

/// A number and what it counts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Amount {
    /// The number as written, before the unit is applied.
    pub number: f64,
    /// The unit as written.
    pub unit: AmountUnit,
}

/// The unit of an amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AmountUnit {
    /// No unit: the metric's own.
    Bare,
    /// `pct` (in configuration also `%`): a share of what the metric is measured against.
    Percent,
    /// A size; the factor to bytes (`GiB`, `GB`, `G`). `B` may follow or not.
    Bytes(u64),
    /// A duration; the factor to microseconds (`ms`, `s`, `m`, `min`, `h`, `d`).
    Micros(u64),
}

/// Why a value, a key or a source could not be used: the closed set behind the label `reason`.
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
    /// A level that no database can mean.
    Implausible,
    /// A level out of order within one tag.
    WrongOrder,
    /// No metric of that name.
    UnknownMetric,
    /// No severity of that name.
    UnknownSeverity,
    /// Two keys that say different things of one metric.
    Duplicate,
    /// A metric that this resource does not publish.
    NotPublished,
    /// A metric that has no bad side.
    NoDirection,
    /// A relative level whose denominator is not known.
    NoDenominator,
    /// A key that misses the prefix by case or separator.
    NearMiss,
    /// A level outside what the platform's guards allow.
    OutsideGuard,
    /// A time that cannot be read.
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
}

impl fmt::Display for Reason {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name())
    }
}

/// Who wrote the text: only configuration may use `%`, which RDS does not allow in tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An AWS tag.
    Tag,
    /// A configuration file.
    Configuration,
}

/// Reads a whole tag value or configuration value.
///
/// A single level without `/` is the most severe one. `severities` is how many levels a ladder may have.
///
/// # Errors
/// The reason why the text is no ladder.
pub fn parse(_text: &str, _severities: usize, _writer: Writer) -> Result<Written, Reason> {
    Err(Reason::NotANumber)
}
