//! The most important facts about the whole fleet.

use std::collections::{BTreeMap, BTreeSet};

use super::headroom::{self, LeastHeadroom};
use super::standing::{Standing, standings};
use super::summary::{Listing, labels, page};
use super::values::Values;
use super::wanted::Wanted;
use crate::inventory::{Known, View};
use crate::plan::Now;

/// Resources that a tally names: as many as a person looks at one by one.
const NAMED: usize = 10;

/// Crossed levels that are shown: more than that is one fault of the whole fleet.
const CROSSED: usize = 50;

/// The whole fleet in numbers.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Roundup {
    /// Levels that are muted.
    pub muted: Tally,
    /// Levels whose metric should have a value and has none.
    pub unwatched: Tally,
    /// Tags and levels that cannot be used.
    pub issues: Tally,
    /// Metrics that have crossed a level, by the most severe one of each: the most severe severity first.
    pub by_severity: Vec<(String, Tally)>,
    /// The first of these levels, the most severe first.
    pub worst: Vec<LeastHeadroom>,
    /// The first of the wanted databases.
    pub listing: Listing,
    /// The number of wanted databases.
    pub wanted: usize,
    /// What the whole fleet can be filtered by.
    pub choices: Choices,
}

/// Values of filters, each with the number of resources that have it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Choices {
    /// Configured names of accounts.
    pub accounts: BTreeMap<String, usize>,
    /// Regions.
    pub regions: BTreeMap<String, usize>,
    /// Engines as AWS writes them.
    pub engines: BTreeMap<String, usize>,
    /// Tags that become labels, as `key=value`.
    pub tags: BTreeMap<String, usize>,
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
    fn of<'a>(standings: &[Standing<'a>], count: impl Fn(&Standing<'a>) -> usize) -> Self {
        let (mut tally, mut databases) = (Self::default(), BTreeSet::new());
        for one in standings.iter().filter(|one| count(one) > 0) {
            tally.count += count(one);
            databases.insert(one.database());
            if tally.first.len() < NAMED {
                tally.first.push(Named { arn: one.arn().to_owned(), id: one.id.clone() });
            }
        }
        tally.resources = databases.len();
        tally
    }
}

impl Choices {
    /// Needs no values.
    fn of(views: &[View]) -> Self {
        let mut choices = Self::default();
        for view in views {
            let context = view.inventory.context();
            for (_, known) in view.inventory.indexed() {
                choices.add(known, context.account);
                let parent = view.inventory.parent_of(&known.resource);
                for (key, value) in labels(known, parent, &context.config.labels.tags) {
                    *choices.tags.entry(format!("{key}={value}")).or_default() += 1;
                }
            }
        }
        choices
    }

    fn add(&mut self, known: &Known, account: &str) {
        for (values, value) in [
            (&mut self.accounts, account),
            (&mut self.regions, &*known.resource.region),
            (&mut self.engines, &*known.resource.engine_name),
        ] {
            *values.entry(value.to_owned()).or_default() += 1;
        }
    }
}

/// The roundup of the wanted resources of all scopes.
#[must_use]
pub fn round_up(views: &[View], wanted: &Wanted, now: Now) -> Roundup {
    let values = Values::of_each(views, now);
    let mut standings = standings(views, &values, wanted);
    let worst = headroom::crossed(&standings, CROSSED);
    let listing = page(&mut standings, wanted);
    let severities = views.first().map_or(&[][..], |view| &view.inventory.context().config.severities);
    let of_severity = |name: &String| {
        let count = |one: &Standing| one.crossed_by_severity.get(name.as_str()).copied().unwrap_or_default();
        (name.clone(), Tally::of(&standings, count))
    };
    Roundup {
        muted: Tally::of(&standings, |one| one.muted),
        unwatched: Tally::of(&standings, |one| one.unwatched),
        issues: Tally::of(&standings, Standing::issues),
        by_severity: severities.iter().rev().map(of_severity).collect(),
        worst,
        wanted: standings.len(),
        listing,
        choices: Choices::of(views),
    }
}
