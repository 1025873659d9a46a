//! The value grammar that tags and configuration share: ladders of levels with units.
//!
//! Text in, a ladder or the reason why not out. It knows units, not metrics, resources or sources.

use std::fmt;

pub mod mute;
#[cfg(test)]
mod tests;

/// What a person wrote for one metric: off, or one level for each severity, least severe first.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// No level at all.
    Off,
    /// One entry for each severity, at least one of them a level; `None` where `-` stands or nothing is said.
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
    /// A size; the factor to bytes (`GiB`, `GB`, `G`), one of those in the grammar.
    Bytes(u64),
    /// A duration; the factor to microseconds (`us`, `ms`, `s`, `m`, `min`, `h`, `d`), one of those in the grammar.
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
    /// A level that no database can mean, or that this one crosses always or never.
    Implausible,
    /// A level out of order: within one tag, or with that of a more specific one.
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
    /// A key that misses the prefix by case, separator or a slip.
    NearMiss,
    /// A level or a mute outside what the platform's guards allow.
    OutsideGuard,
    /// A time that cannot be read, or one that is over.
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
            Self::Implausible => "Write a level that the metric can reach in earnest; to have no level, write `off`.",
            Self::WrongOrder => "Write the least severe level first; the most severe one is crossed last.",
            Self::UnknownMetric => "Write the metric as CloudWatch does, such as CPUUtilization.",
            Self::UnknownSeverity => "Write a severity that the configuration names.",
            Self::Duplicate => "Keep one of the keys that name this metric.",
            Self::NotPublished => "Remove the tag: this database does not publish the metric.",
            Self::NoDirection => "Remove the tag: the metric has no side on which it is bad.",
            Self::NoDenominator => {
                "Write the level in the metric's unit: what it is a share of is not known. If the class is not, describe \
                 it in the configuration under [[class]]; a connection limit can be told in the tag max-connections."
            }
            Self::NearMiss => "Write the prefix exactly as the configuration has it.",
            Self::OutsideGuard => "Write a level or a mute within the guards of the configuration.",
            Self::BadTime => {
                "Write `yes`, a time such as 2026-12-01T10:00Z or `daily 01:00-04:00`; remove a mute that has ended."
            }
            Self::ClusterTagsUnreadable => {
                "See in the log why clusters cannot be listed, or this one is not among them; levels on it are not seen."
            }
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

/// Words for no level at all, in any case.
const OFF: [&str; 3] = ["-", "off", "none"];

/// Every unit with its names; a name is matched exactly first, then in any case. The first name is the one printed.
const UNITS: &[(&str, AmountUnit)] = &[
    ("pct", AmountUnit::Percent),
    ("us", AmountUnit::Micros(1)),
    ("ms", AmountUnit::Micros(1_000)),
    ("s", AmountUnit::Micros(1_000_000)),
    ("m", AmountUnit::Micros(60_000_000)),
    ("min", AmountUnit::Micros(60_000_000)),
    ("h", AmountUnit::Micros(3_600_000_000)),
    ("d", AmountUnit::Micros(86_400_000_000)),
    ("B", AmountUnit::Bytes(1)),
    ("kB", AmountUnit::Bytes(1_000)),
    ("k", AmountUnit::Bytes(1_000)),
    ("KiB", AmountUnit::Bytes(1 << 10)),
    ("Ki", AmountUnit::Bytes(1 << 10)),
    ("MB", AmountUnit::Bytes(1_000_000)),
    ("M", AmountUnit::Bytes(1_000_000)),
    ("MiB", AmountUnit::Bytes(1 << 20)),
    ("Mi", AmountUnit::Bytes(1 << 20)),
    ("GB", AmountUnit::Bytes(1_000_000_000)),
    ("G", AmountUnit::Bytes(1_000_000_000)),
    ("GiB", AmountUnit::Bytes(1 << 30)),
    ("Gi", AmountUnit::Bytes(1 << 30)),
    ("TB", AmountUnit::Bytes(1_000_000_000_000)),
    ("T", AmountUnit::Bytes(1_000_000_000_000)),
    ("TiB", AmountUnit::Bytes(1 << 40)),
    ("Ti", AmountUnit::Bytes(1 << 40)),
];

/// Reads a whole tag value or configuration value.
///
/// `severities` is how many levels a ladder may have. A shorter one ends at the most severe: `90` is that level and
/// no other. A ladder of blanks is [`Written::Off`].
///
/// # Errors
/// [`Reason::NotANumber`] for what the grammar does not have, else [`Reason::TooManyLevels`]: who wrote `n/a` is not
/// helped by hearing that two levels are one too many.
pub fn parse(text: &str, severities: usize, writer: Writer) -> Result<Written, Reason> {
    let text = text.trim();
    if OFF.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Ok(Written::Off);
    }
    let levels = text.split('/').map(|part| blank_or_level(part.trim(), writer)).collect::<Result<Vec<_>, _>>()?;
    let unsaid = severities.checked_sub(levels.len()).ok_or(Reason::TooManyLevels)?;
    let ladder = [vec![None; unsaid], levels].concat();
    Ok(if ladder.iter().all(Option::is_none) { Written::Off } else { Written::Ladder(ladder) })
}

fn blank_or_level(text: &str, writer: Writer) -> Result<Option<Level>, Reason> {
    if text == "-" {
        return Ok(None);
    }
    if let Some((left, right)) = text.split_once(" or ") {
        return Ok(Some(Level::Either(amount(left, writer)?, amount(right, writer)?)));
    }
    if let Some((left, right)) = text.split_once(" and ") {
        return Ok(Some(Level::Both(amount(left, writer)?, amount(right, writer)?)));
    }
    Ok(Some(Level::One(amount(text, writer)?)))
}

fn amount(text: &str, writer: Writer) -> Result<Amount, Reason> {
    let text = text.trim();
    let (number, rest) = text.split_at(number_length(text));
    let number = number.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(Reason::NotANumber)?;
    let name = rest.strip_prefix(' ').unwrap_or(rest);
    let unit = if name.is_empty() { Some(AmountUnit::Bare) } else { unit(name, writer) };
    Ok(Amount { number, unit: unit.ok_or(Reason::NotANumber)? })
}

/// How many bytes at the start are a number: ASCII digits, then maybe a fraction, then maybe an exponent.
///
/// `f64`'s own grammar is wider: it knows signs, `inf` and `nan`.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    if end > 0 && bytes.get(end) == Some(&b'.') && digits(end + 1) > 0 {
        end += 1 + digits(end + 1);
    }
    if end > 0 && matches!(bytes.get(end), Some(b'e' | b'E')) {
        let sign = usize::from(matches!(bytes.get(end + 1), Some(b'+' | b'-')));
        let exponent = digits(end + 1 + sign);
        if exponent > 0 {
            end += 1 + sign + exponent;
        }
    }
    end
}

/// The unit of that name, matched exactly first, then in any case.
#[must_use]
pub fn unit(name: &str, writer: Writer) -> Option<AmountUnit> {
    if name == "%" && writer == Writer::Configuration {
        return Some(AmountUnit::Percent);
    }
    let exact = UNITS.iter().find(|(known, _)| *known == name);
    exact.or_else(|| UNITS.iter().find(|(known, _)| known.eq_ignore_ascii_case(name))).map(|(_, unit)| *unit)
}

/// The name of every unit.
pub fn unit_names() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(name, _)| *name)
}

impl Written {
    /// The same with a unit for numbers that have none.
    #[must_use]
    pub fn counted_in(self, unit: AmountUnit) -> Self {
        let Self::Ladder(levels) = self else { return self };
        let counted = |level: Option<Level>| level.map(|level| level.counted_in(unit));
        Self::Ladder(levels.into_iter().map(counted).collect())
    }
}

impl Level {
    fn counted_in(self, unit: AmountUnit) -> Self {
        let counted = |amount: Amount| match amount.unit {
            AmountUnit::Bare => Amount { unit, ..amount },
            _ => amount,
        };
        match self {
            Self::One(amount) => Self::One(counted(amount)),
            Self::Either(left, right) => Self::Either(counted(left), counted(right)),
            Self::Both(left, right) => Self::Both(counted(left), counted(right)),
        }
    }
}

/// In the grammar that [`parse`] reads.
impl fmt::Display for Written {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self::Ladder(levels) = self else {
            return formatter.write_str("off");
        };
        for (position, level) in levels.iter().enumerate() {
            if position > 0 {
                formatter.write_str("/")?;
            }
            match level {
                Some(level) => level.fmt(formatter)?,
                None => formatter.write_str("-")?,
            }
        }
        Ok(())
    }
}

impl fmt::Display for Level {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::One(amount) => amount.fmt(formatter),
            Self::Either(left, right) => write!(formatter, "{left} or {right}"),
            Self::Both(left, right) => write!(formatter, "{left} and {right}"),
        }
    }
}

impl fmt::Display for Amount {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let unit = UNITS.iter().find(|(_, unit)| *unit == self.unit).map_or("", |(name, _)| name);
        write!(formatter, "{}{unit}", self.number)
    }
}
