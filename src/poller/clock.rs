//! The clock of the process: it reads the operating system's two clocks and makes one [`Now`] of them.

use std::borrow::Cow;
use std::fs;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rustix::time::{ClockId, clock_gettime};
use tokio::time::sleep;

use crate::plan::Now;
use crate::scope::Uptime;
use crate::time::{Seconds, Timestamp};

/// Returns the current time; tests pass a clock of their own.
pub(crate) type Clock = Arc<dyn Fn() -> Now + Send + Sync>;

/// A clock that goes on while the machine sleeps: a laptop that wakes up must not serve old values as young ones.
///
/// `std::time::Instant` and the timers of Tokio stand still meanwhile, for they use `CLOCK_MONOTONIC`:
/// <https://man7.org/linux/man-pages/man2/clock_gettime.2.html>. On macOS that clock goes on.
#[cfg(target_os = "linux")]
const STEADY: ClockId = ClockId::Boottime;
#[cfg(not(target_os = "linux"))]
const STEADY: ClockId = ClockId::Monotonic;

/// A difference between the two clocks that is no step of the wall clock: a leap second, or what one reading takes.
const NO_STEP: Duration = Duration::from_millis(1_500);

/// The two clocks are read one after the other; if that takes longer, because the process was stopped in between, they
/// are read again.
const READING: Duration = Duration::from_millis(100);

/// A text that differs for each run of the machine, which its containers share.
///
/// <https://man7.org/linux/man-pages/man5/proc_sys_kernel.5.html>
const BOOT_ID: &str = "/proc/sys/kernel/random/boot_id";

/// How often the clock is read to see whether a moment has come: timers stand still while the machine sleeps, the clock
/// does not.
const CLOCK_CHECK: Duration = Duration::from_secs(1);

/// The wall clock, for commands that list once.
pub(crate) fn unix_now() -> Timestamp {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    Timestamp::default() + since.into()
}

/// The operating system's clocks, from now on.
pub(crate) fn system() -> Clock {
    let (passed, wall) = read();
    let anchor = Anchor { passed, wall, ahead: AtomicI64::new(0) };
    Arc::new(move || {
        let (passed, wall) = read();
        anchor.now(passed, wall)
    })
}

/// Waits until the clock shows `second`.
pub(super) async fn until(second: Timestamp, clock: &Clock) {
    while clock().steady < second {
        sleep(CLOCK_CHECK).await;
    }
}

/// The time since boot, and the time since 1970 by the wall clock at the same moment.
fn read() -> (Duration, Duration) {
    loop {
        let (before, wall, after) = (since_boot(), since_1970(), since_boot());
        if after.saturating_sub(before) < READING {
            return (before, wall);
        }
    }
}

fn since_boot() -> Duration {
    Duration::try_from(clock_gettime(STEADY)).unwrap_or_default()
}

/// How long the machine has run; `None` where its runs have no names.
pub(super) fn uptime() -> Option<Uptime<'static>> {
    static BOOT: OnceLock<Option<String>> = OnceLock::new();
    let boot = BOOT.get_or_init(|| Some(fs::read_to_string(BOOT_ID).ok()?.trim().to_owned()));
    let seconds = i64::try_from(since_boot().as_secs()).ok()?;
    Some(Uptime { boot: Cow::Borrowed(boot.as_deref()?), seconds })
}

fn since_1970() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// What both clocks showed at the start.
struct Anchor {
    passed: Duration,
    wall: Duration,
    /// Seconds by which the wall clock has been set forward since. It changes with a step only, so that it is the same
    /// for everything between two steps.
    ahead: AtomicI64,
}

impl Anchor {
    fn now(&self, passed: Duration, wall: Duration) -> Now {
        let steady = self.wall + passed.saturating_sub(self.passed);
        let step = milliseconds(wall) - milliseconds(steady) - 1_000 * self.ahead.load(Ordering::Relaxed);
        if step.abs() > milliseconds(NO_STEP) {
            let ahead = rounded_seconds(milliseconds(wall) - milliseconds(steady));
            // Of several threads that see the step, one logs it.
            if self.ahead.swap(ahead, Ordering::Relaxed) != ahead {
                tracing::warn!(seconds = rounded_seconds(step), "the wall clock was set");
            }
        }
        let steady = Timestamp::from_second(milliseconds(steady).div_euclid(1_000));
        Now { steady, wall: steady + Seconds::new(self.ahead.load(Ordering::Relaxed)) }
    }
}

fn milliseconds(duration: Duration) -> i64 {
    i64::try_from(duration.as_millis()).unwrap_or(i64::MAX / 4)
}

fn rounded_seconds(milliseconds: i64) -> i64 {
    (milliseconds + 500).div_euclid(1_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600;

    /// The moment `passed` milliseconds after the start, the wall clock having been set forward by `set` milliseconds.
    fn now(anchor: &Anchor, passed: u64, set: i64) -> Now {
        let wall = (anchor.wall + Duration::from_millis(passed)).as_millis();
        let wall = i64::try_from(wall).unwrap() + set;
        anchor.now(anchor.passed + Duration::from_millis(passed), Duration::from_millis(wall.unsigned_abs()))
    }

    #[test]
    fn a_step_of_the_wall_clock_moves_the_wall_clock_alone() {
        let wall = Duration::from_hours(500_000);
        let anchor = Anchor { passed: Duration::from_secs(50), wall, ahead: AtomicI64::new(0) };
        let check = |passed, set, ahead| {
            let steady = Timestamp::from_second(1_800_000_000 + i64::try_from(passed / 1_000).unwrap());
            assert_eq!(now(&anchor, passed, set), Now { steady, wall: steady + Seconds::new(ahead) }, "{passed} {set}");
        };
        check(0, 0, 0);
        check(1_999, 0, 0);
        check(10_000, 1_000, 0);
        check(10_000, -HOUR * 1_000, -HOUR);
        check(20_000, -HOUR * 1_000 + 1_400, -HOUR);
        check(30_000, 24 * HOUR * 1_000 - 300, 24 * HOUR);
        check(40_000, 0, 0);
    }

    #[test]
    fn the_operating_system_has_both_clocks() {
        let clock = system();
        let (first, second) = (clock(), clock());
        assert!(first.steady > Timestamp::from_second(1_700_000_000) && second.steady >= first.steady);
        assert_eq!(first.ahead(), Seconds::ZERO);
        let (first, second) = (uptime().unwrap(), uptime().unwrap());
        assert!(first.boot == second.boot && first.boot.len() > 8 && second.seconds >= first.seconds);
    }
}
