//! Whether a mute covers a time that others do not.

use super::Mute;
use super::span::Span;
use crate::time::{Seconds, Timestamp};

/// Mutes repeat each week; a window may begin in one and end in the next.
const REPEATED_DAYS: i64 = 9;

impl Mute {
    /// Whether it mutes any second from now on in which none of the others mutes.
    #[must_use]
    pub fn reaches_beyond(self, others: &[Self], now: Timestamp) -> bool {
        let mutes = |mute: &Self, at| mute.span(at).is_some_and(|span| span.contains(at));
        let all = || others.iter().chain([&self]);
        // Only the bounds of a mute until a time and changes of a clock make one week differ from the next.
        let differing = all().flat_map(|mute| mute.differing(now));
        let starts = differing.chain([now]).filter(|start| *start >= now);
        // A second that no other mute covers comes first where this mute begins or another one ends.
        let mut changes = starts.flat_map(|start| {
            let of_mute = all().flat_map(move |mute| mute.changes(start, start + REPEATED_DAYS * Seconds::DAY));
            of_mute.chain([start])
        });
        changes.any(|at| {
            (now..Timestamp::MAX).contains(&at) && mutes(&self, at) && !others.iter().any(|other| mutes(other, at))
        })
    }

    /// The seconds after which its weeks differ from those before.
    fn differing(&self, now: Timestamp) -> Vec<Timestamp> {
        match self {
            Self::No | Self::Always => Vec::new(),
            Self::Until { from, end } => vec![*from, *end],
            // A window that a change of the clock moves may have begun the day before.
            Self::Window(window) => {
                window.zone().changes(now).into_iter().map(|change| now.max(change - Seconds::DAY)).collect()
            }
        }
    }

    /// The seconds at which it begins and ends, for the spans that are not over at `from` and begin before `until`.
    fn changes(&self, from: Timestamp, until: Timestamp) -> impl Iterator<Item = Timestamp> {
        let next = move |span: &Span| self.span(span.until).filter(|next| next.from < until && next.until > span.until);
        let spans = std::iter::successors(self.span(from), next);
        spans.flat_map(|span| [span.from, span.until])
    }
}
