//! A token bucket: each request takes a token, and time adds them.

use std::time::Instant;

use crate::config::web_file::RateLimit;

/// How many tokens were left at a time; full before the first request.
#[derive(Debug, Default)]
pub(super) struct Bucket(Option<(f64, Instant)>);

impl Bucket {
    /// Takes a token, if there is one.
    pub(super) fn take(&mut self, limit: RateLimit, now: Instant) -> bool {
        let burst = f64::from(limit.burst);
        let added = |then| now.saturating_duration_since(then).as_secs_f64() / limit.interval.as_secs_f64();
        let tokens = self.0.map_or(burst, |(tokens, then)| (tokens + added(then)).min(burst));
        let is_taken = tokens >= 1.0;
        self.0 = Some((if is_taken { tokens - 1.0 } else { tokens }, now));
        is_taken
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_burst_passes_and_then_one_request_an_interval() {
        let (mut bucket, start) = (Bucket::default(), Instant::now());
        let limit = RateLimit { interval: Duration::from_millis(100), burst: 2 };
        let mut take = |milliseconds| bucket.take(limit, start + Duration::from_millis(milliseconds));
        assert_eq!([take(0), take(0), take(0), take(99)], [true, true, false, false]);
        assert_eq!([take(101), take(150), take(202)], [true, false, true]);
        assert_eq!([take(10_000), take(10_000), take(10_000)], [true, true, false]);
    }
}
