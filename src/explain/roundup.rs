//! The most important facts about the whole fleet.

use std::collections::BTreeSet;

use super::headroom::{self, LeastHeadroom};
use super::summary::{Listing, Summary, first_page, summaries};
use crate::inventory::View;
use crate::plan::Now;

/// Resources that a tally names: as many as a person looks at one by one.
const NAMED: usize = 10;

/// Levels that are shown: crossed ones first, then those nearest to it.
const NEAREST: usize = 10;

/// The whole fleet in numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roundup {
    /// Levels that are crossed and not muted.
    pub crossed: Tally,
    /// Levels that are muted.
    pub muted: Tally,
    /// Levels whose metric should have a value and has none.
    pub unwatched: Tally,
    /// Tags and levels that cannot be used.
    pub issues: Tally,
    /// The levels that are nearest to being crossed.
    pub nearest: Vec<LeastHeadroom>,
    /// The first databases.
    pub listing: Listing,
}

/// A count over all resources, and where it is not zero.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// How many.
    pub count: usize,
    /// On how many databases and clusters; a volume is a part of its database.
    pub resources: usize,
    /// The first of these.
    pub first: Vec<Named>,
}

/// A database or cluster.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Its ARN.
    pub arn: String,
    /// Its identifier.
    pub id: String,
}

impl Tally {
    fn of(summaries: &[Summary], count: fn(&Summary) -> usize) -> Self {
        let (mut tally, mut databases) = (Self::default(), BTreeSet::new());
        for one in summaries.iter().filter(|one| count(one) > 0) {
            tally.count += count(one);
            databases.insert(one.database());
            if tally.first.len() < NAMED {
                tally.first.push(Named { arn: one.arn.clone(), id: one.id.clone() });
            }
        }
        tally.resources = databases.len();
        tally
    }
}

/// The roundup of all scopes.
#[must_use]
pub fn round_up(views: &[View], now: Now) -> Roundup {
    let summaries = summaries(views, now, |_| true);
    Roundup {
        crossed: Tally::of(&summaries, |one| one.crossed),
        muted: Tally::of(&summaries, |one| one.muted),
        unwatched: Tally::of(&summaries, |one| one.unwatched),
        issues: Tally::of(&summaries, |one| one.issues),
        nearest: headroom::rank(views, None, NEAREST, now),
        listing: first_page(summaries),
    }
}
