//! The inventory that one listing makes, for commands that list once and poll nothing.

use std::sync::Arc;

use super::event::{Event, ParameterRead};
use super::machine::{Scope, ScopeName};
use crate::config::{Config, Selection};
use crate::inventory::Inventory;
use crate::plan::Now;
use crate::resource::{Described, GroupName, Lister};

/// What was listed once, from AWS or from a file.
#[derive(Debug, Default)]
pub struct Seen {
    /// Every listing with the resources that it returned, if it succeeded.
    pub listings: Vec<(Lister, Option<Vec<Described>>)>,
    /// The parameter groups that were read.
    pub parameters: Vec<(GroupName, ParameterRead)>,
}

/// The inventory that a scope makes of it: members know their cluster.
#[must_use]
pub fn inventory(
    name: ScopeName,
    config: &Arc<Config>,
    selection: &Arc<Selection>,
    seen: Seen,
    now: Now,
) -> Arc<Inventory> {
    let mut scope = Scope::new(name, Arc::clone(config), Arc::clone(selection), 0, now);
    for (lister, found) in seen.listings {
        let found = found.map(|found| found.into_iter().map(Arc::new).collect());
        scope.on(Event::Listed(lister, found), now);
    }
    for (group, read) in seen.parameters {
        scope.on(Event::Parameters(group, read), now);
    }
    scope.inventory()
}
