//! What is watched: one database instance, cluster or proxy, as AWS describes it and with its capacity.
//!
//! Plain data and facts read off it. No AWS type, no metric, no threshold, no clock.

mod capacity;
pub mod described;
mod description;
mod engine;
mod event;
mod facts;
mod figures;
#[cfg(test)]
pub(crate) mod fixture;
mod index;
mod kind;
mod kinds;
mod optional;
mod parameters;
mod role;
mod settings;
mod tags;
mod text;
mod volumes;

pub use capacity::{Capacity, Limit, LimitSource, Resource};
pub use description::Described;
pub use engine::Engine;
pub use event::{EventCategory, ResourceEvent};
pub use facts::{Facts, GIB, Ordered, Processors, Volume};
pub use figures::{Figures, Learned, Pending};
pub use index::{Generation, ResourceIndex};
pub use kind::{FailedStatus, Kind, KindSpec, Lister, Service, Statuses};
pub use kinds::{KINDS, SERVICES};
pub use optional::{BlueGreenDeployments, Lifecycle, OptionalAnswer, OptionalCall};
pub use parameters::{GroupName, ParameterGroup, Setting};
pub use role::Role;
pub use settings::Settings;
pub use tags::Tags;
pub use text::{Text, Texts};
