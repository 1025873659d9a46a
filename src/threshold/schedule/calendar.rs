//! When the levels of one resource are muted. Levels stay what they are; only their series rest.

use std::collections::BTreeMap;

use super::super::source::Source;
use crate::level::mute::{Mute, Span};
use crate::time::{Seconds, Timestamp};

/// Spans without mute that are looked ahead: when one mute has begun, its end is known already.
const SPANS_AHEAD: usize = 2;

/// A shorter time between two mutes is no end of muting: rules wait for a quarter of it and more, and a page that comes
/// then is muted again before anybody could act.
const SHORTEST_BREAK: Seconds = Seconds::HOUR;

/// More steps than two mutes need to leave each other: each has seven windows in a week. Those that fill it never do.
const MOST_STEPS: usize = 16;

/// A mute that a tag sets, or that follows from a blue/green deployment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TaggedMute {
    /// The catalogue row's metric; `None` for all.
    pub metric: Option<&'static str>,
    /// When it mutes, as far as guards allow it for any of its metrics.
    pub mute: Mute,
    /// Whether the resource or its cluster has the tag, or [`Source::BlueGreen`].
    pub source: Source,
}

/// The mutes of one resource.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct MuteSchedule {
    /// At most one for each metric and one for all.
    pub mutes: Vec<TaggedMute>,
    /// How long guards let these mute each metric at a time.
    pub(super) longest: BTreeMap<&'static str, Seconds>,
    /// The next second at which a mute begins, ends, is allowed by a guard or counts as forgotten. Until then, and not
    /// before the time it was made for, the schedule holds.
    pub next_change: Option<Timestamp>,
}

impl MuteSchedule {
    /// Mutes all metrics, as long as the resource is a member of a blue/green deployment that is not in production. Guards
    /// do not limit it, since no tag sets it, and a tag that wants no mute wins.
    pub fn mute_resting(&mut self) {
        let of_all = |tagged: &TaggedMute| tagged.metric.is_none();
        if self.mutes.iter().any(|tagged| of_all(tagged) && tagged.mute == Mute::No) {
            return;
        }
        self.mutes.retain(|tagged| !of_all(tagged));
        self.mutes.insert(0, TaggedMute { metric: None, mute: Mute::Always, source: Source::BlueGreen });
    }

    /// The spans in which the levels of a metric are in effect, from the current or the next one on, in order; as many
    /// as must be known until the schedule is read again. The current one is open to the past.
    #[must_use]
    pub fn unmuted(&self, metric: &str, now: Timestamp) -> Vec<Span> {
        let mutes = self.mutes_of(metric);
        let mut spans = Vec::new();
        let mut from = first_unmuted(&mutes, now);
        while let Some(start) = from.filter(|_| spans.len() < SPANS_AHEAD) {
            let until = next_start(&mutes, start);
            spans.push(Span { from: if start == now { Timestamp::MIN } else { start }, until });
            from = if until == Timestamp::MAX { None } else { first_unmuted(&mutes, until) };
        }
        spans
    }

    /// When the current muting ends: that of this mute alone, or for the mute of one metric that together with the mute
    /// for all. `None` for never. Windows that meet, or leave less than an hour between them, do not end it.
    #[must_use]
    pub fn muted_until(&self, tagged: &TaggedMute, now: Timestamp) -> Option<Timestamp> {
        let mutes = tagged.metric.map_or_else(|| vec![tagged.mute], |metric| self.mutes_of(metric));
        let mut at = now;
        for _ in 0..MOST_STEPS {
            let end = first_unmuted(&mutes, at)?;
            at = next_start(&mutes, end);
            if at - end >= SHORTEST_BREAK {
                return Some(end);
            }
        }
        None
    }

    /// The mute that mutes a metric now, the one for the metric before the one for all.
    #[must_use]
    pub fn muted_by(&self, metric: &str, now: Timestamp) -> Option<TaggedMute> {
        let is_current = |mute: Mute| mute.span(now).is_some_and(|span| span.contains(now));
        self.tagged_mutes_of(metric).into_iter().rev().find(|tagged| is_current(tagged.mute))
    }

    /// A mute that from now on will mute a metric at any time at which it was not muted before.
    #[must_use]
    pub fn newly_muted(&self, before: &Self, metric: &str, now: Timestamp) -> Option<Mute> {
        let old = before.mutes_of(metric);
        self.mutes_of(metric).into_iter().find(|mute| mute.reaches_beyond(&old, now))
    }

    /// The mutes that concern a metric, as far as guards allow them, the one for all first; none if its own is `no`.
    #[must_use]
    pub fn mutes_of(&self, metric: &str) -> Vec<Mute> {
        self.tagged_mutes_of(metric).into_iter().map(|tagged| tagged.mute).collect()
    }

    fn tagged_mutes_of(&self, metric: &str) -> Vec<TaggedMute> {
        let concerned = self.mutes.iter().filter(|tagged| tagged.metric.is_none_or(|named| named == metric));
        let is_exempt = |tagged: &TaggedMute| tagged.metric.is_some() && tagged.mute == Mute::No;
        if concerned.clone().any(is_exempt) {
            return Vec::new();
        }
        let longest = self.longest.get(metric);
        let allowed = |tagged: &TaggedMute| match longest {
            Some(longest) if tagged.source.is_tag() => tagged.mute.within(*longest),
            _ => Some(tagged.mute),
        };
        concerned.filter_map(|tagged| Some(TaggedMute { mute: allowed(tagged)?, ..*tagged })).collect()
    }
}

/// The first second from `now` on in which nothing mutes; `None` if there is none.
fn first_unmuted(mutes: &[Mute], now: Timestamp) -> Option<Timestamp> {
    let mut at = now;
    for _ in 0..MOST_STEPS {
        let current = mutes.iter().filter_map(|mute| mute.span(at)).filter(|span| span.contains(at));
        match current.map(|span| span.until).max() {
            Some(Timestamp::MAX) => return None,
            Some(end) => at = end,
            None => return Some(at),
        }
    }
    None
}

/// When the next mute begins, if nothing mutes now.
fn next_start(mutes: &[Mute], now: Timestamp) -> Timestamp {
    mutes.iter().filter_map(|mute| mute.span(now)).map(|span| span.from).min().unwrap_or(Timestamp::MAX)
}
