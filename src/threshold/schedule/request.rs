//! One mute tag and the limits that guards set for its metrics.

use std::collections::BTreeMap;

use super::super::bound::MuteLimit;
use super::super::issue::Issue;
use super::super::parse::MuteTag;
use super::super::source::Source;
use super::calendar::TaggedMute;
use crate::level::Reason;
use crate::level::mute::Mute;
use crate::time::{Seconds, Timestamp};

/// How long after its end a mute may still stand in a tag: nobody removes it the very moment.
const FORGOTTEN_AFTER: Seconds = Seconds::DAY;

/// As many metrics as a remedy names before it counts the rest.
const MAX_METRICS_NAMED: usize = 5;

/// A mute that a tag requests.
pub(super) struct MuteRequest<'a> {
    pub(super) tag: &'a MuteTag,
    /// When the tag mutes this resource.
    pub(super) mute: Mute,
    pub(super) source: Source,
    /// Every limit, with the metrics it is for; `None` among them where a metric has no limit.
    pub(super) metrics_by_limit: BTreeMap<Option<MuteLimit<'a>>, Vec<&'static str>>,
}

impl MuteRequest<'_> {
    fn within(&self, limit: Option<MuteLimit>) -> Option<Mute> {
        limit.map_or(Some(self.mute), |limit| self.mute.within(limit.longest))
    }

    fn is_allowed(&self, limit: Option<MuteLimit>, now: Timestamp) -> bool {
        self.within(limit).is_some_and(|allowed| allowed.has_begun(now))
    }

    /// Whether guards let it apply to any metric now.
    pub(super) fn applies(&self, now: Timestamp) -> bool {
        self.metrics_by_limit.keys().any(|limit| self.is_allowed(*limit, now))
    }

    /// The mute as far as the most generous limit allows it; the limits of single metrics may allow less.
    pub(super) fn granted(&self) -> Option<TaggedMute> {
        let is_unlimited = self.metrics_by_limit.contains_key(&None);
        let widest = if is_unlimited { None } else { *self.metrics_by_limit.last_key_value()?.0 };
        Some(TaggedMute { metric: self.tag.metric, mute: self.within(widest)?, source: self.source })
    }

    /// When it begins, ends, is allowed by a guard or counts as forgotten, past times among them.
    pub(super) fn changes(&self, now: Timestamp) -> impl Iterator<Item = Timestamp> {
        let forgotten = self.mute.ended(now).map(|end| end + FORGOTTEN_AFTER);
        let allowed = self.metrics_by_limit.keys().filter_map(|limit| self.within(*limit));
        let spans = allowed.chain([self.mute]).filter_map(move |mute| mute.span(now));
        spans.flat_map(|span| [span.from, span.until]).chain(forgotten)
    }

    /// The limits that it exceeds, and that nobody removed it; the latter is an issue of its carrier alone.
    pub(super) fn issues(&self, now: Timestamp) -> Vec<Issue> {
        let exceeded = self.metrics_by_limit.iter().filter(|(limit, _)| !self.is_allowed(**limit, now));
        let exceeded = exceeded.filter_map(|(limit, metrics)| Some(((*limit)?, metrics)));
        let is_partly_applied = self.applies(now);
        let exceeded = exceeded.map(|(limit, metrics)| {
            let excluded = if is_partly_applied { format!(" for {}", named(metrics)) } else { String::new() };
            let effect = format!("allows {}{excluded}", limit.allowed());
            self.issue(Reason::OutsideGuard).violating(limit.guard, &effect)
        });
        exceeded.chain(self.forgotten(now)).collect()
    }

    fn forgotten(&self, now: Timestamp) -> Option<Issue> {
        let end = self.mute.ended(now).filter(|end| *end + FORGOTTEN_AFTER <= now)?;
        let remedy = format!("Remove the tag: the mute ended at {}.", Mute::until(end));
        (self.source == Source::ResourceTag).then(|| self.issue(Reason::BadTime).advising(remedy))
    }

    fn issue(&self, reason: Reason) -> Issue {
        self.tag.issue(reason)
    }
}

impl MuteTag {
    pub(super) fn issue(&self, reason: Reason) -> Issue {
        Issue::tag(&self.tag.key, &self.tag.text, reason, self.metric)
    }
}

/// The first metrics by name, and how many more there are.
fn named(metrics: &[&str]) -> String {
    let (first, rest) = metrics.split_at(metrics.len().min(MAX_METRICS_NAMED));
    match rest.len() {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}
