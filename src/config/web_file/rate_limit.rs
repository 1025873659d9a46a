//! `rate_limit`: a token bucket that all requests share.

use std::time::Duration;

use super::reader::{Mapping, Value};

/// The longest interval: a scraper that gets one response in five minutes loses its series.
const LONGEST: Duration = Duration::from_mins(5);

/// The largest burst: more requests than a second has time for.
const MAX_BURST: u64 = 100_000;

/// A token bucket that all clients share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// The time in which one token is added; not 0.
    pub interval: Duration,
    /// How many tokens there can be, and are at the start.
    pub burst: u32,
}

/// `None` without an interval, as in the toolkit.
pub(super) fn read(mut mapping: Mapping) -> Option<RateLimit> {
    let (interval, burst) = (mapping.value("interval"), mapping.value("burst"));
    let interval = interval.and_then(|value| {
        let remedy = "write a duration up to 5m, such as 100ms, or 0 for no limit";
        let read = value.integer().filter(|number| *number == 0).map(|_| Duration::ZERO);
        let read = read.or_else(|| humantime::parse_duration(value.text()?).ok());
        let read = read.filter(|interval| *interval <= LONGEST);
        if read.is_none() {
            value.error("is no duration in the allowed range", remedy);
        }
        read
    });
    let interval = interval.filter(|interval| !interval.is_zero());
    let number = burst.as_ref().and_then(Value::integer).filter(|burst| (1..=MAX_BURST).contains(burst));
    let place = burst.as_ref().unwrap_or(&mapping.value);
    if number.is_none() && (interval.is_some() || burst.is_some()) {
        place.error("has no burst that lets a request pass", format_args!("write `burst` from 1 to {MAX_BURST}"));
    }
    mapping.finish();
    Some(RateLimit { interval: interval?, burst: u32::try_from(number?).ok()? })
}
