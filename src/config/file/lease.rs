//! Reads `[lease]`.

use std::time::Duration;

use super::reader::{Bounds, Section};
use super::state;
use crate::config::Lease;

/// With a shorter one, a slow disk would end it; with a longer one, values expire before the other replica polls.
const DURATION: Bounds = Bounds(Duration::from_secs(1), Duration::from_mins(1));

pub(super) fn read(mut section: Section, lease: &mut Lease) {
    section.set(&mut lease.file, "file", |value| state::file(value).map(Some));
    section.set(&mut lease.duration, "duration", |value| value.duration(DURATION));
    section.finish();
}
