//! Levels that cannot fire, because no value of their metric is served on a resource that should have one.
//!
//! Each has the second from which that is so. For a value that is served now, it is the second in which the value expires,
//! so that the page has the series in time even if no further result comes.

use std::collections::{HashMap, HashSet};

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use super::recent::Recent;
use super::watched::Watched;
use crate::catalog::{Catalog, Condition, Fact, MetricId, Provider, name};
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::level::mute::Span;
use crate::resource::{Kind, ResourceIndex};
use crate::snapshot::points::{Place, Points, Series, Slot};
use crate::snapshot::{ALWAYS, NEVER, Unanswered, labels};
use crate::time::Timestamp;

/// The metrics with levels that have no value.
pub(super) struct Survey {
    column: Builder,
    /// The further labels of the column, by metric and reason.
    blocks: HashMap<(&'static str, &'static str), String>,
    /// Metrics with default levels that never had a datapoint or are gone. They have no series: Describe does not show
    /// everything that decides whether a metric exists, and no person set the level.
    unanswered: Vec<Unanswered>,
}

impl Survey {
    /// Without polls no metric has to have a value.
    pub(super) fn of(
        fleet: &Fleet,
        selection: &Selection,
        catalog: &Catalog,
        points: &mut Points,
        now: Timestamp,
    ) -> Self {
        let mut survey = Self { column: Builder::new(&fleet.ids), blocks: HashMap::new(), unanswered: Vec::new() };
        let judged = if selection.polls { selection.judged() } else { HashMap::new() };
        let paused = paused(fleet, catalog, points, now);
        let is_paused = |watched: &Watched| paused.contains(&(watched.resource.kind, watched.resource.id.as_str()));
        let is_running = |watched: &Watched| watched.resource.publishes() && !is_paused(watched);
        let mut places = Recent::new();
        for alike in fleet.alike() {
            let with_level: Vec<_> = alike.clone().take(1).flat_map(|one| with_level(one, &judged)).collect();
            for (index, watched) in alike.filter(|(_, watched)| is_running(watched)) {
                for &(selected, is_set) in &with_level {
                    let Some((reason, begins)) = missing(selected, (index, watched), (points, &mut places), now) else {
                        continue;
                    };
                    let metric = (index, selected.row.metric);
                    if is_set || !reason.may_not_exist() {
                        survey.push(metric, reason, begins);
                    } else if selected.row.has_points() && begins <= now {
                        survey.unanswered.push(metric);
                    }
                }
            }
        }
        survey
    }

    fn push(&mut self, (resource, metric): Unanswered, reason: Reason, begins: Timestamp) {
        let block = self.blocks.entry((metric, reason.name())).or_insert_with(|| {
            let mut block = one_label("metric", metric);
            labels::push(&mut block, "reason", reason.name());
            block
        });
        self.column.push_during(resource, block, 1.0, Span { from: begins, until: NEVER });
    }

    /// The series, and the metrics that have none.
    pub(super) fn finish(self) -> (Entry, Vec<Unanswered>) {
        let help = "A level whose metric has no value on a resource that should have one, and why; always 1.";
        (self.column.finish(family(name::UNWATCHED, help)), self.unanswered)
    }
}

/// The metrics of a resource that have a level, and whether a tag or the configuration names them for it.
fn with_level<'a>(
    (index, watched): (ResourceIndex, &'a Watched),
    judged: &'a HashMap<(Kind, &str), &'a Selected>,
) -> impl Iterator<Item = (&'a Selected, bool)> {
    let kind = watched.resource.kind;
    let selected = watched.metrics_with_level().filter_map(move |metric| judged.get(&(kind, metric)));
    selected.map(move |selected| (*selected, watched.polled(index).names(selected.row.metric)))
}

/// Why a metric has no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reason {
    /// Results come, but none ever had a point.
    NeverAnswered,
    /// The last point is too old.
    Expired,
    /// It has been for so long that the metric itself seems to be gone.
    Gone,
    /// No result came, not even an empty one.
    NotFetched,
}

impl Reason {
    /// The value of the label `reason`.
    const fn name(self) -> &'static str {
        match self {
            Self::NeverAnswered => "never_answered",
            Self::Expired | Self::Gone => "expired",
            Self::NotFetched => "not_fetched",
        }
    }

    /// Whether the resource may be one that does not have the metric. A level that a person set has its series even so.
    const fn may_not_exist(self) -> bool {
        matches!(self, Self::NeverAnswered | Self::Gone)
    }
}

/// Why a metric has no value, and since or from when; `None` if it has one, or need not have one.
fn missing(
    selected: &Selected,
    (index, watched): (ResourceIndex, &Watched),
    (points, places): (&mut Points, &mut Recent<Place>),
    now: Timestamp,
) -> Option<(Reason, Timestamp)> {
    match selected.row.provider {
        Provider::CloudWatch | Provider::Computed(_) => {
            let series = (selected.row.id(), selected.row.statistic);
            let place = places.get(series, || points.place(series));
            lapse(points.expect(place, index, now), selected)
        }
        Provider::Describe(fact) if is_missing(fact, watched) => Some((Reason::NeverAnswered, ALWAYS)),
        Provider::Describe(_) | Provider::Forecast(_) => None,
    }
}

/// Whether AWS does not return what it should; a resource that is not running may lack it.
fn is_missing(fact: Fact, watched: &Watched) -> bool {
    fact.is_expected() && watched.resource.is_running() && fact.value(&watched.resource).is_none()
}

/// When and why a metric has no value if no further result comes; a value may be missing for as long as it may be old.
fn lapse(slot: Slot, selected: &Selected) -> Option<(Reason, Timestamp)> {
    let patience = selected.timing.age_limit;
    match slot {
        Slot::Awaited(since) => Some((Reason::NotFetched, since + selected.interval.into() + patience)),
        _ if selected.row.silent_while_idle => None,
        Slot::Silent(since) => Some((Reason::NeverAnswered, since + patience)),
        Slot::Held(held) => Some((Reason::Expired, held.expires)),
        Slot::Gone(since) => Some((Reason::Gone, since)),
        Slot::Unknown | Slot::NotInUse => None,
    }
}

/// The instances that are paused, and the clusters whose instances all are.
fn paused<'a>(fleet: &'a Fleet, catalog: &Catalog, points: &Points, now: Timestamp) -> HashSet<(Kind, &'a str)> {
    let instances = fleet.indexed().filter(|(_, watched)| watched.resource.kind.is_instance());
    let is_paused = |(index, watched): &(ResourceIndex, &Watched)| {
        let value = |series| points.value(series, *index, now);
        Condition::Serverless.holds(&watched.resource) && is_zero(watched.resource.kind, catalog, value)
    };
    let (asleep, awake): (Vec<_>, Vec<_>) = instances.partition(is_paused);
    let cluster = |(_, watched): &(ResourceIndex, &'a Watched)| watched.resource.cluster.as_deref();
    let up: HashSet<&str> = awake.iter().filter_map(cluster).collect();
    let clusters = asleep.iter().filter_map(|one| Some((one.1.resource.kind.parent?, cluster(one)?)));
    let clusters = clusters.filter(|(_, id)| !up.contains(id));
    asleep.iter().map(|(_, watched)| (watched.resource.kind, watched.resource.id.as_str())).chain(clusters).collect()
}

/// Whether a serverless instance is paused: it is available, but has no metrics except some that are 0.
fn is_zero(kind: Kind, catalog: &Catalog, value: impl Fn(Series) -> Option<f64>) -> bool {
    kind.zero_while_paused.iter().any(|metric| {
        let series = catalog.find(kind, metric).map(|found| (MetricId::of(kind, metric), found.statistic));
        series.and_then(&value) == Some(0.0)
    })
}
