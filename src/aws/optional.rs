//! Makes optional calls: see [`OptionalCall`].

use super::clients::Target;
use super::failure::Failure;
use crate::resource::{OptionalAnswer, OptionalCall};
use crate::time::Timestamp;

mod blue_green;
mod events;
mod lifecycles;
mod maintenance;
mod pages;
mod quotas;

impl Target {
    /// Everything that an optional call returns for the account and region; events are those of a window.
    ///
    /// # Errors
    /// The failure of any page.
    pub async fn optional(
        &self,
        call: OptionalCall,
        window: (Timestamp, Timestamp),
    ) -> Result<OptionalAnswer, Failure> {
        match call {
            OptionalCall::Maintenance => self.maintenance().await.map(OptionalAnswer::Maintenance),
            OptionalCall::Lifecycles => self.lifecycles().await.map(OptionalAnswer::Lifecycles),
            OptionalCall::Quotas => self.quotas().await.map(OptionalAnswer::Quotas),
            OptionalCall::Events => self.events(window).await.map(OptionalAnswer::Events),
            OptionalCall::BlueGreen => self.blue_green().await.map(OptionalAnswer::BlueGreen),
        }
    }
}

pub(super) const fn operation(call: OptionalCall) -> &'static str {
    match call {
        OptionalCall::Maintenance => maintenance::OPERATION,
        OptionalCall::Lifecycles => lifecycles::OPERATION,
        OptionalCall::Quotas => quotas::OPERATION,
        OptionalCall::Events => events::OPERATION,
        OptionalCall::BlueGreen => blue_green::OPERATION,
    }
}
