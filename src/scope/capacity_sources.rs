//! The capacity of each resource in the making: what a scope has learned besides the listings, and what must wait.

use super::denominator_hold::DenominatorHold;
use super::parameters::Parameters;
use super::watched::Watched;
use crate::config::Config;
use crate::plan::Seconds;
use crate::resource::Resource;

/// What denominators depend on over time.
#[derive(Debug, Default)]
pub(super) struct CapacitySources {
    pub(super) parameters: Parameters,
    pub(super) denominator_hold: DenominatorHold,
}

impl CapacitySources {
    /// Gives a resource its limits, and those back to its relative levels that no datapoint has seen yet.
    pub(super) fn give(
        &mut self,
        resource: &mut Resource,
        cluster: Option<&Resource>,
        config: &Config,
        before: Option<&Watched>,
        now: Seconds,
    ) {
        resource.facts.ordered.max_connections = self.parameters.limit(resource);
        config.measure(resource, cluster);
        if let Some(before) = before {
            let judged = config.catalog.rows().filter(|row| before.wants_level(row));
            self.denominator_hold.compare(&before.resource, resource, judged, now);
        }
        resource.capacity.held = self.denominator_hold.held(&resource.arn);
    }
}
