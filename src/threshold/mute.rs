//! When the levels of a resource are muted: the resource's own tags before its cluster's.
//!
//! `plimsoll/mute` is for all metrics and `plimsoll/CPUUtilization/mute` for one; each is heard by itself, so that a
//! metric rests while either says so, unless its own says `no`. Levels stay what they are; only their series rest.

use std::collections::BTreeMap;

use super::{Issue, MAX_ISSUES_PER_RESOURCE, Resolved, Source};
use crate::catalog;
use crate::level::Reason;
use crate::level::mute::{self, Mute, Span};

/// How long after its end a mute may still stand in a tag: nobody removes it the very moment.
const FORGOTTEN_AFTER_SECONDS: i64 = 86_400;

/// Spans without mute that are looked ahead: when one mute has begun, its end is known already.
const SPANS_AHEAD: usize = 2;

/// More steps than two mutes need to leave each other; windows that fill the day never do.
const MOST_STEPS: usize = 8;

/// A mute as a tag has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedMute {
    /// The catalogue row's metric; `None` for all.
    pub metric: Option<&'static str>,
    /// When it mutes.
    pub mute: Mute,
    /// Whose tag it is.
    pub source: Source,
    tag_key: String,
    text: String,
    /// Whether its end has been made an issue.
    reported: bool,
}

/// A key that mutes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Claim<'a> {
    pub(super) key: &'a str,
    pub(super) text: &'a str,
    /// As the key names it; `None` for all.
    pub(super) metric: Option<&'a str>,
}

/// The mutes of one resource's tags, by metric.
pub(super) type Mutes = BTreeMap<Option<&'static str>, TaggedMute>;

/// Reads the keys that mute; those that name the same and disagree are all refused.
pub(super) fn read(claims: &[Claim], issues: &mut Vec<Issue>) -> Mutes {
    let mut by_metric: BTreeMap<_, Vec<(Claim, Result<Mute, Reason>)>> = BTreeMap::new();
    for claim in claims {
        let row = claim.metric.map(|name| catalog::find(name).ok_or(Reason::UnknownMetric)).transpose();
        match row {
            Ok(row) => by_metric.entry(row.map(|row| row.metric)).or_default().push((*claim, mute::parse(claim.text))),
            Err(reason) => issues.push(Issue::tag(claim.key, claim.text, reason, None)),
        }
    }
    by_metric.into_iter().filter_map(|(metric, said)| Some((metric, agreed(metric, &said, issues)?))).collect()
}

fn agreed(
    metric: Option<&'static str>,
    said: &[(Claim, Result<Mute, Reason>)],
    issues: &mut Vec<Issue>,
) -> Option<TaggedMute> {
    let agree = said.windows(2).all(|pair| pair[0].1 == pair[1].1);
    for (claim, mute) in said {
        match mute {
            Err(reason) => issues.push(Issue::tag(claim.key, claim.text, *reason, metric)),
            Ok(_) if !agree => issues.push(Issue::tag(claim.key, claim.text, Reason::Duplicate, metric)),
            Ok(_) => {}
        }
    }
    let (claim, mute) = said.first().filter(|_| agree)?;
    let mute = (*mute).ok()?;
    let (tag_key, text) = (claim.key.to_owned(), claim.text.to_owned());
    Some(TaggedMute { metric, mute, source: Source::ResourceTag, tag_key, text, reported: false })
}

/// The mutes that are heard: of each metric the resource's own, else its cluster's.
pub(super) fn heard(own: &Mutes, inherited: &Mutes) -> Vec<TaggedMute> {
    let mut heard: Mutes = inherited
        .iter()
        .map(|(metric, tagged)| (*metric, TaggedMute { source: Source::ClusterTag, ..tagged.clone() }))
        .collect();
    heard.extend(own.clone());
    heard.into_values().collect()
}

impl Resolved {
    /// The spans in which the levels of a metric stand, from the one under way or the next one on, in order; as many
    /// as need to be known until the next look. The first one is open to the past if it is under way.
    #[must_use]
    pub fn unmuted(&self, metric: &str, now: i64) -> Vec<Span> {
        let mutes = self.mutes_of(metric);
        let mut spans = Vec::new();
        let mut from = left(&mutes, now);
        while let Some(start) = from.filter(|_| spans.len() < SPANS_AHEAD) {
            let until = next_start(&mutes, start);
            spans.push(Span { from: if start == now { i64::MIN } else { start }, until });
            from = if until == i64::MAX { None } else { left(&mutes, until) };
        }
        spans
    }

    /// The mute that keeps the levels of a metric away now, the one for the metric before the one for all.
    #[must_use]
    pub fn muted_by(&self, metric: &str, now: i64) -> Option<Mute> {
        self.mutes_of(metric).into_iter().rev().find(|mute| mute.span(now).is_some_and(|span| span.contains(now)))
    }

    /// The mutes that concern a metric, the one for all first; a `no` of its own leaves none.
    fn mutes_of(&self, metric: &str) -> Vec<Mute> {
        let concerned = self.mutes.iter().filter(|tagged| tagged.metric.is_none_or(|named| named == metric));
        let excepted = |tagged: &&TaggedMute| tagged.metric.is_some() && tagged.mute == Mute::No;
        if concerned.clone().any(|tagged| excepted(&tagged)) {
            return Vec::new();
        }
        concerned.map(|tagged| tagged.mute).collect()
    }

    /// The next second at which a mute begins, ends or counts as forgotten.
    #[must_use]
    pub fn next_mute_change(&self, now: i64) -> Option<i64> {
        let changes = self.mutes.iter().flat_map(|tagged| {
            let forgotten = tagged.mute.ended(now).map(|end| end + FORGOTTEN_AFTER_SECONDS);
            let span = tagged.mute.span(now);
            [forgotten, span.map(|span| span.from), span.map(|span| span.until)]
        });
        changes.flatten().filter(|change| now < *change && *change < i64::MAX).min()
    }

    /// Makes issues of the resource's own mutes that ended long ago, each once, and returns those that there is room for.
    pub fn report_forgotten_mutes(&mut self, now: i64) -> Vec<Issue> {
        let mut issues: Vec<Issue> = self.mutes.iter_mut().filter_map(|tagged| tagged.forgotten(now)).collect();
        let room = MAX_ISSUES_PER_RESOURCE.saturating_sub(self.issues.len());
        self.issues_omitted += issues.len().saturating_sub(room);
        issues.truncate(room);
        self.issues.extend(issues.iter().cloned());
        self.issues.sort();
        issues
    }
}

impl TaggedMute {
    /// The issue of a mute of the resource's own that nobody removed; a cluster reports its own.
    fn forgotten(&mut self, now: i64) -> Option<Issue> {
        let long_ago = self.mute.ended(now).is_some_and(|end| end + FORGOTTEN_AFTER_SECONDS <= now);
        let news = self.source == Source::ResourceTag && long_ago && !std::mem::replace(&mut self.reported, long_ago);
        news.then(|| Issue::tag(&self.tag_key, &self.text, Reason::BadTime, self.metric))
    }
}

/// The first second from `now` on in which nothing mutes; `None` if there is none.
fn left(mutes: &[Mute], now: i64) -> Option<i64> {
    let mut at = now;
    for _ in 0..MOST_STEPS {
        let under_way = mutes.iter().filter_map(|mute| mute.span(at)).filter(|span| span.contains(at));
        match under_way.map(|span| span.until).max() {
            Some(i64::MAX) => return None,
            Some(end) => at = end,
            None => return Some(at),
        }
    }
    None
}

/// When the next mute begins, if nothing mutes now.
fn next_start(mutes: &[Mute], now: i64) -> i64 {
    mutes.iter().filter_map(|mute| mute.span(now)).map(|span| span.from).min().unwrap_or(i64::MAX)
}
