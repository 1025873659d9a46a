//! Stage 5, schedule: mute tags decide when levels rest, the resource's own before its cluster's.
//!
//! `plimsoll/mute` is for all metrics and `plimsoll/CPUUtilization/mute` for one. A metric rests while either of them
//! mutes it, unless its own mute is `no`. Guards limit how long; for the mute for all that is decided metric by metric.

mod calendar;
mod request;

use std::collections::{BTreeMap, BTreeSet};

use super::bound::{Guards, MuteLimit, MuteLimits};
use super::issue::Issue;
use super::parse::MuteTag;
use super::source::Source;
use super::subject::{Carrier, Subject};
use crate::config::Selection;
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::level::mute::written::{Written, listed_window};
use crate::resource::Facts;
use crate::time::Timestamp;

pub use calendar::{MuteSchedule, TaggedMute};

use request::MuteRequest;

/// The mutes of a resource from `now` on, with the issues that they have at this time.
pub(super) fn schedule(
    subject: Subject,
    guards: &Guards,
    selection: &Selection,
    now: Timestamp,
) -> (MuteSchedule, Vec<Issue>) {
    let inherited = subject.parent.map(|parent| &parent.tags.mutes);
    if subject.tags.mutes.is_empty() && inherited.is_none_or(BTreeMap::is_empty) {
        return (MuteSchedule::default(), Vec::new());
    }
    let limits = guards.mute_limits(selection);
    let requests = requests(subject, guards, &limits, now);
    let changes = requests.iter().flat_map(|request| request.changes(now));
    let next_change = changes.filter(|change| now < *change && *change < Timestamp::MAX).min();
    // Where both are granted, the cluster's comes later and replaces the own one, which does not mute anything yet.
    let granted = requests.iter().filter_map(MuteRequest::granted).map(|tagged| (tagged.metric, tagged));
    let mutes = granted.collect::<BTreeMap<_, _>>().into_values().collect();
    let longest = limits.iter().filter_map(|(metric, limit)| Some((*metric, (*limit)?.longest))).collect();
    let unlisted = subject.tags.mutes.values().filter_map(|tag| unlisted(tag, subject));
    let issues = requests.iter().flat_map(|request| request.issues(now)).chain(unlisted).collect();
    (MuteSchedule { mutes, longest, next_change }, issues)
}

/// For each metric the mute of the resource itself, and that of its cluster where there is none or guards do not let it
/// mute anything yet.
fn requests<'a>(
    subject: Subject<'a>,
    guards: &Guards<'a>,
    limits: &MuteLimits<'a>,
    now: Timestamp,
) -> Vec<MuteRequest<'a>> {
    let metrics_by_limit = |tag: &MuteTag| match tag.metric {
        Some(metric) => BTreeMap::from([(guards.mute_limit(metric), vec![metric])]),
        None => by_limit(limits),
    };
    let request = |tag: &'a MuteTag, source| {
        let mute = mute_of(tag, subject)?;
        Some(MuteRequest { tag, mute, source, metrics_by_limit: metrics_by_limit(tag) })
    };
    let own = subject.tags.mutes.values().filter_map(|tag| request(tag, Source::ResourceTag));
    let mut requests: Vec<MuteRequest> = own.collect();
    let decided: BTreeSet<_> = requests.iter().filter(|own| own.applies(now)).map(|own| own.tag.metric).collect();
    let of_parent = |parent: Carrier<'a>| parent.tags.mutes.values().map(move |tag| (tag, parent.source()));
    let inherited = subject.parent.into_iter().flat_map(of_parent);
    let inherited = inherited.filter(|(tag, _)| !decided.contains(&tag.metric));
    requests.extend(inherited.filter_map(|(tag, source)| request(tag, source)));
    requests
}

/// When a tag mutes the resource. A window that AWS lists is that of the resource itself, also if its cluster has the
/// tag, else that of its cluster; `None` if AWS lists neither.
fn mute_of(tag: &MuteTag, subject: Subject) -> Option<Mute> {
    let listed = |window: fn(&Facts) -> Option<&str>| {
        let resources = [Some(subject.own()), subject.parent].into_iter().flatten();
        resources.filter_map(|one| window(&one.resource.facts)).find_map(listed_window)
    };
    match tag.written {
        Written::Fixed(mute) => Some(mute),
        Written::MaintenanceWindow => listed(|facts| facts.maintenance_window.as_deref()),
        Written::BackupWindow => listed(|facts| facts.backup_window.as_deref()),
    }
}

/// The issue of a tag for a window that AWS does not list.
fn unlisted(tag: &MuteTag, subject: Subject) -> Option<Issue> {
    let remedy = "Write the window itself, such as `sun:05:00-sun:06:00`: AWS lists none of this kind here.";
    mute_of(tag, subject).is_none().then(|| tag.issue(Reason::BadTime).advising(remedy.to_owned()))
}

/// The metrics of each limit.
fn by_limit<'a>(limits: &MuteLimits<'a>) -> BTreeMap<Option<MuteLimit<'a>>, Vec<&'static str>> {
    let mut metrics: BTreeMap<_, Vec<&'static str>> = BTreeMap::new();
    for (metric, limit) in limits {
        metrics.entry(*limit).or_default().push(*metric);
    }
    metrics
}
