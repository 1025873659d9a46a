//! Sets of days of the week, as people write them: `mon-fri`, `sat/sun`.

use std::fmt;

/// As they are printed, and in full.
const NAMES: [(&str, &str); 7] = [
    ("mon", "monday"),
    ("tue", "tuesday"),
    ("wed", "wednesday"),
    ("thu", "thursday"),
    ("fri", "friday"),
    ("sat", "saturday"),
    ("sun", "sunday"),
];

/// Days of the week; the lowest bit is Monday.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Weekdays(u8);

impl Weekdays {
    pub(super) const NONE: Self = Self(0);
    pub(super) const ALL: Self = Self(0b111_1111);

    /// The day of that name, counted from Monday.
    pub(super) fn named(name: &str) -> Option<u8> {
        let is_it = |(short, long): &(&str, &str)| [short, long].iter().any(|known| known.eq_ignore_ascii_case(name));
        (0..7).zip(&NAMES).find(|(_, names)| is_it(names)).map(|(day, _)| day)
    }

    pub(super) const fn only(day: u8) -> Self {
        Self(1 << day)
    }

    /// The same with all days from `first` to `last`, over the weekend if `last` is the earlier one.
    pub(super) fn with(self, first: u8, last: u8) -> Self {
        let days = (0..=(last + 7 - first) % 7).map(|after| (first + after) % 7);
        Self(days.fold(self.0, |days, day| days | 1 << day))
    }

    /// Whether a day is among them, counted from 1970-01-01, a Thursday.
    pub(super) const fn has_date(self, days: i64) -> bool {
        self.0 & 1 << (days + 3).rem_euclid(7) != 0
    }

    /// How many days in a row there are at most.
    pub(super) fn longest_row(self) -> i64 {
        let rows = (0..7).map(|first| (0..7).take_while(|after| self.has((first + after) % 7)).count());
        rows.max().and_then(|longest| i64::try_from(longest).ok()).unwrap_or_default()
    }

    /// The only day among them.
    pub(super) fn single(self) -> Option<u8> {
        (0..7).find(|day| self == Self::only(*day))
    }

    const fn has(self, day: u8) -> bool {
        self.0 & 1 << day != 0
    }

    /// Each row of days with its first and its last one.
    fn rows(self) -> impl Iterator<Item = (u8, u8)> {
        let is_first = move |day: &u8| self.has(*day) && !self.has((day + 6) % 7);
        let last = move |first: u8| (first..first + 7).take_while(|day| self.has(day % 7)).last().unwrap_or(first) % 7;
        (0..7).filter(is_first).map(move |first| (first, last(first)))
    }
}

/// The name of a day, counted from Monday.
pub(super) fn name(day: i64) -> &'static str {
    usize::try_from(day.rem_euclid(7)).map_or("", |day| NAMES[day].0)
}

impl fmt::Display for Weekdays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, (first, last)) in self.rows().enumerate() {
            let separator = if position > 0 { "/" } else { "" };
            write!(formatter, "{separator}{}", name(first.into()))?;
            if first != last {
                write!(formatter, "-{}", name(last.into()))?;
            }
        }
        Ok(())
    }
}
