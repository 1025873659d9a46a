//! What a person can mean as a level, in the metric's unit; a level that could never be crossed is left out.

const MIB: f64 = 1_048_576.0;

/// Bytes: a smaller number is MiB or GiB without its unit; the upper end is four times the largest volume of an instance.
pub(super) const BYTES: (f64, f64) = (MIB, 256.0 * MIB * MIB);

/// Milliseconds: from ten microseconds to an hour.
pub(super) const MILLISECONDS: (f64, f64) = (0.01, 3.6e6);

/// 0.9 is a share written where a percentage belongs.
pub(super) const PERCENT: (f64, f64) = (1.0, 100.0);

/// From 100 kB/s, below which a number is MB/s without its unit, to more than the widest network.
pub(super) const BYTES_PER_SECOND: (f64, f64) = (1e5, 1e11);

/// I/O operations; the largest volumes reach some 256,000.
pub(super) const IOPS: (f64, f64) = (1.0, 1e6);

/// Above this a number is milliseconds where seconds belong.
pub(super) const DISK_SECONDS: (f64, f64) = (0.000_1, 10.0);

/// From a second to a week.
pub(super) const SECONDS: (f64, f64) = (1.0, 604_800.0);

/// What is left until a date: from an hour, below which nobody can act, to ten years.
pub(super) const DAYS: (f64, f64) = (3_600.0, 315_576_000.0);

/// 0 or 1: a level of 0 is crossed while the state lasts.
pub(super) const STATE: (f64, f64) = (0.0, 0.9);

/// Averages over minutes: one event in two hours is 0.0001 per second.
pub(super) const PER_SECOND: (f64, f64) = (0.000_1, 1e6);

/// Counts of what should not happen at all: 0 means every one.
pub(super) const EVENTS: (f64, f64) = (0.0, 1e6);
