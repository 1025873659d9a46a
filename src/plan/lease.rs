//! Which of two replicas polls: the one that holds a lease, which it renews in a place that both read and write.
//!
//! Clocks of two machines are never compared: each replica measures on its own how long the record stands still. Nothing
//! needs a lock. If both take an expired lease at once, one record stays, and the other replica finds it at its next step: a
//! replica polls only when it has found its own record. One that stood still and wakes up polls at most until its next step.

use std::time::Duration;

/// How often in its life a lease is renewed: twice may fail.
const STEPS: u32 = 4;

/// What the place holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeaseRecord {
    /// The replica that wrote it; different for each process.
    pub holder: String,
    /// Another number after each renewal.
    pub renewals: u64,
}

/// The part of one replica; times are those since its start.
#[derive(Debug)]
pub struct Lease {
    me: String,
    lifetime: Duration,
    /// What was found last, and since when it has been the same.
    found: Option<(LeaseRecord, Duration)>,
    /// When the place was last reached.
    reached: Duration,
}

impl Lease {
    /// The part of a replica that starts. `me` differs from every other process.
    #[must_use]
    pub const fn new(me: String, lifetime: Duration, now: Duration) -> Self {
        Self { me, lifetime, found: None, reached: now }
    }

    /// The time between two steps.
    #[must_use]
    pub fn pause(&self) -> Duration {
        self.lifetime / STEPS
    }

    /// Takes what the place holds, and returns what is to be written to it, in place of exactly that.
    pub fn step(&mut self, found: Option<LeaseRecord>, now: Duration) -> Option<LeaseRecord> {
        let since = match &self.found {
            Some((seen, since)) if found.as_ref() == Some(seen) => *since,
            _ => now,
        };
        self.found = found.map(|record| (record, since));
        let Some((record, _)) = &self.found else { return Some(self.record(0)) };
        let has_expired = now.saturating_sub(since) >= self.lifetime;
        (self.owns(record) || has_expired).then(|| self.record(record.renewals.wrapping_add(1)))
    }

    /// The place was read, and written to if that was to be done.
    pub const fn reached(&mut self, now: Duration) {
        self.reached = now;
    }

    /// Whether the place was not reached for so long that nobody can know who holds the lease.
    #[must_use]
    pub fn is_lost(&self, now: Duration) -> bool {
        now.saturating_sub(self.reached) > self.lifetime
    }

    /// Whether this replica polls: if it has found its own record, or if the lease is lost. To poll twice costs money, and not
    /// to poll costs an alert.
    #[must_use]
    pub fn polls(&self, now: Duration) -> bool {
        self.found.as_ref().is_some_and(|(record, _)| self.owns(record)) || self.is_lost(now)
    }

    /// The replica that was last seen to hold the lease.
    #[must_use]
    pub fn holder(&self) -> Option<&str> {
        self.found.as_ref().map(|(record, _)| record.holder.as_str())
    }

    /// Whether a record is this replica's own, so that it may be removed when the replica stops.
    #[must_use]
    pub fn owns(&self, record: &LeaseRecord) -> bool {
        record.holder == self.me
    }

    fn record(&self, renewals: u64) -> LeaseRecord {
        LeaseRecord { holder: self.me.clone(), renewals }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_secs(12);

    /// A place with replicas, of which each makes a step every three seconds.
    struct Pair {
        place: Option<LeaseRecord>,
        replicas: [Lease; 2],
        now: Duration,
    }

    impl Pair {
        fn new() -> Self {
            let lease = |name: &str| Lease::new(name.to_owned(), LIFETIME, Duration::ZERO);
            Self { place: None, replicas: [lease("a"), lease("b")], now: Duration::ZERO }
        }

        /// These replicas run for some steps; returns which of them poll then.
        fn run(&mut self, running: &[usize], steps: u32) -> Vec<usize> {
            for _ in 0..steps {
                self.now += LIFETIME / STEPS;
                for &replica in running {
                    let lease = &mut self.replicas[replica];
                    if let Some(record) = lease.step(self.place.clone(), self.now) {
                        self.place = Some(record);
                    }
                    lease.reached(self.now);
                }
            }
            running.iter().copied().filter(|&replica| self.replicas[replica].polls(self.now)).collect()
        }
    }

    #[test]
    fn one_of_two_polls_from_the_second_step_on_and_goes_on() {
        let mut pair = Pair::new();
        assert_eq!(pair.run(&[0, 1], 1), [0; 0]);
        assert_eq!(pair.run(&[0, 1], 1), [0]);
        for _ in 0..100 {
            assert_eq!(pair.run(&[0, 1], 1), [0]);
        }
    }

    #[test]
    fn the_other_one_takes_over_within_thirty_seconds_of_a_death_and_keeps_the_lease() {
        let mut pair = Pair::new();
        pair.run(&[0, 1], 10);
        let death = pair.now;
        while pair.run(&[1], 1).is_empty() {}
        assert!(pair.now <= death + Duration::from_secs(24), "{:?} after {death:?}", pair.now);
        assert_eq!(pair.run(&[0, 1], 1), [1], "the first one wakes up and finds the other's record");
        assert_eq!(pair.run(&[0, 1], 20), [1]);
    }

    #[test]
    fn a_lease_that_is_given_up_is_taken_at_once() {
        let mut pair = Pair::new();
        pair.run(&[0, 1], 10);
        assert!(pair.replicas[0].owns(pair.place.as_ref().unwrap()));
        pair.place = None;
        assert_eq!(pair.run(&[1], 2), [1]);
    }

    #[test]
    fn of_two_that_take_an_expired_lease_at_once_one_polls() {
        let mut pair = Pair::new();
        pair.place = Some(LeaseRecord { holder: "dead".to_owned(), renewals: 7 });
        assert_eq!(pair.run(&[0, 1], 4), [0; 0]);
        // Both read the expired record before either writes.
        pair.now += LIFETIME / STEPS;
        let (found, now) = (pair.place.clone(), pair.now);
        let records = pair.replicas.each_mut().map(|lease| lease.step(found.clone(), now));
        assert!(records.iter().all(Option::is_some));
        pair.place = records[1].clone();
        assert_eq!(pair.run(&[0, 1], 1), [1]);
        assert_eq!(pair.run(&[0, 1], 20), [1]);
    }

    #[test]
    fn a_write_that_fails_costs_no_second_lifetime() {
        let mut pair = Pair::new();
        pair.place = Some(LeaseRecord { holder: "dead".to_owned(), renewals: 7 });
        assert_eq!(pair.run(&[1], STEPS), [0; 0]);
        pair.now += LIFETIME / STEPS;
        assert!(pair.replicas[1].step(pair.place.clone(), pair.now).is_some(), "a write that does not arrive");
        assert_eq!(pair.run(&[1], 2), [1]);
    }

    #[test]
    fn the_clock_of_the_holder_does_not_matter_only_that_its_record_changes() {
        let mut pair = Pair::new();
        for renewals in [u64::MAX / 2, 0, 1_700_000_000, 0] {
            pair.place = Some(LeaseRecord { holder: "far away".to_owned(), renewals });
            assert_eq!(pair.run(&[0], STEPS), [0; 0], "{renewals}");
        }
        assert_eq!(pair.replicas[0].holder(), Some("far away"));
        assert_eq!(pair.run(&[0], 2), [0]);
        assert_eq!(pair.replicas[0].holder(), Some("a"));
    }

    #[test]
    fn who_cannot_reach_the_place_for_a_lifetime_polls() {
        let mut pair = Pair::new();
        pair.run(&[0, 1], 10);
        let [leader, follower] = &pair.replicas;
        assert!(leader.polls(pair.now + LIFETIME) && !follower.polls(pair.now + LIFETIME));
        assert!(follower.polls(pair.now + LIFETIME + Duration::from_secs(1)));
        assert_eq!(pair.run(&[0, 1], 1), [0], "and no more when it reaches the place again");
    }
}
