//! The grammar of values in tags and configuration: ladders of levels with units.
//!
//! Text in; out comes a ladder, or the reason why it cannot be read. Metrics, resources and sources are not known here.

use std::fmt;

pub mod mute;
mod reason;
#[cfg(test)]
mod tests;

pub use reason::Reason;

/// A value as written for one metric: off, or one level for each severity, least severe first.
#[derive(Debug, Clone, PartialEq)]
pub enum Written {
    /// No level at all.
    Off,
    /// One entry for each severity, at least one of them a level; `None` for `-` and where nothing is written.
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
    /// A number of anything but percent and time; the factor (`k`, `M`, `G`, `T`), one of those in the grammar. Of
    /// bytes, it is a size.
    Multiple(u64),
    /// A size; the factor to bytes (`GiB`, `GB`), one of those in the grammar.
    Bytes(u64),
    /// A duration; the factor to microseconds (`us`, `ms`, `s`, `m`, `min`, `h`, `d`, `w`), one of those in the grammar.
    Micros(u64),
}

/// Where the text stands: only configuration may use `%`, which RDS does not allow in tags.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Writer {
    /// An AWS tag.
    Tag,
    /// A configuration file.
    Configuration,
}

/// The words for no level at all, in upper or lower case.
const OFF: [&str; 3] = ["-", "off", "none"];

/// Words that people write for no level, and that the grammar does not have, in upper or lower case.
const MEANT_AS_OFF: [&str; 5] = ["false", "no", "disabled", "disable", "never"];

/// The units by name. A name is compared exactly first, then without regard to case. The first name is printed.
const UNITS: &[(&str, AmountUnit)] = &[
    ("pct", AmountUnit::Percent),
    ("us", AmountUnit::Micros(1)),
    ("ms", AmountUnit::Micros(1_000)),
    ("s", AmountUnit::Micros(1_000_000)),
    ("sec", AmountUnit::Micros(1_000_000)),
    ("secs", AmountUnit::Micros(1_000_000)),
    ("m", AmountUnit::Micros(60_000_000)),
    ("min", AmountUnit::Micros(60_000_000)),
    ("mins", AmountUnit::Micros(60_000_000)),
    ("h", AmountUnit::Micros(3_600_000_000)),
    ("hour", AmountUnit::Micros(3_600_000_000)),
    ("hours", AmountUnit::Micros(3_600_000_000)),
    ("d", AmountUnit::Micros(86_400_000_000)),
    ("w", AmountUnit::Micros(604_800_000_000)),
    ("day", AmountUnit::Micros(86_400_000_000)),
    ("days", AmountUnit::Micros(86_400_000_000)),
    ("B", AmountUnit::Bytes(1)),
    ("kB", AmountUnit::Bytes(1_000)),
    ("k", AmountUnit::Multiple(1_000)),
    ("KiB", AmountUnit::Bytes(1 << 10)),
    ("Ki", AmountUnit::Bytes(1 << 10)),
    ("MB", AmountUnit::Bytes(1_000_000)),
    ("M", AmountUnit::Multiple(1_000_000)),
    ("MiB", AmountUnit::Bytes(1 << 20)),
    ("Mi", AmountUnit::Bytes(1 << 20)),
    ("GB", AmountUnit::Bytes(1_000_000_000)),
    ("G", AmountUnit::Multiple(1_000_000_000)),
    ("GiB", AmountUnit::Bytes(1 << 30)),
    ("Gi", AmountUnit::Bytes(1 << 30)),
    ("TB", AmountUnit::Bytes(1_000_000_000_000)),
    ("T", AmountUnit::Multiple(1_000_000_000_000)),
    ("TiB", AmountUnit::Bytes(1 << 40)),
    ("Ti", AmountUnit::Bytes(1 << 40)),
];

/// Reads a whole tag value or configuration value.
///
/// `severities` is how many levels a ladder may have. A shorter one ends at the most severe: `90` is that level and
/// no other. A ladder of blanks is [`Written::Off`].
///
/// # Errors
/// [`Reason::NotANumber`] for what the grammar does not have, else [`Reason::TooManyLevels`]: the author of `n/a` needs
/// to know that it is no number, not that two levels are one too many.
pub fn parse(text: &str, severities: usize, writer: Writer) -> Result<Written, Reason> {
    let text = text.trim();
    if OFF.iter().any(|word| word.eq_ignore_ascii_case(text)) {
        return Ok(Written::Off);
    }
    let levels = text.split('/').map(|part| blank_or_level(part.trim(), writer)).collect::<Result<Vec<_>, _>>()?;
    let unwritten = severities.checked_sub(levels.len()).ok_or(Reason::TooManyLevels)?;
    let ladder = [vec![None; unwritten], levels].concat();
    Ok(if ladder.iter().all(Option::is_none) { Written::Off } else { Written::Ladder(ladder) })
}

fn blank_or_level(text: &str, writer: Writer) -> Result<Option<Level>, Reason> {
    if text == "-" {
        return Ok(None);
    }
    if let Some((left, right)) = split_at_word(text, " or ") {
        return Ok(Some(Level::Either(amount(left, writer)?, amount(right, writer)?)));
    }
    if let Some((left, right)) = split_at_word(text, " and ") {
        return Ok(Some(Level::Both(amount(left, writer)?, amount(right, writer)?)));
    }
    Ok(Some(Level::One(amount(text, writer)?)))
}

/// The text before and after a word in upper or lower case.
fn split_at_word<'a>(text: &'a str, word: &str) -> Option<(&'a str, &'a str)> {
    let at = text.to_ascii_lowercase().find(word)?;
    Some((&text[..at], &text[at + word.len()..]))
}

/// Whether a text that is no level was probably meant as none, such as `false`.
#[must_use]
pub fn is_meant_as_off(text: &str) -> bool {
    MEANT_AS_OFF.iter().any(|word| word.eq_ignore_ascii_case(text.trim()))
}

/// The first word after a number that is no unit, if that is why a tag cannot be read.
#[must_use]
pub fn unknown_unit(text: &str) -> Option<&str> {
    let levels = text.split('/').map(str::trim);
    let amounts = levels.flat_map(|level| {
        let (left, right) =
            split_at_word(level, " or ").or_else(|| split_at_word(level, " and ")).unwrap_or((level, ""));
        [left, right].map(str::trim)
    });
    let behind = amounts.map(|amount| amount.split_at(number_length(amount))).filter(|(number, _)| !number.is_empty());
    let mut names = behind.map(|(_, rest)| rest.trim_start()).filter(|rest| rest.starts_with(char::is_alphabetic));
    names.find(|name| unit(name, Writer::Tag).is_none())
}

fn amount(text: &str, writer: Writer) -> Result<Amount, Reason> {
    let text = text.trim();
    let (number, rest) = text.split_at(number_length(text));
    let number = number.parse().ok().filter(|number: &f64| number.is_finite()).ok_or(Reason::NotANumber)?;
    let name = rest.trim_start_matches(' ');
    let unit = if name.is_empty() { Some(AmountUnit::Bare) } else { unit(name, writer) };
    Ok(Amount { number, unit: unit.ok_or(Reason::NotANumber)? })
}

/// The length of the number at the start, in bytes: ASCII digits with an optional fraction and an optional exponent.
///
/// `f64` would also parse signs, `inf` and `nan`.
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

/// The unit of that name, compared exactly first, then without regard to case.
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
    /// Whether any amount has the unit.
    #[must_use]
    pub fn has_unit(&self, unit: AmountUnit) -> bool {
        let Self::Ladder(levels) = self else { return false };
        levels.iter().flatten().any(|level| match level {
            Level::One(amount) => amount.unit == unit,
            Level::Either(left, right) | Level::Both(left, right) => [left, right].iter().any(|one| one.unit == unit),
        })
    }

    /// The same with a unit for numbers that have none.
    #[must_use]
    pub fn counted_in(self, unit: AmountUnit) -> Self {
        let Self::Ladder(levels) = self else { return self };
        let counted = |level: Option<Level>| level.map(|level| level.counted_in(unit));
        Self::Ladder(levels.into_iter().map(counted).collect())
    }
}

impl Amount {
    /// The size in bytes, if it is a size.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "factors of the grammar are far below 2^53")]
    pub fn bytes(self) -> Option<f64> {
        match self.unit {
            AmountUnit::Bytes(factor) | AmountUnit::Multiple(factor) => Some(self.number * factor as f64),
            AmountUnit::Bare | AmountUnit::Percent | AmountUnit::Micros(_) => None,
        }
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
