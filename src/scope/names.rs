//! Since when a resource has its name: CloudWatch goes on under a name that another database had before, so that the
//! newest datapoint under it may be that of the other one.
//!
//! <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_RenameInstance.html>

use std::collections::BTreeMap;
use std::sync::Arc;

use super::watched::Watched;
use crate::resource::Described;
use crate::time::{Seconds, Timestamp};

/// No datapoint is served that is older: the age limit of daily metrics. How many names are kept until then is limited by
/// how fast AWS creates databases.
const KEPT: Seconds = Seconds::new(72 * 3600);

/// The names that nobody has now: by ARN the resource identifier of who had it last, and when it was missed first.
#[derive(Debug, Clone, Default)]
pub(super) struct FormerNames(BTreeMap<Arc<str>, (Option<String>, Timestamp)>);

impl FormerNames {
    /// The second, by the steady clock, from which datapoints under the name are those of this resource:
    /// [`Timestamp::MIN`] if no other one is known to have had the name.
    pub(super) fn since(&self, before: Option<&Watched>, now: &Described, steady: Timestamp) -> Timestamp {
        let (id, since) = match (before, self.0.get(now.arn.as_str())) {
            (Some(before), _) => (&before.resource.resource_id, before.named_since),
            (None, Some((id, _))) => (id, Timestamp::MIN),
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
        let missed = missed.map(|one| (Arc::clone(&one.arn), (one.resource.resource_id.clone(), now)));
        let kept = self.0.iter().filter(|(arn, (_, missed_at))| !is_taken(arn) && now - *missed_at < KEPT);
        Self(kept.map(|(arn, former)| (Arc::clone(arn), former.clone())).chain(missed).collect())
    }
}
