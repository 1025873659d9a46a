//! Converts a written level to a number in the metric's own unit.
//!
//! Units are converted and plausibility is checked only here, for tags and for the configuration.

use super::amount::amount;
use super::{Alert, Denominator, Row, Side, Unit};
use crate::level::{Amount, AmountUnit, Level, Reason, Written};

#[cfg(test)]
mod tests;

/// A smaller number without a unit cannot be meant in bytes: nobody waits until only 900,000 bytes are free.
const LEAST_BARE_BYTES: f64 = 1_048_576.0;

/// The value of a row's denominator on one resource, in the row's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Reference {
    /// The amount that a relative level is a share of.
    pub value: f64,
    /// The highest value that the metric can have here, if there is one.
    pub limit: Option<f64>,
}

/// Why a written level cannot be used.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LevelError {
    /// The reason alone explains it.
    Plain(Reason),
    /// The number is outside the plausible range of the row.
    Implausible(f64),
    /// The values of this database are always or never beyond the number, because `limit` is the highest of them.
    OutOfReach {
        /// The number in the row's unit.
        number: f64,
        /// In the row's unit.
        limit: f64,
    },
}

impl From<Reason> for LevelError {
    fn from(reason: Reason) -> Self {
        Self::Plain(reason)
    }
}

impl LevelError {
    /// The value of the label `reason`.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Plain(reason) => reason,
            Self::Implausible(_) | Self::OutOfReach { .. } => Reason::Implausible,
        }
    }

    /// How the number was understood and what to write instead, as a sentence; `None` if the reason alone explains it.
    #[must_use]
    pub fn remedy(self, row: &Row) -> Option<String> {
        let alert = row.alert?;
        if self == Self::Implausible(0.0) {
            return Some(format!("Write `off` to have no level: {} has no level of 0.", row.metric));
        }
        let shown = |number| amount(number, row.unit);
        let (number, why) = match self {
            Self::Plain(_) => return None,
            Self::Implausible(number) => {
                let (lowest, highest) = alert.plausible;
                (number, format!("levels of {} go from {} to {}", row.metric, shown(lowest), shown(highest)))
            }
            Self::OutOfReach { number, limit } => {
                let crossed = if alert.bad == Side::Low { "always" } else { "never" };
                (number, format!("{} reaches {} at most here, so this is {crossed} crossed", row.metric, shown(limit)))
            }
        };
        let correction = match (self, alert.relative_to) {
            (Self::OutOfReach { .. }, Some(Denominator::MaxConnections)) => {
                "; if the limit is another one, write it in the tag max-connections"
            }
            _ => "",
        };
        let meant = self.meant(row).map_or_else(|| "to".to_owned(), |meant| format!("did you mean {meant}? To"));
        Some(format!("Understood as {}, but {why}{correction}; {meant} have no level, write `off`.", shown(number)))
    }

    /// The level that was probably meant: milliseconds written without their unit, or a percentage written as a share.
    fn meant(self, row: &Row) -> Option<String> {
        let Self::Implausible(number) = self else { return None };
        let (lowest, highest) = row.alert?.plausible;
        let (meant, unit) = match row.unit {
            Unit::Seconds => (number / 1000.0, Unit::Seconds),
            Unit::Percent => (number * 100.0, Unit::None),
            _ => return None,
        };
        let is_mistake = number > 0.0 && (row.unit == Unit::Seconds || number < 1.0);
        (is_mistake && (lowest..=highest).contains(&meant)).then(|| amount(meant, unit).replace(' ', ""))
    }
}

/// Converts a level to the row's unit.
///
/// `denominator` is the amount that a relative level is a share of, in the row's unit, if it is known.
///
/// # Errors
/// The row has no bad side, the unit is not one of the metric, a size has no unit, an amount is implausible, or the
/// denominator of a share is not known. Each amount of a level is checked by itself.
pub fn value(row: &Row, level: &Level, denominator: Option<f64>) -> Result<f64, Reason> {
    number(row, level, denominator).map_err(LevelError::reason)
}

fn number(row: &Row, level: &Level, denominator: Option<f64>) -> Result<f64, LevelError> {
    let alert = row.alert.as_ref().ok_or(Reason::NoDirection)?;
    let number = |amount: &Amount| plausible(alert, in_unit(row, alert, *amount, denominator)?);
    Ok(match level {
        Level::One(only) => number(only)?,
        Level::Either(left, right) => alert.bad.crossed_first(number(left)?, number(right)?),
        Level::Both(left, right) => alert.bad.crossed_last(number(left)?, number(right)?),
    })
}

/// Like [`value`], for a level of a resource: it must be possible for values there to cross it, and not to cross it.
fn within_reach(row: &Row, level: &Level, reference: Option<Reference>) -> Result<f64, LevelError> {
    let number = number(row, level, reference.map(|reference| reference.value))?;
    match limit(row, level, reference) {
        Some(limit) if number >= limit => Err(LevelError::OutOfReach { number, limit }),
        _ => Ok(number),
    }
}

/// The highest value that the metric can have. A share of a limit is compared with the limit as it is known, even if
/// that is an estimate or may grow, because the level moves with it.
fn limit(row: &Row, level: &Level, reference: Option<Reference>) -> Option<f64> {
    match (row.unit, row.alert?.bad) {
        (Unit::Percent, Side::High) => return Some(100.0),
        // A rest of 100 % is normal for a while, for example of credits; a level of 100 % warns of the first loss.
        (Unit::Percent, Side::Low) => return None,
        _ => {}
    }
    let Reference { value, limit } = reference?;
    let is_share = matches!(level, Level::One(Amount { unit: AmountUnit::Percent, .. }));
    limit.map(|limit| if is_share { value } else { limit })
}

/// Converts every level to the row's unit, least severe first; as long as the ladder, and empty for [`Written::Off`].
///
/// Shares and sizes may be out of order only because of the denominator. That is no mistake of the author: the less
/// severe level moves to the more severe one, so that both are crossed together.
///
/// # Errors
/// As [`value`], also for a level that values of the resource are always or never beyond, and [`Reason::WrongOrder`]
/// if a more severe level is crossed before a less severe one.
pub fn ladder(row: &Row, written: &Written, reference: Option<Reference>) -> Result<Vec<Option<f64>>, LevelError> {
    let Written::Ladder(levels) = written else {
        return Ok(Vec::new());
    };
    let number = |level: &Option<Level>| level.as_ref().map(|level| within_reach(row, level, reference)).transpose();
    let numbers = levels.iter().map(number).collect::<Result<_, _>>()?;
    Ok(in_order(row, levels, numbers, reference.map(|reference| reference.value))?)
}

/// Checks that a ladder can apply to some resource, whatever the denominator of its shares is there.
///
/// # Errors
/// The reason why it can apply to no resource, as [`ladder`].
pub fn judge(row: &Row, levels: &[Option<Level>]) -> Result<(), Reason> {
    judge_bound(row, levels)?;
    let has_limit = row.alert.and_then(|alert| alert.relative_to).is_some_and(Denominator::is_limit);
    let references = extremes(row)?.map(|value| Reference { value, limit: has_limit.then_some(value) });
    let can_be_crossed = |level: &Level| references.iter().any(|one| within_reach(row, level, Some(*one)).is_ok());
    if levels.iter().flatten().all(can_be_crossed) { Ok(()) } else { Err(Reason::Implausible) }
}

/// Like [`judge`], for levels that values need not be able to cross, such as the bounds of a guard.
///
/// # Errors
/// As [`judge`].
pub fn judge_bound(row: &Row, levels: &[Option<Level>]) -> Result<(), Reason> {
    let errors: Option<Vec<Reason>> =
        extremes(row)?.into_iter().map(|denominator| bound_error(row, levels, denominator)).collect();
    // The order is checked last: where only it is wrong, a ladder has no other fault.
    errors.into_iter().flatten().max().map_or(Ok(()), Err)
}

/// Why levels cannot be used with a denominator, if they cannot.
fn bound_error(row: &Row, levels: &[Option<Level>], denominator: f64) -> Option<Reason> {
    let number = |level: &Option<Level>| level.as_ref().map(|level| value(row, level, Some(denominator))).transpose();
    let numbers = levels.iter().map(number).collect::<Result<_, _>>();
    numbers.and_then(|numbers| in_order(row, levels, numbers, Some(denominator))).err()
}

/// Two plausible denominators: with the small one the sizes of a level decide, with the large one its shares.
fn extremes(row: &Row) -> Result<[f64; 2], Reason> {
    let (lowest, highest) = row.alert.as_ref().ok_or(Reason::NoDirection)?.plausible;
    Ok([100.0 * lowest, highest])
}

/// Puts numbers in order that the denominator alone put out of order: the shares, and all other amounts, must each be
/// in order by themselves.
fn in_order(
    row: &Row,
    levels: &[Option<Level>],
    numbers: Vec<Option<f64>>,
    denominator: Option<f64>,
) -> Result<Vec<Option<f64>>, Reason> {
    let bad = row.alert.as_ref().ok_or(Reason::NoDirection)?.bad;
    if bad.in_order(&numbers) {
        return Ok(numbers);
    }
    let is_meant = |is_share| {
        let parts = levels.iter().map(|level| part(row, level.as_ref()?, is_share, denominator));
        bad.in_order(&parts.collect::<Vec<_>>())
    };
    if is_meant(true) && is_meant(false) { Ok(bad.clamped(numbers)) } else { Err(Reason::WrongOrder) }
}

/// The number of a level if only its shares count, or only its other amounts.
fn part(row: &Row, level: &Level, is_share: bool, denominator: Option<f64>) -> Option<f64> {
    let counts = |amount: &Amount| (amount.unit == AmountUnit::Percent && row.unit != Unit::Percent) == is_share;
    let one = |amount: &Amount| value(row, &Level::One(*amount), denominator).ok();
    match level {
        Level::Either(left, right) | Level::Both(left, right) if counts(left) && counts(right) => {
            value(row, level, denominator).ok()
        }
        Level::One(amount) => Some(amount).filter(|amount| counts(amount)).and_then(one),
        Level::Either(left, right) | Level::Both(left, right) => {
            [left, right].into_iter().find(|amount| counts(amount)).and_then(one)
        }
    }
}

impl Row {
    /// Whether an amount in this unit can be a level of it.
    #[must_use]
    pub fn takes(&self, unit: AmountUnit) -> bool {
        let Some(alert) = &self.alert else { return false };
        let amount = Amount { number: 1.0, unit };
        matches!(in_unit(self, alert, amount, None), Ok(_) | Err(Reason::NoDenominator | Reason::NeedsUnit))
    }
}

fn in_unit(row: &Row, alert: &Alert, amount: Amount, denominator: Option<f64>) -> Result<f64, Reason> {
    let Amount { number, unit } = amount;
    match (unit, row.unit) {
        // Zero needs no unit; the plausible range decides whether it is allowed.
        (AmountUnit::Bare, Unit::Bytes) if number > 0.0 && number < LEAST_BARE_BYTES => Err(Reason::NeedsUnit),
        (AmountUnit::Bare, Unit::BytesPerSecond) if number > 0.0 && number < alert.plausible.0 => {
            Err(Reason::NeedsUnit)
        }
        (AmountUnit::Bare, _) | (AmountUnit::Percent, Unit::Percent) => Ok(number),
        (AmountUnit::Percent, _) if alert.relative_to.is_none() => Err(Reason::WrongUnit),
        (AmountUnit::Percent, _) => share(number, denominator),
        (AmountUnit::Bytes(factor) | AmountUnit::Multiple(factor), Unit::Bytes | Unit::BytesPerSecond)
        | (AmountUnit::Micros(factor), Unit::Microseconds) => Ok(convert(number, factor, 1)),
        (AmountUnit::Multiple(factor), unit) if is_counted(unit) => Ok(convert(number, factor, 1)),
        (AmountUnit::Micros(factor), Unit::Milliseconds) => Ok(convert(number, factor, 1_000)),
        (AmountUnit::Micros(factor), Unit::Seconds) => Ok(convert(number, factor, 1_000_000)),
        (AmountUnit::Micros(factor), Unit::Minutes) => Ok(convert(number, factor, 60_000_000)),
        (AmountUnit::Bytes(_) | AmountUnit::Multiple(_) | AmountUnit::Micros(_), _) => Err(Reason::WrongUnit),
    }
}

const fn is_counted(unit: Unit) -> bool {
    matches!(unit, Unit::Count | Unit::CountPerSecond | Unit::CountPerMinute | Unit::CountPerFiveMinutes)
}

fn share(percent: f64, denominator: Option<f64>) -> Result<f64, Reason> {
    denominator.map(|denominator| percent / 100.0 * denominator).ok_or(Reason::NoDenominator)
}

/// Rounds at most once, so that `0.3s` is 0.3 seconds to the last bit.
#[expect(clippy::cast_precision_loss, reason = "factors are far below 2^53")]
fn convert(number: f64, factor: u64, base: u64) -> f64 {
    if factor >= base { number * (factor / base) as f64 } else { number / (base / factor) as f64 }
}

fn plausible(alert: &Alert, number: f64) -> Result<f64, LevelError> {
    let (lowest, highest) = alert.plausible;
    let is_plausible = number.is_finite() && (lowest..=highest).contains(&number);
    if is_plausible { Ok(number) } else { Err(LevelError::Implausible(number)) }
}
