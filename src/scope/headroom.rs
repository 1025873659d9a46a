//! How near each level is to being crossed, as one series that can be ranked over all metrics.
//!
//! PromQL alone cannot do that: the direction of a metric is no label, and some metrics have two statistics.

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use crate::config::{Config, Selection};
use crate::level::mute::Span;
use crate::plan::Now;
use crate::snapshot::labels;
use crate::snapshot::points::{Held, Points};

const NAME: &str = "plimsoll_headroom_ratio";

const HELP: &str = "How far the value is from the level, as a share of the greater of the two: 0 at the level, negative \
                    beyond it, from -1 to 1.";

/// A sample for each level whose metric has a value; it expires with the value and is absent while the level is muted.
pub(super) fn column(fleet: &Fleet, (config, selection): (&Config, &Selection), points: &Points, now: Now) -> Entry {
    let judged = selection.judged();
    let mut column = Builder::new(&fleet.ids);
    for (index, watched) in fleet.indexed() {
        for threshold in &watched.resolved.thresholds {
            let Some(selected) = judged.get(&(watched.resource.kind, threshold.metric)) else { continue };
            let series = (selected.row.id(), selected.row.statistic);
            let Some(Held { point, expires }) = points.held(series, index, now.steady) else { continue };
            let Some(ratio) = selected.row.headroom_ratio(point.value, threshold.value) else { continue };
            let mut block = one_label("metric", threshold.metric);
            labels::push(&mut block, "severity", config.severity(threshold.severity));
            for span in watched.resolved.schedule.unmuted(threshold.metric, now.wall) {
                let span = now.to_steady_span(span);
                column.push_during(index, &block, ratio, Span { until: span.until.min(expires), ..span });
            }
        }
    }
    column.finish(family(NAME, HELP))
}
