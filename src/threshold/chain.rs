//! One metric of one resource: the sources speak in turn, and for each severity the first that speaks is heard.

use super::saying::{self, Word};
use super::{Issue, Outcome, Source, Threshold, Voice};
use crate::catalog::measure::Whole;
use crate::catalog::{DefaultLevel, Row, Side};
use crate::level::Written;

/// What has been heard so far.
pub(super) struct Chain {
    row: &'static Row,
    bad: Side,
    whole: Option<Whole>,
    heard: Vec<(Word, Source)>,
    /// Everybody who spoke, in turn.
    pub(super) voices: Vec<Voice>,
    /// What could not be used.
    pub(super) issues: Vec<Issue>,
    /// Default levels that are shares of something unknown, for severities of which nobody else spoke.
    pub(super) defaults_without_denominator: usize,
}

impl Chain {
    pub(super) fn new(row: &'static Row, bad: Side, severities: usize, whole: Option<Whole>) -> Self {
        let heard = vec![(Word::Silent, Source::Default); severities];
        Self { row, bad, whole, heard, voices: Vec::new(), issues: Vec::new(), defaults_without_denominator: 0 }
    }

    /// Takes each word for which nobody spoke before, but no level that inverts the ladder of those who did.
    ///
    /// Such a level counts as unsaid, so that a weaker source may still give one that fits. `said` is what stands there.
    pub(super) fn hear(&mut self, saying: &[Word], source: Source, said: impl Fn(usize) -> String) {
        let before: Vec<Option<f64>> = self.heard.iter().map(|(word, _)| word.level()).collect();
        for (severity, word) in saying.iter().enumerate().filter(|(_, word)| **word != Word::Silent) {
            let mut with = before.clone();
            with[severity] = word.level();
            let outcome = match self.heard[severity].0 {
                Word::Silent if self.bad.in_order(&with) => Outcome::Won,
                Word::Silent => Outcome::OutOfOrder,
                Word::Blank | Word::Level(_) => Outcome::Overruled,
            };
            if outcome == Outcome::Won {
                self.heard[severity] = (*word, source);
            }
            self.voices.push(Voice { source, severity, level: word.level(), said: said(severity), outcome });
        }
    }

    /// Takes a configured ladder; one that makes no number for this resource is an issue, unless all has been said.
    pub(super) fn hear_written(&mut self, written: &Written, source: Source) {
        match saying::written(self.row, written, self.heard.len(), self.whole) {
            Ok(saying) => self.hear(&saying, source, |_| written.to_string()),
            Err(_) if self.heard.iter().all(|(word, _)| *word != Word::Silent) => {}
            Err(misfit) => self.issues.push(Issue::written(source, self.row, written, misfit)),
        }
    }

    /// Takes the catalogue's levels, by severity, and where they come from.
    pub(super) fn hear_defaults(&mut self, levels: &[(usize, DefaultLevel)], origin: &str) {
        let mut saying = vec![Word::Silent; self.heard.len()];
        for (severity, level) in levels {
            match (level, self.whole) {
                (DefaultLevel::Value(value), _) => saying[*severity] = Word::Level(*value),
                (DefaultLevel::Share(share), Some(whole)) => saying[*severity] = Word::Level(share * whole.value),
                (DefaultLevel::Share(_), None) if self.heard[*severity].0 == Word::Silent => {
                    self.defaults_without_denominator += 1;
                }
                (DefaultLevel::Share(_), None) => {}
            }
        }
        self.hear(&saying, Source::Default, |_| origin.to_owned());
    }

    /// Levels that were left out because a less severe one of a more specific source would be crossed after them, each
    /// with such a one. Where a more severe one is crossed before them, they would tell nobody more.
    pub(super) fn left_out(&self) -> impl Iterator<Item = (&Voice, &Voice)> {
        self.voices.iter().enumerate().filter_map(|(turn, voice)| {
            let is_before = |other: &&Voice| other.severity < voice.severity && self.crosses(voice, other);
            let stands = |other: &&Voice| other.outcome == Outcome::Won && is_before(other);
            let is_left_out = voice.outcome == Outcome::OutOfOrder;
            Some((voice, self.voices[..turn].iter().find(stands).filter(|_| is_left_out)?))
        })
    }

    /// Whether the more severe one would be crossed first.
    fn crosses(&self, one: &Voice, other: &Voice) -> bool {
        let ladder = if one.severity < other.severity { [one, other] } else { [other, one] };
        !self.bad.in_order(&ladder.map(|voice| voice.level))
    }

    /// Whether no level stands where tags took one away, if only that of one severity.
    pub(super) fn is_off(&self) -> bool {
        let of_tags = |voice: &Voice| matches!(voice.source, Source::ResourceTag | Source::ClusterTag);
        self.is_empty() && self.voices.iter().any(|voice| of_tags(voice) && voice.level.is_none())
    }

    /// Whether no level stands, for whatever reason.
    pub(super) fn is_empty(&self) -> bool {
        self.heard.iter().all(|(word, _)| word.level().is_none())
    }

    /// Whether a level stands for each of these severities.
    pub(super) fn has_all(&self, severities: &[usize]) -> bool {
        severities.iter().all(|severity| self.heard[*severity].0.level().is_some())
    }

    /// Those of these severities of which nobody said anything that could be heard, not even that there is no level.
    pub(super) fn unsaid(&self, severities: &[usize]) -> impl Iterator<Item = usize> {
        severities.iter().copied().filter(|severity| self.heard[*severity].0 == Word::Silent)
    }

    /// The levels that stand.
    pub(super) fn thresholds(&self) -> impl Iterator<Item = Threshold> {
        let metric = self.row.metric;
        self.heard.iter().enumerate().filter_map(move |(severity, (word, source))| {
            word.level().map(|value| Threshold { metric, severity, value, source: *source })
        })
    }
}
