//! From what a person wrote to a number in the metric's own unit.
//!
//! The only place where units are converted and plausibility is judged; tags and configuration both come here.

use super::amount::amount;
use super::{Alert, Denominator, Row, Side, Unit};
use crate::level::{Amount, AmountUnit, Level, Reason, Written};

#[cfg(test)]
mod tests;

/// The least bare number that can be meant in bytes: nobody waits until 900,000 bytes are free.
const LEAST_BARE_BYTES: f64 = 1_048_576.0;

/// What the levels of a row are measured against on one resource, in the row's unit.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Whole {
    /// What a relative level is a share of.
    pub value: f64,
    /// What no value goes beyond, where there is such a limit.
    pub limit: Option<f64>,
}

/// Why no number comes of what a person wrote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Misfit {
    /// A reason that says it all.
    Plain(Reason),
    /// A number that no database can mean.
    Implausible(f64),
    /// A number that this database crosses always or never, for its values go no further than `limit`.
    OutOfReach {
        /// The number in the row's unit.
        number: f64,
        /// In the row's unit.
        limit: f64,
    },
}

impl From<Reason> for Misfit {
    fn from(reason: Reason) -> Self {
        Self::Plain(reason)
    }
}

impl Misfit {
    /// The value of the label `reason`.
    #[must_use]
    pub const fn reason(self) -> Reason {
        match self {
            Self::Plain(reason) => reason,
            Self::Implausible(_) | Self::OutOfReach { .. } => Reason::Implausible,
        }
    }

    /// How the number was understood and what to write instead, as a sentence; nothing where the reason says it all.
    #[must_use]
    pub fn remedy(self, row: &Row) -> Option<String> {
        let alert = row.alert?;
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
        let told = match (self, alert.relative_to) {
            (Self::OutOfReach { .. }, Some(Denominator::MaxConnections)) => {
                "; if the limit is another one, say it in the tag max-connections"
            }
            _ => "",
        };
        Some(format!("Understood as {}, but {why}{told}; to have no level, write `off`.", shown(number)))
    }
}

/// The level in the row's unit.
///
/// `denominator` is what a relative level is a share of, in the row's unit, if it is known.
///
/// # Errors
/// The reason why no number comes of it: no side is bad, the unit is not the metric's, a size lacks its unit, an
/// amount is implausible, or it is a share of something unknown. Each amount of a level is judged by itself.
pub fn value(row: &Row, level: &Level, denominator: Option<f64>) -> Result<f64, Reason> {
    number(row, level, denominator).map_err(Misfit::reason)
}

fn number(row: &Row, level: &Level, denominator: Option<f64>) -> Result<f64, Misfit> {
    let alert = row.alert.as_ref().ok_or(Reason::NoDirection)?;
    let number = |amount: &Amount| plausible(alert, in_unit(row, alert, *amount, denominator)?);
    Ok(match level {
        Level::One(only) => number(only)?,
        Level::Either(left, right) => alert.bad.crossed_first(number(left)?, number(right)?),
        Level::Both(left, right) => alert.bad.crossed_last(number(left)?, number(right)?),
    })
}

/// The same for a level that is to stand on a resource: it must be one that a value there can cross, and need not.
fn within_reach(row: &Row, level: &Level, whole: Option<Whole>) -> Result<f64, Misfit> {
    let number = number(row, level, whole.map(|whole| whole.value))?;
    match limit(row, level, whole) {
        Some(limit) if number >= limit => Err(Misfit::OutOfReach { number, limit }),
        _ => Ok(number),
    }
}

/// What no value goes beyond. A share of a limit is judged by the limit as it is known, even if that is an estimate or
/// yet to grow: the level moves with it.
fn limit(row: &Row, level: &Level, whole: Option<Whole>) -> Option<f64> {
    match (row.unit, row.alert?.bad) {
        (Unit::Percent, Side::High) => return Some(100.0),
        // What is left may be all for a while, as credits are, and a level there tells of the first loss.
        (Unit::Percent, Side::Low) => return None,
        _ => {}
    }
    let Whole { value, limit } = whole?;
    let is_share = matches!(level, Level::One(Amount { unit: AmountUnit::Percent, .. }));
    limit.map(|limit| if is_share { value } else { limit })
}

/// Every level in the row's unit, least severe first; as long as the ladder, and empty for [`Written::Off`].
///
/// Shares and sizes that cross each other only because of the denominator are no mistake of who wrote them: the less
/// severe level then gives way, so that it is crossed together with the more severe one.
///
/// # Errors
/// As [`value`], also for a level that the resource crosses always or never, and [`Reason::WrongOrder`] when a more
/// severe level is crossed before a less severe one.
pub fn ladder(row: &Row, written: &Written, whole: Option<Whole>) -> Result<Vec<Option<f64>>, Misfit> {
    let Written::Ladder(levels) = written else {
        return Ok(Vec::new());
    };
    let number = |level: &Option<Level>| level.as_ref().map(|level| within_reach(row, level, whole)).transpose();
    let numbers = levels.iter().map(number).collect::<Result<_, _>>()?;
    Ok(in_order(row, levels, numbers, whole.map(|whole| whole.value))?)
}

/// Whether a ladder can stand on any resource, whatever its shares are of, and values there can cross its levels and
/// need not.
///
/// # Errors
/// The reason why it stands on none, as [`ladder`].
pub fn judge(row: &Row, levels: &[Option<Level>]) -> Result<(), Reason> {
    judge_bound(row, levels)?;
    let has_limit = row.alert.and_then(|alert| alert.relative_to).is_some_and(Denominator::is_limit);
    let wholes = extremes(row)?.map(|value| Whole { value, limit: has_limit.then_some(value) });
    let can_be_crossed = |level: &Level| wholes.iter().any(|whole| within_reach(row, level, Some(*whole)).is_ok());
    if levels.iter().flatten().all(can_be_crossed) { Ok(()) } else { Err(Reason::Implausible) }
}

/// The same for levels that need not be ones that values can cross, such as bounds that others are moved to.
///
/// # Errors
/// As [`judge`].
pub fn judge_bound(row: &Row, levels: &[Option<Level>]) -> Result<(), Reason> {
    let refusal = |whole| {
        let number = |level: &Option<Level>| level.as_ref().map(|level| value(row, level, Some(whole))).transpose();
        let numbers = levels.iter().map(number).collect::<Result<_, _>>();
        numbers.and_then(|numbers| in_order(row, levels, numbers, Some(whole))).err()
    };
    let refusals: Option<Vec<Reason>> = extremes(row)?.into_iter().map(refusal).collect();
    // The order is judged last, so a ladder that came so far is wrong in nothing else.
    refusals.into_iter().flatten().max().map_or(Ok(()), Err)
}

/// So little and so much that sizes decide in the one case and shares in the other, each still plausible.
fn extremes(row: &Row) -> Result<[f64; 2], Reason> {
    let (lowest, highest) = row.alert.as_ref().ok_or(Reason::NoDirection)?.plausible;
    Ok([100.0 * lowest, highest])
}

/// The numbers of these levels in order, if their shares and all else are.
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

/// What a level is by its shares alone, or by all else alone.
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

impl Side {
    /// The level that a worsening value crosses first.
    #[must_use]
    pub const fn crossed_first(self, left: f64, right: f64) -> f64 {
        match self {
            Self::High => left.min(right),
            Self::Low => left.max(right),
        }
    }

    /// The level that a worsening value crosses last.
    #[must_use]
    pub const fn crossed_last(self, left: f64, right: f64) -> f64 {
        match self {
            Self::High => left.max(right),
            Self::Low => left.min(right),
        }
    }

    /// The ladder in order: a level that is crossed after a more severe one moves to it.
    fn clamped(self, mut ladder: Vec<Option<f64>>) -> Vec<Option<f64>> {
        let mut beyond: Option<f64> = None;
        for level in ladder.iter_mut().rev().flatten() {
            *level = beyond.map_or(*level, |beyond| self.crossed_first(*level, beyond));
            beyond = Some(*level);
        }
        ladder
    }

    /// Whether a value has crossed a level; one that equals it has not.
    #[must_use]
    pub const fn is_beyond(self, value: f64, level: f64) -> bool {
        match self {
            Self::High => value > level,
            Self::Low => value < level,
        }
    }

    /// Whether no level is crossed before a less severe one; blanks do not matter, equal levels are in order.
    #[must_use]
    pub fn in_order(self, ladder: &[Option<f64>]) -> bool {
        let said: Vec<f64> = ladder.iter().flatten().copied().collect();
        said.windows(2).all(|pair| match self {
            Self::High => pair[0] <= pair[1],
            Self::Low => pair[0] >= pair[1],
        })
    }
}

fn in_unit(row: &Row, alert: &Alert, amount: Amount, denominator: Option<f64>) -> Result<f64, Reason> {
    let Amount { number, unit } = amount;
    match (unit, row.unit) {
        // Nothing is nothing in every unit: whether it can be meant is a matter of plausibility.
        (AmountUnit::Bare, Unit::Bytes) if number > 0.0 && number < LEAST_BARE_BYTES => Err(Reason::NeedsUnit),
        (AmountUnit::Bare, Unit::BytesPerSecond) if number > 0.0 && number < alert.plausible.0 => {
            Err(Reason::NeedsUnit)
        }
        (AmountUnit::Bare, _) | (AmountUnit::Percent, Unit::Percent) => Ok(number),
        (AmountUnit::Percent, _) if alert.relative_to.is_none() => Err(Reason::WrongUnit),
        (AmountUnit::Percent, _) => share(number, denominator),
        (AmountUnit::Bytes(factor), Unit::Bytes | Unit::BytesPerSecond)
        | (AmountUnit::Micros(factor), Unit::Microseconds) => Ok(convert(number, factor, 1)),
        (AmountUnit::Micros(factor), Unit::Milliseconds) => Ok(convert(number, factor, 1_000)),
        (AmountUnit::Micros(factor), Unit::Seconds) => Ok(convert(number, factor, 1_000_000)),
        (AmountUnit::Micros(factor), Unit::Minutes) => Ok(convert(number, factor, 60_000_000)),
        (AmountUnit::Bytes(_) | AmountUnit::Micros(_), _) => Err(Reason::WrongUnit),
    }
}

fn share(percent: f64, denominator: Option<f64>) -> Result<f64, Reason> {
    denominator.map(|whole| percent / 100.0 * whole).ok_or(Reason::NoDenominator)
}

/// One rounding at most, so that `0.3s` is 0.3 seconds to the last bit.
#[expect(clippy::cast_precision_loss, reason = "factors are far below 2^53")]
fn convert(number: f64, factor: u64, base: u64) -> f64 {
    if factor >= base { number * (factor / base) as f64 } else { number / (base / factor) as f64 }
}

fn plausible(alert: &Alert, number: f64) -> Result<f64, Misfit> {
    let (lowest, highest) = alert.plausible;
    let meant = number.is_finite() && (lowest..=highest).contains(&number);
    if meant { Ok(number) } else { Err(Misfit::Implausible(number)) }
}
