//! What a scope knows of the capacity of resources besides their listing: parameter groups, and changes that must wait.

use super::denominator_hold::DenominatorHold;
use super::parameters::Parameters;
use super::watched::Watched;
use crate::catalog::Catalog;
use crate::plan::Seconds;
use crate::resource::Resource;

/// What denominators depend on over time.
#[derive(Debug, Default)]
pub(super) struct CapacitySources {
    pub(super) parameters: Parameters,
    pub(super) denominator_hold: DenominatorHold,
}

impl CapacitySources {
    /// Sets the connection limit that a parameter group sets.
    pub(super) fn set_connection_limit(&self, resource: &mut Resource) {
        resource.facts.ordered.max_connections = self.parameters.limit(resource);
    }

    /// Gives relative levels their former denominators until a datapoint has seen the change.
    pub(super) fn hold_denominators(
        &mut self,
        resource: &mut Resource,
        before: Option<&Watched>,
        catalog: &Catalog,
        now: Seconds,
    ) {
        if let Some(before) = before {
            let judged = catalog.rows().filter(|row| before.wants_level(row));
            self.denominator_hold.compare(&before.resource, resource, judged, now);
        }
        resource.capacity.held = self.denominator_hold.held(&resource.arn);
    }
}
