//! Numbers, sources and reasons in words: the same in the terminal and in HTML.

use std::fmt::{self, Display, Formatter};

use super::explanation::{Explanation, Level, MetricExplanation, Overridden};
use super::nearest::Nearest;
use super::problem::Problem;
use super::word::{Word, spaced};
use crate::catalog::amount::{amount, distance, percent};
use crate::catalog::{self, Side, Unit};
use crate::level::mute::Mute;
use crate::resource::LimitSource;

/// How far a value is from its level, or beyond it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Headroom {
    /// Such as `20 points` or `crossed by 2 GiB`.
    pub distance: String,
    /// The same as a share of the greater of value and level; `None` for a level of zero.
    pub share: Option<String>,
    /// Whether the level is crossed.
    pub is_crossed: bool,
}

impl Headroom {
    fn of(metric: &str, value: f64, level: f64) -> Self {
        let Scale { unit, bad } = Scale::of(metric);
        let is_crossed = bad.is_beyond(value, level);
        let apart = (value - level).abs();
        let distance = match (is_crossed, level == 0.0) {
            (true, _) => format!("crossed by {}", distance(apart, unit)),
            // At a level of zero there is no distance between "no event" and "crossed".
            (false, true) => "not crossed".to_owned(),
            (false, false) => distance(apart, unit),
        };
        let share = (level != 0.0).then(|| percent(bad.headroom_ratio(value, level).abs()));
        Self { distance, share, is_crossed }
    }
}

impl Display for Headroom {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str(&self.distance)?;
        self.share.iter().try_for_each(|share| write!(text, " ({share})"))
    }
}

/// The unit and bad side of a metric, with defaults for a metric that only another version knows.
struct Scale {
    unit: Unit,
    bad: Side,
}

impl Scale {
    fn of(metric: &str) -> Self {
        let row = catalog::find(metric);
        let bad = row.and_then(|row| row.alert).map_or(Side::High, |alert| alert.bad);
        Self { unit: row.map_or(Unit::None, |row| row.unit), bad }
    }
}

/// A level with its bad side, such as `above 80 %`.
fn bound(metric: &str, level: f64) -> String {
    let Scale { unit, bad } = Scale::of(metric);
    format!("{} {}", bad.word(), amount(level, unit))
}

impl MetricExplanation {
    /// A level with its bad side, such as `above 80 %`.
    #[must_use]
    pub fn bound(&self, level: &Level) -> String {
        bound(&self.metric, level.level)
    }

    /// A level as a share, such as `8 % of 855 connections (engine formula)`, without the source if it is Describe.
    ///
    /// After a resize it adds until when this denominator is used.
    #[must_use]
    pub fn share(&self, level: &Level) -> Option<String> {
        let denominator = self.measured_against.as_ref().filter(|denominator| denominator.value > 0.0)?;
        let of_unit = |value| amount(value, Scale::of(&self.metric).unit);
        let until = denominator.awaited.map(|new| format!(" until a datapoint has seen the {}", of_unit(new)));
        let (value, until) = (of_unit(denominator.value), until.unwrap_or_default());
        let source = match &denominator.source {
            Word::Known(LimitSource::Described) => String::new(),
            source => format!(" ({source})"),
        };
        Some(format!("{} of {value} {}{until}{source}", percent(level.level / denominator.value), denominator.what))
    }

    /// Whether Prometheus computes the value, in the alert rule, so that plimsoll has none.
    #[must_use]
    pub fn is_forecast(&self) -> bool {
        self.series.is_empty()
    }

    /// The value now, or why there is none.
    #[must_use]
    pub fn current(&self) -> String {
        match (self.value, &self.unwatched) {
            (Some(value), _) => amount(value, Scale::of(&self.metric).unit),
            (None, Some(reason)) => format!("none: {}", spaced(reason)),
            (None, None) if self.is_forecast() => "in Prometheus".to_owned(),
            (None, None) if self.unanswered => "none in CloudWatch".to_owned(),
            (None, None) => "none".to_owned(),
        }
    }

    /// How far the value is from a level; `None` without a value.
    #[must_use]
    pub fn headroom(&self, level: &Level) -> Option<Headroom> {
        let value = level.headroom.and(self.value)?;
        Some(Headroom::of(&self.metric, value, level.level))
    }

    /// Until when its levels are muted, such as `until 2026-12-01T10:00Z`.
    #[must_use]
    pub fn muted_how_long(&self) -> Option<String> {
        let mute = self.muted.as_ref().filter(|_| !self.levels.is_empty())?;
        let until = self.muted_until.as_ref().map_or_else(|| "for ever".to_owned(), |end| format!("until {end}"));
        Some(if matches!(mute, Word::Known(Mute::Window(_))) { format!("{until} ({mute})") } else { until })
    }

    /// A note if its tags disable all levels.
    #[must_use]
    pub fn off(&self) -> Option<&'static str> {
        self.off.then_some("off: its tags want no level")
    }

    /// The settings that are not in effect, such as `warning 80 % from default (our judgement) is not used: 90 % from
    /// tag has priority`.
    #[must_use]
    pub fn overridden(&self) -> Vec<String> {
        let unit = Scale::of(&self.metric).unit;
        let sentence = |one: &Overridden| {
            let level = one.level.map_or_else(|| "off".to_owned(), |level| amount(level, unit));
            let Overridden { severity, source, set_by, why, .. } = one;
            format!("{severity} {level} from {source} ({set_by}) is not used: {why}")
        };
        self.overridden.iter().map(sentence).collect()
    }
}

/// How old a value is, for people.
#[must_use]
pub fn age(seconds: Option<i64>) -> String {
    match seconds {
        None => "at the last listing".to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "an age is far below 2^53 seconds")]
        Some(seconds) => format!("{} ago", amount(seconds as f64, Unit::Seconds)),
    }
}

impl Nearest {
    /// The level with its bad side.
    #[must_use]
    pub fn bound(&self) -> String {
        bound(&self.metric, self.level)
    }

    /// The value now.
    #[must_use]
    pub fn current(&self) -> String {
        amount(self.value, Scale::of(&self.metric).unit)
    }

    /// How far the value is from the level.
    #[must_use]
    pub fn headroom(&self) -> Headroom {
        Headroom::of(&self.metric, self.value, self.level)
    }
}

impl Explanation {
    /// A problem as in [`Problem`], with a note if the tag is on its cluster.
    #[must_use]
    pub fn fault(&self, problem: &Problem) -> String {
        let place = if problem.on == self.resource.arn { "" } else { ", on its cluster" };
        problem.fault() + place
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::explain::Measured;

    #[test]
    fn headroom_is_a_distance_and_a_share() {
        let check = |metric: &str, value, level, expected: &str| {
            assert_eq!(Headroom::of(metric, value, level).to_string(), expected, "{metric} {value} {level}");
        };
        check("CPUUtilization", 60.0, 80.0, "20 points (25 %)");
        check("CPUUtilization", 100.0, 80.0, "crossed by 20 points (20 %)");
        check("CPUUtilization", 80.0, 80.0, "0 points (0 %)");
        check("FreeStorageSpace", 40_f64 * 1024.0, 10_f64 * 1024.0, "30 KiB (75 %)");
        check("FreeStorageSpace", 5_f64 * 1024.0, 10_f64 * 1024.0, "crossed by 5 KiB (50 %)");
        check("ReplicaLag", 299.0, 300.0, "1 s (under 1 %)");
    }

    #[test]
    fn a_level_of_zero_has_no_headroom() {
        let check = |value, expected: &str| {
            let headroom = Headroom::of("Deadlocks", value, 0.0);
            assert_eq!((headroom.to_string().as_str(), headroom.share), (expected, None));
        };
        check(0.0, "not crossed");
        check(3.0, "crossed by 3/s");
    }

    #[test]
    fn a_share_names_its_denominator_and_the_source() {
        let share = |metric: &str, level, (what, value, source): (&str, f64, LimitSource), awaited| {
            let (what, source) = (what.to_owned(), Word::Known(source));
            let measured_against = Some(Measured { what, value, source, awaited });
            let metric = MetricExplanation { metric: metric.to_owned(), measured_against, ..Default::default() };
            metric.share(&Level { level, ..Level::default() })
        };
        let check = |metric, level, whole, expected: Option<&str>| {
            assert_eq!(share(metric, level, whole, None).as_deref(), expected);
        };
        let connections = ("connections", 855.0, LimitSource::Formula);
        check("DatabaseConnections", 68.0, connections, Some("8 % of 855 connections (engine formula)"));
        let storage = ("allocated storage", 2_147_483_648.0, LimitSource::Described);
        check("FreeStorageSpace", 1_073_741_824.0, storage, Some("50 % of 2 GiB allocated storage"));
        check("ReadIOPS", 1.0, ("I/O operations", 0.0, LimitSource::StorageType), None);
        let waiting = |metric, level, whole, awaited| share(metric, level, whole, Some(awaited)).unwrap();
        let grown = waiting("FreeStorageSpace", 1_073_741_824.0, storage, 4_294_967_296.0);
        assert_eq!(grown, "50 % of 2 GiB allocated storage until a datapoint has seen the 4 GiB");
        let scaled = waiting("DatabaseConnections", 68.0, connections, 1_710.0);
        assert_eq!(scaled, "8 % of 855 connections until a datapoint has seen the 1710 (engine formula)");
    }
}
