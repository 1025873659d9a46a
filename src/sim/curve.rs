//! The shape of one metric over time: a level, a daily swing, noise and incidents.
//!
//! Pure: the same curve, seed and second give the same value on every machine. No fleet, no request, no clock.
#![expect(clippy::cast_precision_loss, reason = "seconds since 1970 and 53-bit hashes fit in a double")]

use std::collections::BTreeMap;
use std::f64::consts::TAU;
use std::fmt;

use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{Deserializer, Error, MapAccess, Visitor};

/// One day in seconds.
pub(super) const DAY: i64 = 86_400;
/// The default publication interval in seconds: RDS publishes once a minute.
pub(super) const MINUTE: i64 = 60;

/// The values of a metric over time. In a fleet file a plain number is a constant curve.
#[derive(Debug, Clone, PartialEq)]
pub struct Curve {
    /// The value around which the day swings, in the metric's unit.
    pub base: f64,
    /// How far it rises above `base` at the peak hour and falls below it twelve hours later.
    pub swing: f64,
    /// The hour of the day (UTC) of the peak.
    pub peak_hour: f64,
    /// The greatest distance of a single sample from the smooth curve.
    pub noise: f64,
    /// No sample is lower.
    pub min: f64,
    /// No sample is higher.
    pub max: f64,
    /// The publication interval in seconds, a multiple of 60.
    pub every_s: i64,
    /// Whether samples are rounded to whole numbers.
    pub whole: bool,
    /// Incidents after the simulation's start.
    pub incidents: Vec<Incident>,
}

/// A change to a value, some time at it, and the change back. Times are simulated seconds.
#[derive(Debug, Clone, Copy, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Incident {
    /// Seconds from the simulation's start until it begins.
    pub start_s: f64,
    /// Seconds from the smooth curve to `value`.
    pub rise_s: f64,
    /// Seconds at `value`.
    pub hold_s: f64,
    /// Seconds back to the smooth curve.
    pub fall_s: f64,
    /// The value while it holds.
    pub value: f64,
    /// Seconds from one beginning to the next; `None`: the incident happens once.
    #[serde(default)]
    pub repeat_s: Option<f64>,
}

/// Metrics by name; `None` (in a file `null`) removes a metric of the default set.
pub type Overlay = BTreeMap<String, Option<Curve>>;

impl Curve {
    /// A curve that stays at one value.
    #[must_use]
    pub const fn constant(base: f64) -> Self {
        Self {
            base,
            swing: 0.0,
            peak_hour: 14.0,
            noise: 0.0,
            min: f64::NEG_INFINITY,
            max: f64::INFINITY,
            every_s: MINUTE,
            whole: false,
            incidents: Vec::new(),
        }
    }

    /// The sample of one minute; `minute` and `seed` decide its noise.
    ///
    /// `at` is the simulated second since 1970, `elapsed` the simulated seconds since the start (negative before it).
    pub(super) fn sample(&self, seed: u64, minute: i64, at: f64, elapsed: f64) -> f64 {
        let hour_angle = (at / DAY as f64 - self.peak_hour / 24.0).fract() * TAU;
        let smooth = self.base + self.swing * hour_angle.cos();
        let with_incidents = self
            .incidents
            .iter()
            .fold(smooth, |value, incident| value + (incident.value - value) * incident.progress(elapsed));
        let value = (with_incidents + self.noise * noise(seed, minute)).max(self.min).min(self.max);
        if self.whole { value.round() } else { value }
    }
}

impl Curve {
    /// What is wrong with the numbers of a curve in a fleet file.
    fn mistake(&self) -> Option<&'static str> {
        let times = |incident: &Incident| {
            [incident.rise_s, incident.hold_s, incident.fall_s, incident.start_s, incident.repeat_s.unwrap_or(1.0)]
        };
        if self.every_s < MINUTE || self.every_s % MINUTE != 0 {
            Some("every_s must be a multiple of 60")
        } else if self.min > self.max {
            Some("min must not be above max")
        } else if self
            .incidents
            .iter()
            .any(|incident| times(incident).iter().any(|time| *time < 0.0) || incident.repeat_s == Some(0.0))
        {
            Some("the times of an incident must not be negative, nor its repeat_s zero")
        } else {
            None
        }
    }
}

impl Incident {
    /// How far the incident has moved the curve towards its value, from 0 to 1.
    fn progress(&self, elapsed: f64) -> f64 {
        let since = elapsed - self.start_s;
        if since < 0.0 {
            return 0.0;
        }
        let since = self.repeat_s.map_or(since, |repeat| since % repeat);
        let falling = since - self.rise_s - self.hold_s;
        if since < self.rise_s {
            since / self.rise_s
        } else if falling < 0.0 {
            1.0
        } else if falling < self.fall_s {
            1.0 - falling / self.fall_s
        } else {
            0.0
        }
    }
}

/// A number from -1 to 1 that depends only on the arguments.
fn noise(seed: u64, minute: i64) -> f64 {
    let bits = mix(seed ^ minute.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15));
    (bits >> 11) as f64 / (1_u64 << 52) as f64 - 1.0
}

/// Spreads the bits of a number over all of it (the finalizer of splitmix64).
pub(super) const fn mix(number: u64) -> u64 {
    let number = (number ^ (number >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    let number = (number ^ (number >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    number ^ (number >> 31)
}

/// A seed that depends only on the words (FNV-1a, then mixed).
pub(super) fn seed_of(words: &[&str]) -> u64 {
    let bytes = words.iter().flat_map(|word| word.bytes().chain([0]));
    let hash =
        bytes.fold(0xCBF2_9CE4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01B3));
    mix(hash)
}

/// A curve as an object of the fleet file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct CurveFields {
    base: f64,
    #[serde(default)]
    swing: f64,
    #[serde(default)]
    peak_hour: Option<f64>,
    #[serde(default)]
    noise: f64,
    #[serde(default)]
    min: Option<f64>,
    #[serde(default)]
    max: Option<f64>,
    #[serde(default)]
    every_s: Option<i64>,
    #[serde(default)]
    whole: bool,
    #[serde(default)]
    incidents: Vec<Incident>,
}

impl From<CurveFields> for Curve {
    fn from(written: CurveFields) -> Self {
        let plain = Self::constant(written.base);
        Self {
            swing: written.swing,
            peak_hour: written.peak_hour.unwrap_or(plain.peak_hour),
            noise: written.noise,
            min: written.min.unwrap_or(plain.min),
            max: written.max.unwrap_or(plain.max),
            every_s: written.every_s.unwrap_or(plain.every_s),
            whole: written.whole,
            incidents: written.incidents,
            ..plain
        }
    }
}

impl<'de> Deserialize<'de> for Curve {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CurveVisitor)
    }
}

/// Reads a number or an object. The errors of an untagged enum would not name the wrong field.
struct CurveVisitor;

impl<'de> Visitor<'de> for CurveVisitor {
    type Value = Curve;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a number or a curve with a base")
    }

    fn visit_f64<E>(self, value: f64) -> Result<Curve, E> {
        Ok(Curve::constant(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Curve, E> {
        Ok(Curve::constant(value as f64))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Curve, E> {
        Ok(Curve::constant(value as f64))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Curve, A::Error> {
        let curve = Curve::from(CurveFields::deserialize(MapAccessDeserializer::new(map))?);
        match curve.mistake() {
            Some(mistake) => Err(Error::custom(mistake)),
            None => Ok(curve),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const INCIDENT: Incident =
        Incident { start_s: 10.0, rise_s: 20.0, hold_s: 60.0, fall_s: 10.0, value: 90.0, repeat_s: Some(200.0) };

    fn check(elapsed: f64, expected: f64) {
        let curve = Curve { incidents: vec![INCIDENT], ..Curve::constant(50.0) };
        let value = curve.sample(1, 0, 0.0, elapsed);
        assert!((value - expected).abs() < 1e-9, "at {elapsed} s: {value}, expected {expected}");
    }

    #[test]
    fn an_incident_rises_holds_falls_and_comes_back() {
        check(-1000.0, 50.0);
        check(9.0, 50.0);
        check(20.0, 70.0);
        check(30.0, 90.0);
        check(89.0, 90.0);
        check(95.0, 70.0);
        check(150.0, 50.0);
        check(220.0, 70.0);
    }

    #[test]
    fn a_day_peaks_at_its_hour() {
        let curve = Curve { swing: 10.0, peak_hour: 6.0, ..Curve::constant(50.0) };
        let at = |hour: f64| curve.sample(1, 0, hour * 3600.0, 0.0).round();
        assert_eq!((at(6.0), at(12.0), at(18.0), at(30.0)), (60.0, 50.0, 40.0, 60.0));
    }

    #[test]
    fn noise_is_bounded_repeatable_and_differs_by_minute_and_seed() {
        let curve = Curve { noise: 5.0, ..Curve::constant(0.0) };
        let series = |seed| (0..1000).map(|n| curve.sample(seed, n * 60, 0.0, 0.0)).collect::<Vec<_>>();
        assert_eq!(series(1), series(1));
        assert_ne!(series(1), series(2));
        assert!(series(1).iter().all(|value| value.abs() <= 5.0));
        assert!(series(1).iter().any(|value| *value > 4.0) && series(1).iter().any(|value| *value < -4.0));
    }

    #[test]
    fn samples_stay_in_bounds_and_may_be_whole() {
        let curve = Curve { swing: 100.0, peak_hour: 0.0, max: 99.4, whole: true, ..Curve::constant(50.0) };
        assert!((curve.sample(1, 0, 0.0, 0.0) - 99.0).abs() < f64::EPSILON);
    }

    #[test]
    fn a_number_or_a_shape_is_a_curve() {
        let read = |text| serde_json::from_str::<Curve>(text);
        assert_eq!(read("12.5").unwrap(), Curve::constant(12.5));
        assert_eq!(read("100").unwrap(), Curve::constant(100.0));
        assert_eq!(read(r#"{"base":3,"noise":1}"#).unwrap(), Curve { noise: 1.0, ..Curve::constant(3.0) });
        let error = read(r#"{"base":3,"nose":1}"#).unwrap_err().to_string();
        assert!(error.contains("unknown field `nose`"), "{error}");
        for text in [r#"{"base":3,"every_s":0}"#, r#"{"base":3,"min":2,"max":1}"#] {
            assert!(read(text).is_err(), "{text}");
        }
    }
}
