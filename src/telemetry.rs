//! plimsoll's log and its metrics about itself.
//!
//! Labels come from closed sets and from configuration, never from error text.

mod config_series;
mod families;
mod limits;
pub mod log;
mod logfmt;
mod own;
mod process;
mod queue;
mod refusals;
mod replica;
mod scope_gauges;
mod spending;
mod state_series;

pub use own::Own;
