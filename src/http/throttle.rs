//! Limits the log lines of an event that clients can cause.

use std::time::{Duration, Instant};

/// The shortest time between two lines: at most 1,440 lines a day.
const INTERVAL: Duration = Duration::from_mins(1);

/// Counts events between log lines.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    last_line: Option<Instant>,
    events: u64,
}

impl Throttle {
    /// Counts one event; if a log line is due, returns the number of events since the last line.
    pub(super) fn count(&mut self, now: Instant) -> Option<u64> {
        self.events += 1;
        let is_due = self.last_line.is_none_or(|last| now.saturating_duration_since(last) >= INTERVAL);
        is_due.then(|| {
            self.last_line = Some(now);
            std::mem::take(&mut self.events)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_a_minute_counts_all_events_since_the_last() {
        let (mut throttle, start) = (Throttle::default(), Instant::now());
        let mut count = |seconds| throttle.count(start + Duration::from_secs(seconds));
        assert_eq!(count(0), Some(1));
        assert_eq!(count(1), None);
        assert_eq!(count(59), None);
        assert_eq!(count(60), Some(3));
        assert_eq!(count(200), Some(1));
    }
}
