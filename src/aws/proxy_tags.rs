//! A cache of the tags of proxies, because AWS returns them for only one proxy at a time.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::resource::Tags;

/// How long the tags of a proxy are cached: an edited tag takes effect after this time, at the latest.
const TAGS_MAX_AGE: Duration = Duration::from_hours(1);

/// The tags of proxies by ARN, with the time at which they were read.
#[derive(Debug, Default)]
pub(super) struct ProxyTags(Mutex<HashMap<String, (Instant, Tags)>>);

impl ProxyTags {
    /// The tags of a proxy and whether they must be read again. Entries of deleted proxies are removed.
    pub(super) fn known(&self, arn: &str, now: Instant) -> (Option<Tags>, bool) {
        let mut read = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        read.retain(|_, (at, _)| now.duration_since(*at) < 2 * TAGS_MAX_AGE);
        let known = read.get(arn);
        let is_due = known.is_none_or(|(at, _)| now.duration_since(*at) >= TAGS_MAX_AGE);
        (known.map(|(_, tags)| tags.clone()), is_due)
    }

    pub(super) fn set(&self, arn: &str, tags: Tags, now: Instant) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(arn.to_owned(), (now, tags));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_read_again_after_an_hour_and_forgotten_with_their_proxy() {
        let (tags, start) = (ProxyTags::default(), Instant::now());
        let later = |minutes| start + Duration::from_mins(minutes);
        let orders = Tags::from_iter([("team".to_owned(), "payments".to_owned())]);
        assert_eq!(tags.known("orders", start), (None, true));
        tags.set("orders", orders.clone(), start);
        assert_eq!(tags.known("orders", later(59)), (Some(orders.clone()), false));
        assert_eq!(tags.known("orders", later(60)), (Some(orders), true));
        assert_eq!(tags.known("orders", later(120)), (None, true));
    }
}
