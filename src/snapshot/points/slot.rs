//! What is known of one metric and statistic of one resource, and how that is stored.

use crate::plan::Point;
use crate::time::Timestamp;

/// The end of a point whose query was sent before the wall clock was set last.
pub const BEFORE_STEP: Timestamp = Timestamp::MIN;

/// What is known of one metric and statistic of one resource.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub enum Slot {
    /// Nothing; no level waits for it.
    #[default]
    Unknown,
    /// A point is wanted since then, and no answer has come, not even an empty one.
    Awaited(Timestamp),
    /// The first answer came then and was empty, and so were all since.
    Silent(Timestamp),
    /// The last result shows that the metric is not in use.
    NotInUse,
    /// The newest point, whether too old by now or not.
    Held(Held),
    /// The newest point expired then, and a day later there was still none.
    Gone(Timestamp),
}

/// A point and the second from which it must not be served.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Held {
    /// The point.
    pub point: Point,
    /// The first second at which it is too old, by the steady clock.
    pub expires: Timestamp,
}

impl Slot {
    /// A point that is not too old.
    #[must_use]
    pub fn held(&self, now: Timestamp) -> Option<Held> {
        match self {
            Self::Held(held) if held.expires > now => Some(*held),
            _ => None,
        }
    }
}

/// A slot in sixteen bytes, half of what the enumeration needs: a large fleet has hundreds of thousands of them.
///
/// A value that is no number stands for a slot without a point; then `end` is its state.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    value: f64,
    /// Seconds of 1970, which suffice for a century; 0 for [`BEFORE_STEP`].
    end: u32,
    expires: u32,
}

// The states without a point.
const UNKNOWN: u32 = 0;
const AWAITED: u32 = 1;
const SILENT: u32 = 2;
const NOT_IN_USE: u32 = 3;
const GONE: u32 = 4;

impl Default for Stored {
    fn default() -> Self {
        Self::from(Slot::Unknown)
    }
}

impl From<Slot> for Stored {
    fn from(slot: Slot) -> Self {
        let without = |end, since| Self { value: f64::NAN, end, expires: since };
        match slot {
            Slot::Unknown => without(UNKNOWN, 0),
            Slot::Awaited(since) => without(AWAITED, seconds(since)),
            Slot::Silent(since) => without(SILENT, seconds(since)),
            Slot::NotInUse => without(NOT_IN_USE, 0),
            Slot::Gone(since) => without(GONE, seconds(since)),
            Slot::Held(Held { point, expires }) => {
                Self { value: point.value, end: seconds(point.end), expires: seconds(expires) }
            }
        }
    }
}

impl From<Stored> for Slot {
    fn from(Stored { value, end, expires }: Stored) -> Self {
        if !value.is_nan() {
            let end = if end == 0 { BEFORE_STEP } else { moment(end) };
            return Self::Held(Held { point: Point { value, end }, expires: moment(expires) });
        }
        match end {
            UNKNOWN => Self::Unknown,
            AWAITED => Self::Awaited(moment(expires)),
            SILENT => Self::Silent(moment(expires)),
            NOT_IN_USE => Self::NotInUse,
            _ => Self::Gone(moment(expires)),
        }
    }
}

fn seconds(moment: Timestamp) -> u32 {
    u32::try_from(moment.as_second().max(0)).unwrap_or(u32::MAX)
}

fn moment(seconds: u32) -> Timestamp {
    Timestamp::from_second(seconds.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slot_comes_back_as_it_was_stored() {
        let at = Timestamp::from_second(1_800_000_000);
        let held = |value, end| Slot::Held(Held { point: Point { value, end }, expires: at });
        let others = [Slot::Unknown, Slot::Awaited(at), Slot::Silent(at), Slot::NotInUse, Slot::Gone(at)];
        for slot in others.into_iter().chain([held(0.0, at), held(-1.5e300, at), held(1.0, BEFORE_STEP)]) {
            assert_eq!(Slot::from(Stored::from(slot)), slot);
        }
        assert_eq!((size_of::<Stored>(), Slot::from(Stored::default())), (16, Slot::Unknown));
    }
}
