//! The first listing of instances while it goes on: what its pages had so far.
//!
//! AWS returns a hundred instances a page, one page after the other: 10,000 need 20 seconds. They are polled meanwhile. From
//! some pages nothing is concluded: what is not on them may be on the next one.

use std::sync::Arc;

use crate::config::Config;
use crate::resource::{Described, Lister};

/// `None` once a listing is known, failed, or is not to be polled before it is complete.
#[derive(Debug, Default)]
pub(super) struct FirstListing(Option<Vec<Arc<Described>>>);

impl FirstListing {
    /// What a budget saves hangs on the whole fleet, so that nothing is polled before all of it is known.
    pub(super) fn new(config: &Config) -> Self {
        Self(config.cost.monthly_budget_usd.is_none().then(Vec::new))
    }

    /// Whether pages of such a listing are of use. Others inherit from clusters, and proxies are few.
    pub(super) fn takes(&self, lister: Lister) -> bool {
        lister == Lister::Instances && self.0.is_some()
    }

    /// Takes the resources of pages.
    pub(super) fn extend(&mut self, lister: Lister, part: impl Iterator<Item = Arc<Described>>) {
        if let Some(pages) = self.0.as_mut().filter(|_| lister == Lister::Instances) {
            pages.extend(part);
        }
    }

    /// Goes on under a new configuration, if that lists instances.
    pub(super) fn reconfigure(&mut self, config: &Config) {
        let is_listed = config.catalog.listers().contains(&Lister::Instances);
        self.0.take_if(|_| !is_listed);
        self.0.iter_mut().for_each(|pages| pages.retain(|one| config.catalog.kinds().contains(&one.kind)));
    }

    /// A listing ended, well or badly: a part of one that failed is not known, because nobody can tell what it lacks.
    pub(super) fn ended(&mut self, lister: Lister) {
        self.0.take_if(|_| lister == Lister::Instances);
    }

    pub(super) fn pages(&self) -> &[Arc<Described>] {
        self.0.as_deref().unwrap_or_default()
    }
}
