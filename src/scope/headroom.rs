//! How near each level is to being crossed, as one series that can be ranked over all metrics.
//!
//! PromQL alone cannot do that: the direction of a metric is no label, and some metrics have two statistics.

use std::collections::HashMap;

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use super::watched::Watched;
use crate::catalog::Row;
use crate::config::{Config, Selection};
use crate::level::mute::Span;
use crate::plan::Now;
use crate::resource::{Kind, ResourceIndex};
use crate::snapshot::labels;
use crate::snapshot::points::{Held, PointColumn, Points};
use crate::threshold::Threshold;

const NAME: &str = "plimsoll_headroom_ratio";

const HELP: &str = "How far the value is from the level, as a share of the greater of the two: 0 at the level, negative \
                    beyond it, from -1 to 1.";

/// What the levels of one metric have in common.
struct Judged<'a> {
    row: &'static Row,
    points: PointColumn<'a>,
    /// The further labels by severity.
    labels: Vec<String>,
}

impl<'a> Judged<'a> {
    fn of(row: &'static Row, severities: &[String], points: &'a Points) -> Self {
        let labels = |severity: &String| {
            let mut block = one_label("metric", row.metric);
            labels::push(&mut block, "severity", severity);
            block
        };
        let points = points.column((row.id(), row.statistic));
        Self { row, points, labels: severities.iter().map(labels).collect() }
    }
}

/// A sample for each level whose metric has a value; it expires with the value and is absent while the level is muted.
pub(super) fn column(fleet: &Fleet, (config, selection): (&Config, &Selection), points: &Points, now: Now) -> Entry {
    let judged = selection.judged().into_iter();
    let judged: HashMap<_, _> =
        judged.map(|(key, selected)| (key, Judged::of(selected.row, &config.severities, points))).collect();
    let levels = fleet.watched().map(|watched| watched.resolved.thresholds.len()).sum();
    let mut column = Builder::with_room_for(levels, &fleet.ids);
    for alike in fleet.alike() {
        let ladders: Vec<_> = alike.clone().take(1).flat_map(|(_, watched)| ladders(watched, &judged, now)).collect();
        for (index, _) in alike {
            for ladder in &ladders {
                ladder.push(&mut column, index, now);
            }
        }
    }
    column.finish(family(NAME, HELP))
}

/// The levels of one metric, and when they are in effect.
struct Ladder<'a> {
    judged: &'a Judged<'a>,
    levels: &'a [Threshold],
    spans: Vec<Span>,
}

fn ladders<'a>(
    watched: &'a Watched,
    judged: &'a HashMap<(Kind, &str), Judged>,
    now: Now,
) -> impl Iterator<Item = Ladder<'a>> {
    let by_metric = watched.resolved.thresholds.chunk_by(|left, right| left.metric == right.metric);
    by_metric.filter_map(move |levels| {
        let judged = judged.get(&(watched.resource.kind, levels[0].metric))?;
        let unmuted = watched.resolved.schedule.unmuted(judged.row.metric, now.wall);
        Some(Ladder { judged, levels, spans: unmuted.into_iter().map(|span| now.to_steady_span(span)).collect() })
    })
}

impl Ladder<'_> {
    fn push(&self, column: &mut Builder, index: ResourceIndex, now: Now) {
        let Self { judged, levels, spans } = self;
        let Some(Held { point, expires }) = judged.points.slot(index).held(now.steady) else { return };
        for level in *levels {
            let Some(ratio) = judged.row.headroom_ratio(point.value, level.value) else { continue };
            for span in spans {
                let span = Span { until: span.until.min(expires), ..*span };
                column.push_during(index, &judged.labels[level.severity], ratio, span);
            }
        }
    }
}
