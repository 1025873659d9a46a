//! Since when a resource has its name: CloudWatch goes on under a name that another database had before, so that the
//! newest datapoint under it may be that of the other one.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html>

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use super::saved::SavedName;
use super::watched::Watched;
use crate::plan::Now;
use crate::resource::{Described, Text};
use crate::time::{Seconds, Timestamp};

/// No datapoint is served that is older: the age limit of daily metrics. How many names are kept until then is limited by
/// how fast AWS creates databases.
const KEPT: Seconds = Seconds::new(72 * 3600);

/// The names that nobody has now, by ARN.
#[derive(Debug, Clone, Default)]
pub(super) struct FormerNames(BTreeMap<Arc<str>, Former>);

/// Who had a name last.
#[derive(Debug, Clone)]
struct Former {
    resource_id: Option<Text>,
    named_since: Timestamp,
    missed_at: Timestamp,
}

impl FormerNames {
    /// The second, by the steady clock, from which datapoints under the name are those of this resource:
    /// [`Timestamp::MIN`] if no other one is known to have had the name.
    pub(super) fn since(&self, before: Option<&Watched>, now: &Described, steady: Timestamp) -> Timestamp {
        let (id, since) = match (before, self.0.get(now.arn.as_str())) {
            (Some(before), _) => (&before.resource.resource_id, before.named_since),
            (None, Some(former)) => (&former.resource_id, former.named_since),
            (None, None) => return Timestamp::MIN,
        };
        if *id == now.resource_id { since } else { steady }
    }

    /// Those after a listing: `missed` are the resources that it does not have any more.
    pub(super) fn after<'a>(
        &self,
        missed: impl Iterator<Item = &'a Watched>,
        is_taken: impl Fn(&str) -> bool,
        now: Timestamp,
    ) -> Self {
        let missed = missed.map(|one| {
            let resource_id = one.resource.resource_id.clone();
            (Arc::clone(one.arn()), Former { resource_id, named_since: one.named_since, missed_at: now })
        });
        let kept = self.0.iter().filter(|(arn, former)| !is_taken(arn) && now - former.missed_at < KEPT);
        Self(kept.map(|(arn, former)| (Arc::clone(arn), former.clone())).chain(missed).collect())
    }

    /// Those of a restart, and of `watched` those that have the name of another one.
    pub(super) fn saved<'a>(&'a self, watched: impl Iterator<Item = &'a Watched>, now: Now) -> Vec<SavedName<'a>> {
        let name = |arn: &'a Arc<str>, resource_id: &'a Option<Text>, since: Timestamp, seen_at| SavedName {
            arn: Cow::Borrowed(arn),
            resource_id: resource_id.as_deref().map(Cow::Borrowed),
            since: (since > Timestamp::MIN).then(|| now.to_wall(since)),
            seen_at: now.to_wall(seen_at),
        };
        let renamed = watched.filter(|one| now.steady - one.named_since < KEPT);
        let renamed = renamed.map(|one| name(one.arn(), &one.resource.resource_id, one.named_since, now.steady));
        let former = self.0.iter().map(|(arn, one)| name(arn, &one.resource_id, one.named_since, one.missed_at));
        former.chain(renamed).collect()
    }

    /// Goes on from what was saved; nothing is later than now, even if the clock was set back meanwhile. The next listing
    /// shows who has each name now.
    pub(super) fn restore(saved: Vec<SavedName>, now: Now) -> Self {
        let former = |name: SavedName| {
            let former = Former {
                resource_id: name.resource_id.as_deref().map(Text::from),
                named_since: name.since.map_or(Timestamp::MIN, |since| now.to_steady(since).min(now.steady)),
                missed_at: now.to_steady(name.seen_at).min(now.steady),
            };
            (Arc::from(&*name.arn), former)
        };
        Self(saved.into_iter().map(former).collect())
    }
}
