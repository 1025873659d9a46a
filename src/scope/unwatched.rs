//! Levels that cannot fire, because no value of their metric is served on a resource that should have one.
//!
//! A sample says when that begins. For a value that is served now, that is the second in which it expires, so that the
//! page tells of it even if nobody asks CloudWatch any more.

use std::collections::{HashMap, HashSet};

use super::Entry;
use super::column::{Builder, family, one_label};
use super::fleet::Fleet;
use super::watched::Watched;
use crate::catalog::{Catalog, Condition, MetricId, name};
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::level::mute::Span;
use crate::resource::Kind;
use crate::snapshot::points::{Points, Slot};
use crate::snapshot::{NEVER, Seconds, Unanswered, labels};

/// Why a level is unwatched: the values of the label `reason`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lapse {
    /// CloudWatch answers, but never had a point.
    NeverAnswered,
    /// The last point is too old.
    Expired,
    /// The same for so long that the metric itself seems to be gone.
    Gone,
    /// CloudWatch gave no answer, not even an empty one.
    NotFetched,
}

impl Lapse {
    const fn name(self) -> &'static str {
        match self {
            Self::NeverAnswered => "never_answered",
            Self::Expired | Self::Gone => "expired",
            Self::NotFetched => "not_fetched",
        }
    }
}

/// The column, and the metrics with default levels that never answered or are gone, by row and name.
///
/// Those have no series: Describe does not show everything that decides whether a metric exists, and nobody asked for
/// the level. A level that a person wanted has its series whatever the reason. Without polls there is nothing to watch.
pub(super) fn survey(
    fleet: &Fleet,
    (selection, catalog): (&Selection, &Catalog),
    points: &mut Points,
    now: Seconds,
) -> (Entry, Vec<Unanswered>) {
    let judged = if selection.polls { selection.judged() } else { HashMap::new() };
    let mut column = Builder::new(&fleet.ids);
    let mut unanswered = Vec::new();
    let paused = paused(fleet, catalog, points, now);
    for (row, watched) in fleet.watched().enumerate() {
        if !watched.resource.publishes() || paused.contains(&(watched.resource.kind, watched.resource.id.as_str())) {
            continue;
        }
        let with_level = watched.metrics_with_level().filter_map(|metric| judged.get(&(watched.resource.kind, metric)));
        for selected in with_level.filter(|selected| selected.row.is_polled()) {
            let slot = points.expect((selected.row.id(), selected.row.statistic), row, now);
            match lapse(slot, selected) {
                Some((Lapse::NeverAnswered | Lapse::Gone, begins)) if !watched.says_of(selected.row.metric) => {
                    unanswered.extend((begins <= now).then_some((row, selected.row.metric)));
                }
                Some((lapse, begins)) => {
                    column.push_during(
                        row,
                        &block(selected.row.metric, lapse),
                        1.0,
                        Span { from: begins, until: NEVER },
                    );
                }
                None => {}
            }
        }
    }
    let help = "A level whose metric has no value on a resource that should have one, and why; always 1.";
    (column.finish(family(name::UNWATCHED, help)), unanswered)
}

/// What becomes of a slot and when, if nothing else comes.
///
/// A value may be missing for as long as it may be old.
fn lapse(slot: Slot, selected: &Selected) -> Option<(Lapse, Seconds)> {
    let patience = Seconds::from(selected.timing.age_limit_seconds);
    match slot {
        Slot::Awaited(since) => {
            let interval = Seconds::try_from(selected.interval.as_secs()).unwrap_or(patience);
            Some((Lapse::NotFetched, since + interval + patience))
        }
        _ if selected.row.silent_while_idle => None,
        Slot::Silent(since) => Some((Lapse::NeverAnswered, since + patience)),
        Slot::Held(held) => Some((Lapse::Expired, held.expires)),
        Slot::Gone(since) => Some((Lapse::Gone, since)),
        Slot::Unknown | Slot::NotInUse => None,
    }
}

/// The instances that are paused, and the clusters whose instances all are.
fn paused<'a>(fleet: &'a Fleet, catalog: &Catalog, points: &Points, now: Seconds) -> HashSet<(Kind, &'a str)> {
    let instances = fleet.watched().enumerate().filter(|(_, watched)| watched.resource.kind.is_instance());
    let is_paused = |(row, watched): &(usize, &Watched)| {
        Condition::Serverless.holds(&watched.resource) && is_zero((*row, watched.resource.kind), catalog, points, now)
    };
    let (asleep, awake): (Vec<_>, Vec<_>) = instances.partition(is_paused);
    let cluster = |(_, watched): &(usize, &'a Watched)| watched.resource.cluster.as_deref();
    let up: HashSet<&str> = awake.iter().filter_map(cluster).collect();
    let clusters = asleep.iter().filter_map(|one| Some((one.1.resource.kind.parent?, cluster(one)?)));
    let clusters = clusters.filter(|(_, id)| !up.contains(id));
    asleep.iter().map(|(_, watched)| (watched.resource.kind, watched.resource.id.as_str())).chain(clusters).collect()
}

/// Whether a serverless instance is paused: it is available, but has no metrics except some that are 0.
fn is_zero((row, kind): (usize, Kind), catalog: &Catalog, points: &Points, now: Seconds) -> bool {
    kind.zero_while_paused.iter().any(|metric| {
        let series = catalog.find(kind, metric).map(|found| (MetricId::of(kind, metric), found.statistic));
        series.and_then(|series| points.value(series, row, now)) == Some(0.0)
    })
}

fn block(metric: &str, lapse: Lapse) -> String {
    let mut block = one_label("metric", metric);
    labels::push(&mut block, "reason", lapse.name());
    block
}
