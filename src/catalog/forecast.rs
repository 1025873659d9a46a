//! When a metric that goes one way comes to its end, if it goes on like this. The alert rule computes it from the series
//! of that metric; nothing of it is served.

/// A trend counts for as far ahead as this many times its window.
const REACH: u32 = 6;

const HOUR: u32 = 3_600;
const DAY: u32 = 24 * HOUR;

/// A metric with its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Forecast {
    /// `FreeStorageSpace` is 0.
    StorageFull,
    /// `MaximumUsedTransactionIDs` is so high that `PostgreSQL` stops to accept writes.
    TransactionIdsExhausted,
}

/// How long a trend must have lasted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// From its first value to the present.
    pub seconds: u32,
    /// Whether it is so long that storage grows within it, where storage autoscaling is on.
    pub storage_grows: bool,
}

impl Window {
    /// How far ahead its trend counts, in seconds.
    #[must_use]
    pub const fn reach_seconds(self) -> u32 {
        REACH * self.seconds
    }
}

impl Forecast {
    /// Every forecast.
    pub const ALL: [Self; 2] = [Self::StorageFull, Self::TransactionIdsExhausted];

    /// The metric that it is.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::StorageFull => "StorageFullIn",
            Self::TransactionIdsExhausted => "TransactionIDsExhaustedIn",
        }
    }

    /// The metric that it is computed from.
    #[must_use]
    pub const fn metric(self) -> &'static str {
        match self {
            Self::StorageFull => "FreeStorageSpace",
            Self::TransactionIdsExhausted => "MaximumUsedTransactionIDs",
        }
    }

    /// The value that the metric grows to; `None` where it falls to 0.
    ///
    /// `PostgreSQL` stops three million before the ids are used up:
    /// <https://www.postgresql.org/docs/current/routine-vacuuming.html#VACUUM-FOR-WRAPAROUND>.
    #[must_use]
    pub const fn end(self) -> Option<u64> {
        match self {
            Self::StorageFull => None,
            Self::TransactionIdsExhausted => Some(2_144_483_648),
        }
    }

    /// The value from which on a growing metric counts: below it, the next vacuum is still to come. From there on RDS
    /// itself makes vacuums more aggressive:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Autovacuum_AdaptiveAutoVacuuming.html>.
    #[must_use]
    pub const fn counts_from(self) -> Option<u64> {
        match self {
            Self::StorageFull => None,
            Self::TransactionIdsExhausted => Some(500_000_000),
        }
    }

    /// The windows, the shortest one first: it counts where it reaches.
    ///
    /// Over a whole day, what comes and goes every night cancels out. Storage does not grow twice within six hours.
    #[must_use]
    pub const fn windows(self) -> [Window; 2] {
        match self {
            Self::StorageFull => [window(HOUR, false), window(DAY, true)],
            Self::TransactionIdsExhausted => [window(DAY, false), window(3 * DAY, false)],
        }
    }
}

const fn window(seconds: u32, storage_grows: bool) -> Window {
    Window { seconds, storage_grows }
}
