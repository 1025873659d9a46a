//! Each resource in the making: what a scope has learned besides the listings, and what must wait.

use std::sync::Arc;

use super::denominator_hold::DenominatorHold;
use super::optional::OptionalCalls;
use super::parameters::Parameters;
use super::watched::Watched;
use crate::config::Config;
use crate::plan::Now;
use crate::resource::{Capacity, Described, Resource};

/// What a resource depends on besides its listing.
#[derive(Debug, Default)]
pub(super) struct CapacitySources {
    pub(super) parameters: Parameters,
    pub(super) denominator_hold: DenominatorHold,
    pub(super) optional: OptionalCalls,
}

impl CapacitySources {
    /// A listed resource with its cluster's description and its limits; its relative levels keep the denominators whose
    /// change no datapoint has seen yet.
    pub(super) fn resource(
        &mut self,
        (described, cluster): (&Arc<Described>, Option<&Described>),
        config: &Config,
        before: Option<&Watched>,
        now: Now,
    ) -> Resource {
        let mut resource = config.resource(described, cluster, self.parameters.limit(described));
        self.optional.describe(&mut resource, now);
        if let Some(before) = before {
            let judged = config.catalog.rows().filter(|row| before.wants_level(row));
            self.denominator_hold.compare(&before.resource, &resource, judged, now.steady);
        }
        let held = self.denominator_hold.held(&resource.arn);
        Resource { capacity: Capacity { held, ..resource.capacity }, ..resource }
    }
}
