//! How levels compare with values and with each other, depending on the side on which values are bad.

use super::Side;

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

    /// Puts a ladder in order: a level that is crossed after a more severe one moves to it.
    pub(super) fn clamped(self, mut ladder: Vec<Option<f64>>) -> Vec<Option<f64>> {
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
        let levels: Vec<f64> = ladder.iter().flatten().copied().collect();
        levels.windows(2).all(|pair| match self {
            Self::High => pair[0] <= pair[1],
            Self::Low => pair[0] >= pair[1],
        })
    }
}
