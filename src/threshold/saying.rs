//! What one source says of one metric: a word for each severity.

use crate::catalog::{Row, measure};
use crate::level::{Reason, Writer, Written, parse};

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

/// The value of a tag, for the whole metric or for one severity of it.
pub(super) fn tag(
    row: &Row,
    text: &str,
    severity: Option<usize>,
    severities: usize,
    denominator: Option<f64>,
) -> Result<Saying, Reason> {
    let Some(severity) = severity else {
        return written(row, &parse(text, severities, Writer::Tag)?, severities, denominator);
    };
    let mut saying = vec![Word::Silent; severities];
    saying[severity] = written(row, &parse(text, 1, Writer::Tag)?, 1, denominator)?[0];
    Ok(saying)
}

/// A whole ladder; it is silent on no severity.
pub(super) fn written(
    row: &Row,
    written: &Written,
    severities: usize,
    denominator: Option<f64>,
) -> Result<Saying, Reason> {
    if *written == Written::Off {
        return Ok(vec![Word::Blank; severities]);
    }
    let ladder = measure::ladder(row, written, denominator)?;
    Ok(ladder.into_iter().map(|level| level.map_or(Word::Blank, Word::Level)).collect())
}

/// Whether it wants a level for any severity.
pub(super) fn wants_level(saying: &[Word]) -> bool {
    saying.iter().any(|word| word.level().is_some())
}

/// The levels alone, for questions of order.
pub(super) fn levels(saying: &[Word]) -> Vec<Option<f64>> {
    saying.iter().map(|word| word.level()).collect()
}

/// `over` where it speaks, else `base`.
pub(super) fn overlay(base: &[Word], over: &[Word]) -> Saying {
    let pairs = base.iter().zip(over);
    pairs.map(|(base, over)| if *over == Word::Silent { *base } else { *over }).collect()
}
