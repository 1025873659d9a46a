//! When the levels of a resource are muted: the resource's own tags before its cluster's.
//!
//! `plimsoll/mute` is for all metrics and `plimsoll/CPUUtilization/mute` for one; each is heard by itself, so that a
//! metric rests while either says so, unless its own says `no`. Levels stay what they are; only their series rest.
//! Guards bound how long; a mute for all is bound for each metric by itself.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use humantime::format_duration;

use super::guard::{MuteBound, MuteBounds};
use super::sources::Sources;
use super::{Issue, Resolved, Source, remedy};
use crate::config::{Config, Selection, tag_key};
use crate::level::Reason;
use crate::level::mute::{self, Mute, Span};
use crate::resource::Kind;

/// How long after its end a mute may still stand in a tag: nobody removes it the very moment.
const FORGOTTEN_AFTER_SECONDS: i64 = 86_400;

/// Spans without mute that are looked ahead: when one mute has begun, its end is known already.
const SPANS_AHEAD: usize = 2;

/// A shorter time between two mutes is no end of muting: rules wait for a quarter of it and more, and a page that comes
/// then is muted again before anybody could act.
const SHORTEST_BREAK_SECONDS: i64 = 3_600;

/// As many metrics as a remedy names before it counts the rest.
const MAX_METRICS_NAMED: usize = 5;

/// More steps than two mutes need to leave each other; windows that fill the day never do.
const MOST_STEPS: usize = 8;

/// A mute as a tag has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TaggedMute {
    /// The catalogue row's metric; `None` for all.
    pub metric: Option<&'static str>,
    /// When it mutes, as far as guards let it for any of its metrics.
    pub mute: Mute,
    /// Whose tag it is.
    pub source: Source,
    tag_key: String,
    text: String,
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
pub(super) fn read(claims: &[Claim], carrier: Kind, config: &Config, issues: &mut Vec<Issue>) -> Mutes {
    let mut by_metric: BTreeMap<_, Vec<(Claim, Result<Mute, Reason>)>> = BTreeMap::new();
    for claim in claims {
        let row = claim.metric.map(|name| config.catalog.find(carrier, name).ok_or(Reason::UnknownMetric)).transpose();
        match row {
            Ok(row) => by_metric.entry(row.map(|row| row.metric)).or_default().push((*claim, mute::parse(claim.text))),
            Err(reason) => {
                let advice =
                    claim.metric.and_then(|metric| remedy::unknown_metric(metric, Some(tag_key::MUTE), config));
                issues.push(Issue::tag(claim.key, claim.text, reason, None).advising(advice));
            }
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
            Err(reason) => {
                let advice = mute::slip::remedy(claim.text).map(str::to_owned);
                issues.push(Issue::tag(claim.key, claim.text, *reason, metric).advising(advice));
            }
            Ok(_) if !agree => issues.push(Issue::tag(claim.key, claim.text, Reason::Duplicate, metric)),
            Ok(_) => {}
        }
    }
    let (claim, mute) = said.first().filter(|_| agree)?;
    let mute = (*mute).ok()?;
    let (tag_key, text) = (claim.key.to_owned(), claim.text.to_owned());
    Some(TaggedMute { metric, mute, source: Source::ResourceTag, tag_key, text })
}

/// What is heard of mutes and until when that holds, the rest of it empty, and what is wrong with them now.
pub(super) fn hear(sources: &Sources, selection: &Selection, now: i64) -> (Resolved, Vec<Issue>) {
    if sources.own.mutes.is_empty() && sources.inherited.mutes.is_empty() {
        return (Resolved::default(), Vec::new());
    }
    let bounds = sources.longest_mutes(selection);
    let all = asked(sources, &bounds, now);
    let issues = all.iter().flat_map(|asked| asked.issues(now)).collect();
    let changes = all.iter().flat_map(|asked| asked.changes(now));
    // Where both are granted, the cluster's comes later and stands in place of the own one, which mutes nothing yet.
    let mutes: Mutes = all.iter().filter_map(|asked| Some((asked.tagged.metric, asked.granted()?))).collect();
    let resolved = Resolved {
        mutes: mutes.into_values().collect(),
        longest_mutes: bounds.iter().filter_map(|(metric, bound)| Some((*metric, (*bound)?.longest))).collect(),
        next_mute_change: changes.filter(|change| now < *change && *change < i64::MAX).min(),
        ..Resolved::default()
    };
    (resolved, issues)
}

/// For each metric the resource's own, and its cluster's where that says nothing or guards let it mute nothing yet.
fn asked<'a>(sources: &Sources<'a>, bounds: &MuteBounds<'a>, now: i64) -> Vec<Asked<'a>> {
    let asked = |tagged: TaggedMute| Asked {
        bounds: match tagged.metric {
            Some(metric) => BTreeMap::from([(sources.longest_mute(metric), vec![metric])]),
            None => by_bound(bounds),
        },
        tagged,
    };
    let mut all: Vec<Asked> = sources.own.mutes.values().cloned().map(asked).collect();
    let heard: BTreeSet<_> = all.iter().filter(|own| own.is_heard(now)).map(|own| own.tagged.metric).collect();
    let inherited = sources.inherited.mutes.values().filter(|tagged| !heard.contains(&tagged.metric));
    all.extend(inherited.map(|tagged| asked(TaggedMute { source: Source::ClusterTag, ..tagged.clone() })));
    all
}

/// The metrics of each bound.
fn by_bound<'a>(bounds: &MuteBounds<'a>) -> MetricsByBound<'a> {
    let mut metrics = MetricsByBound::new();
    for (metric, bound) in bounds {
        metrics.entry(*bound).or_default().push(*metric);
    }
    metrics
}

type MetricsByBound<'a> = BTreeMap<Option<MuteBound<'a>>, Vec<&'static str>>;

/// A mute that a tag asks for, and every bound on it; `None` among them where a metric has none.
struct Asked<'a> {
    tagged: TaggedMute,
    bounds: MetricsByBound<'a>,
}

impl Asked<'_> {
    fn within(&self, bound: Option<MuteBound>) -> Option<Mute> {
        let mute = self.tagged.mute;
        bound.map_or(Some(mute), |bound| mute.within(bound.longest))
    }

    fn is_allowed(&self, bound: Option<MuteBound>, now: i64) -> bool {
        self.within(bound).is_some_and(|left| left.has_begun(now))
    }

    /// Whether guards let it speak for any metric now.
    fn is_heard(&self, now: i64) -> bool {
        self.bounds.keys().any(|bound| self.is_allowed(*bound, now))
    }

    /// As the most generous bound leaves it; those of single metrics may leave less.
    fn granted(&self) -> Option<TaggedMute> {
        let widest = if self.bounds.contains_key(&None) { None } else { *self.bounds.last_key_value()?.0 };
        Some(TaggedMute { mute: self.within(widest)?, ..self.tagged.clone() })
    }

    /// When it begins, ends, comes within a guard or counts as forgotten, past times among them.
    fn changes(&self, now: i64) -> impl Iterator<Item = i64> {
        let forgotten = self.tagged.mute.ended(now).map(|end| end + FORGOTTEN_AFTER_SECONDS);
        let left = self.bounds.keys().filter_map(|bound| self.within(*bound));
        let spans = left.chain([self.tagged.mute]).filter_map(move |mute| mute.span(now));
        spans.flat_map(|span| [span.from, span.until]).chain(forgotten)
    }

    /// Where it goes beyond a guard, and that nobody removed it; the latter is told by its carrier alone.
    fn issues(&self, now: i64) -> Vec<Issue> {
        let TaggedMute { metric, mute, source, tag_key, text } = &self.tagged;
        let issue = |reason| Issue::tag(tag_key, text, reason, *metric);
        let broken = self.bounds.iter().filter(|(bound, _)| !self.is_allowed(**bound, now));
        let broken = broken.filter_map(|(bound, metrics)| Some(((*bound)?, metrics)));
        let is_heard = self.is_heard(now);
        let forgotten = mute.ended(now).filter(|end| end + FORGOTTEN_AFTER_SECONDS <= now);
        let forgotten = forgotten.filter(|_| *source == Source::ResourceTag);
        let issues = broken.map(|(bound, metrics)| {
            let excluded = if is_heard { format!(" for {}", named(metrics)) } else { String::new() };
            issue(Reason::OutsideGuard).beyond(bound.guard, &format!("allows {}{excluded}", bound.allowed()))
        });
        let ended = |end| format!("Remove the tag: the mute ended at {}.", Mute::until(end));
        issues.chain(forgotten.map(|end| issue(Reason::BadTime).advising(ended(end)))).collect()
    }
}

impl MuteBound<'_> {
    fn allowed(self) -> String {
        match u64::try_from(self.longest) {
            Ok(0) | Err(_) => "no mute".to_owned(),
            Ok(seconds) => format!("a mute of at most {}", format_duration(Duration::from_secs(seconds))),
        }
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

    /// When the muting that is under way ends, by this mute and, for that of a metric, by the one for all; `None` for
    /// never. Windows that meet, or leave less than an hour between them, do not end it.
    #[must_use]
    pub fn muted_until(&self, tagged: &TaggedMute, now: i64) -> Option<i64> {
        let mutes = tagged.metric.map_or_else(|| vec![tagged.mute], |metric| self.mutes_of(metric));
        let mut at = now;
        for _ in 0..MOST_STEPS {
            let end = left(&mutes, at)?;
            at = next_start(&mutes, end);
            if at - end >= SHORTEST_BREAK_SECONDS {
                return Some(end);
            }
        }
        None
    }

    /// The mute that keeps the levels of a metric away now, the one for the metric before the one for all.
    #[must_use]
    pub fn muted_by(&self, metric: &str, now: i64) -> Option<TaggedMute> {
        let is_under_way = |mute: Mute| mute.span(now).is_some_and(|span| span.contains(now));
        self.tagged_mutes_of(metric).into_iter().rev().find(|tagged| is_under_way(tagged.mute))
    }

    /// A mute of a metric that rests its levels at a time to come at which they stood before.
    #[must_use]
    pub fn newly_muted(&self, before: &Self, metric: &str, now: i64) -> Option<Mute> {
        let old = before.mutes_of(metric);
        self.mutes_of(metric).into_iter().find(|mute| mute.reaches_beyond(&old, now))
    }

    /// The mutes that concern a metric, as far as guards let them, the one for all first; a `no` of its own leaves
    /// none.
    #[must_use]
    pub fn mutes_of(&self, metric: &str) -> Vec<Mute> {
        self.tagged_mutes_of(metric).into_iter().map(|tagged| tagged.mute).collect()
    }

    fn tagged_mutes_of(&self, metric: &str) -> Vec<TaggedMute> {
        let concerned = self.mutes.iter().filter(|tagged| tagged.metric.is_none_or(|named| named == metric));
        let excepted = |tagged: &&TaggedMute| tagged.metric.is_some() && tagged.mute == Mute::No;
        if concerned.clone().any(|tagged| excepted(&tagged)) {
            return Vec::new();
        }
        let longest = self.longest_mutes.get(metric);
        let within = |mute: Mute| longest.map_or(Some(mute), |longest| mute.within(*longest));
        concerned.filter_map(|tagged| Some(TaggedMute { mute: within(tagged.mute)?, ..tagged.clone() })).collect()
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
