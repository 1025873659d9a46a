//! What one source says of one metric: a word for each severity.

use crate::catalog::Row;
use crate::catalog::measure::{self, Misfit, Whole};
use crate::level::{AmountUnit, Reason, Writer, Written, parse};

/// What a source says of one severity.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Word {
    /// Nothing: the next source speaks.
    Silent,
    /// That there is no level.
    Blank,
    /// A level in the metric's own unit.
    Level(f64),
}

impl Word {
    pub(super) const fn level(self) -> Option<f64> {
        match self {
            Self::Level(level) => Some(level),
            Self::Silent | Self::Blank => None,
        }
    }
}

/// One word for each severity, least severe first.
pub(super) type Saying = Vec<Word>;

/// The value of a tag as written, for the whole metric or for one severity of it; `unit` is that of numbers without one.
pub(super) fn tag(text: &str, severity: Option<usize>, severities: usize, unit: AmountUnit) -> Result<Written, Reason> {
    let read = |levels| parse(text, levels, Writer::Tag).map(|written| written.counted_in(unit));
    let Some(severity) = severity else { return read(severities) };
    let Written::Ladder(mut one) = read(1)? else { return Ok(Written::Off) };
    let mut ladder = vec![None; severities];
    ladder[severity] = one.pop().flatten();
    Ok(Written::Ladder(ladder))
}

/// A whole ladder; it is silent on no severity.
pub(super) fn written(row: &Row, written: &Written, severities: usize, whole: Option<Whole>) -> Result<Saying, Misfit> {
    if *written == Written::Off {
        return Ok(vec![Word::Blank; severities]);
    }
    let ladder = measure::ladder(row, written, whole)?;
    Ok(ladder.into_iter().map(|level| level.map_or(Word::Blank, Word::Level)).collect())
}

/// Whether it wants a level for any severity.
pub(super) fn wants_level(saying: &[Word]) -> bool {
    saying.iter().any(|word| word.level().is_some())
}

/// The same, silent on all severities but one if there is one.
pub(super) fn only(severity: Option<usize>, saying: Saying) -> Saying {
    let said = saying.into_iter().enumerate();
    said.map(|(at, word)| if severity.is_none_or(|one| one == at) { word } else { Word::Silent }).collect()
}

/// Whether the two speak of the same severity and say different things.
pub(super) fn contradicts(left: &[Word], right: &[Word]) -> bool {
    let speak = |word: &Word| *word != Word::Silent;
    left.iter().zip(right).any(|(left, right)| speak(left) && speak(right) && left != right)
}
