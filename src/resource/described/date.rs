//! Times and pending values as the AWS command line prints them.

use std::collections::BTreeMap;
use std::time::UNIX_EPOCH;

use serde::de::IgnoredAny;
use serde::{Deserialize, Deserializer};

/// A time, in seconds since 1970; one that cannot be read is absent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Time(pub Option<f64>);

impl Time {
    /// Seconds since 1970, if it can be read.
    #[must_use]
    pub const fn seconds(self) -> Option<f64> {
        self.0
    }

    /// Reads `2027-01-15T08:00:00+00:00` or the same with `Z`; the command line prints UTC only.
    fn parse(text: &str) -> Self {
        let text = text.strip_suffix("+00:00").map_or_else(|| text.to_owned(), |local| format!("{local}Z"));
        let time = humantime::parse_rfc3339(&text).ok();
        Self(time.and_then(|time| Some(time.duration_since(UNIX_EPOCH).ok()?.as_secs_f64())))
    }
}

impl<'de> Deserialize<'de> for Time {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        String::deserialize(source).map(|text| Self::parse(&text))
    }
}

/// `PendingModifiedValues`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PendingValues {
    /// Whether there is any.
    pub any: bool,
}

impl<'de> Deserialize<'de> for PendingValues {
    fn deserialize<D: Deserializer<'de>>(source: D) -> Result<Self, D::Error> {
        let values = BTreeMap::<String, IgnoredAny>::deserialize(source)?;
        Ok(Self { any: !values.is_empty() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_of_the_command_line() {
        let check = |text: &str, expected: Option<f64>| {
            assert_eq!(Time::parse(text).seconds(), expected, "{text}");
        };
        check("2027-01-15T08:00:00+00:00", Some(1_800_000_000.0));
        check("2027-01-15T08:00:00Z", Some(1_800_000_000.0));
        check("2027-01-15T08:00:00.500000+00:00", Some(1_800_000_000.5));
        check("2027-01-15T08:00:00+02:00", None);
        check("soon", None);
    }
}
