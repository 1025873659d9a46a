//! What mutes do to a scope: their series, when the next one begins or ends, and which silence a level being crossed.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::column::{Builder, Entry, family, one_label};
use super::fleet::Fleet;
use super::log_event::{LogEvent, SourcedMute};
use super::watched::Watched;
use crate::catalog::Row;
use crate::config::Config;
use crate::level::mute::{Mute, Span};
use crate::plan::Now;
use crate::resource::ResourceIndex;
use crate::snapshot::labels;
use crate::snapshot::points::Points;
use crate::threshold::{TaggedMute, Threshold};
use crate::time::{Seconds, Timestamp};

/// What is kept of mutes from one event to the next.
#[derive(Debug)]
pub(super) struct Mutes {
    /// While no mute begins, ends or becomes an issue; after it resources must be resolved anew.
    known: Span,
    /// How far the wall clock was ahead of the steady one then: when it is set, every mute begins and ends at another
    /// moment. `None` before anything was resolved.
    ahead: Option<Seconds>,
    /// While levels are muted, by ARN and metric, the most severe one that was logged as crossed.
    logged: BTreeMap<(Arc<str>, &'static str), usize>,
}

impl Default for Mutes {
    fn default() -> Self {
        Self { known: Span::EVER, ahead: None, logged: BTreeMap::new() }
    }
}

impl Mutes {
    pub(super) fn plan(&mut self, fleet: &Fleet, now: Now) {
        let changes = fleet.watched().filter_map(|watched| watched.resolved.schedule.next_change);
        self.known = Span { from: now.wall, until: changes.min().unwrap_or(Timestamp::MAX) };
        self.ahead = Some(now.ahead());
    }

    /// Whether what was planned still holds.
    pub(super) fn are_known(&self, now: Now) -> bool {
        self.known.contains(now.wall) && self.ahead.is_none_or(|ahead| ahead == now.ahead())
    }

    /// Crossed levels that are muted: while a mute lasts, each only if no level as severe was logged before.
    pub(super) fn crossed(&mut self, fleet: &Fleet, points: &Points, config: &Config, now: Now) -> Vec<LogEvent> {
        let (mut logged, mut log_events) = (BTreeMap::new(), Vec::new());
        for (index, watched) in muting(fleet) {
            for levels in watched.resolved.thresholds.chunk_by(|left, right| left.metric == right.metric) {
                let metric = levels[0].metric;
                let Some(tagged) = watched.resolved.schedule.muted_by(metric, now.wall) else { continue };
                let key = (Arc::clone(watched.arn()), metric);
                let before = self.logged.remove(&key);
                let row = config.catalog.find(watched.resource.kind, metric);
                let value = row.and_then(|row| points.value((row.id(), row.statistic), index, now.steady));
                let crossed = row.zip(value).and_then(|(row, value)| most_severe_crossed(levels, row, value));
                let severity = crossed.map(|level| level.severity);
                if let (Some(level), Some(value)) = (crossed, value)
                    && before.is_none_or(|before| before < level.severity)
                {
                    let severity = config.severity(level.severity).to_owned();
                    let (resource, muted) = (Arc::clone(watched.arn()), SourcedMute::from(&tagged));
                    let level = level.value;
                    log_events.push(LogEvent::CrossedWhileMuted { resource, metric, severity, level, value, muted });
                }
                logged.extend(before.max(severity).map(|severity| (key, severity)));
            }
        }
        self.logged = logged;
        log_events
    }
}

/// The resources whose tags mute anything.
fn muting(fleet: &Fleet) -> impl Iterator<Item = (ResourceIndex, &Watched)> {
    fleet.indexed().filter(|(_, watched)| !watched.resolved.schedule.mutes.is_empty())
}

/// `levels` are those of one metric, the most severe last.
fn most_severe_crossed<'a>(levels: &'a [Threshold], row: &Row, value: f64) -> Option<&'a Threshold> {
    let bad = row.alert?.bad;
    levels.iter().rev().find(|level| bad.is_beyond(value, level.value))
}

/// The mutes under way and to come as series, and when they end.
pub(super) fn columns(fleet: &Fleet, now: Now) -> [Entry; 2] {
    let (mut muted, mut ends) = (Builder::new(&fleet.ids), Builder::new(&fleet.ids));
    for (index, watched) in muting(fleet) {
        for tagged in &watched.resolved.schedule.mutes {
            for span in spans(tagged.mute, now.wall) {
                let steady = now.to_steady_span(span);
                muted.push_during(index, &labels_of(tagged, true), 1.0, steady);
                if let Some(end) = watched.resolved.schedule.muted_until(tagged, span.from.max(now.wall)) {
                    ends.push_during(index, &labels_of(tagged, false), timestamp(end), steady);
                }
            }
        }
    }
    let muted_help = "Levels are muted by a tag, those of one metric or, without the label, all; always 1.";
    let ends_help = "When the mute under way ends for an hour at least; absent for one that never does.";
    [
        muted.finish(family("plimsoll_muted", muted_help)),
        ends.finish(family("plimsoll_mute_end_timestamp_seconds", ends_help)),
    ]
}

/// The span under way or next, and the one after it.
fn spans(mute: Mute, now: Timestamp) -> impl Iterator<Item = Span> {
    let first = mute.span(now);
    let second = first.filter(|span| span.until != Timestamp::MAX).and_then(|span| mute.span(span.until));
    first.into_iter().chain(second)
}

fn labels_of(tagged: &TaggedMute, with_source: bool) -> String {
    let mut block = one_label("metric", tagged.metric.unwrap_or_default());
    if with_source {
        labels::push(&mut block, "source", tagged.source.name());
    }
    block
}

/// Exact until long after years have five digits.
#[expect(clippy::cast_precision_loss, reason = "seconds of four-digit years fit 2^53")]
const fn timestamp(moment: Timestamp) -> f64 {
    moment.as_second() as f64
}
