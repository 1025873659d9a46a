//! How levels compare with values and with each other, depending on the side on which values are bad.

/// The side of a threshold on which values are bad; the comparison is strict, as AWS's alarms compare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Bad when the value is greater than the level.
    High,
    /// Bad when the value is less than the level.
    Low,
}

impl Side {
    /// Where values are bad: `above` or `below` the level.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::High => "above",
            Self::Low => "below",
        }
    }

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

    /// How far a value is from a level, in their unit; negative once it is crossed.
    #[must_use]
    pub const fn headroom(self, value: f64, level: f64) -> f64 {
        match self {
            Self::High => level - value,
            Self::Low => value - level,
        }
    }

    /// The same as a share of the greater of value and level, from -1 to 1, so that metrics can be compared.
    ///
    /// A share of the level alone has no bound: a full disk and an empty one would be 100 % and 4,000 % away. A level of
    /// zero is that of a count of events: until there is one, it is as far away as can be.
    #[must_use]
    pub fn headroom_ratio(self, value: f64, level: f64) -> f64 {
        let whole = value.abs().max(level.abs());
        if whole == 0.0 { 1.0 } else { (self.headroom(value, level) / whole).clamp(-1.0, 1.0) }
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn headroom_is_a_share_of_the_greater_of_value_and_level() {
        let check = |bad: Side, value, level, expected: f64| {
            let ratio = bad.headroom_ratio(value, level);
            assert!((ratio - expected).abs() < 1e-9, "{bad:?} {value} {level}: {ratio}");
        };
        check(Side::High, 60.0, 80.0, 0.25);
        check(Side::High, 80.0, 80.0, 0.0);
        check(Side::High, 100.0, 80.0, -0.2);
        check(Side::Low, 40.0, 10.0, 0.75);
        check(Side::Low, 5.0, 10.0, -0.5);
        check(Side::Low, 0.0, 10.0, -1.0);
        check(Side::High, 0.0, 0.0, 1.0);
        check(Side::High, 3.0, 0.0, -1.0);
    }

    proptest! {
        #[test]
        fn headroom_is_negative_where_the_level_is_crossed_and_never_beyond_one(
            value in -1e18..1e18_f64, level in -1e18..1e18_f64
        ) {
            for bad in [Side::High, Side::Low] {
                let ratio = bad.headroom_ratio(value, level);
                prop_assert!((-1.0..=1.0).contains(&ratio), "{ratio}");
                prop_assert_eq!(ratio < 0.0, bad.is_beyond(value, level));
            }
        }
    }
}
