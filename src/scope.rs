//! One account and region as a state machine: `on(event, now) -> commands`.
//!
//! It decides what is listed, read and queried when, and keeps the results. It never waits, never calls AWS and has no
//! clock, so that a month of one scope is this function in a loop.

mod capacity_series;
mod capacity_sources;
mod changes;
mod column;
mod columns;
mod denominator_hold;
mod event;
mod first_listing;
mod fleet;
mod forecasts;
mod growing;
mod headroom;
mod label_block;
mod left_out;
mod listing;
mod log_event;
mod machine;
mod making;
mod mutes;
mod names;
mod once;
mod optional;
mod parameters;
mod polling;
mod recent;
mod reconfigured;
mod remainder;
mod renumbering;
mod report;
mod resource_info;
mod restart;
mod results;
mod round;
mod rounds;
mod saved;
mod saved_history;
mod saved_points;
mod saved_rounds;
mod series;
mod settings;
mod status_age;
mod sums;
mod tag_loss;
mod unwatched;
mod watched;

pub use event::{Command, Event, OptionalRead, ParameterRead};
pub use log_event::{Change, LogEvent, SourcedLevel, SourcedMute};
pub use machine::{Scope, ScopeName};
pub use once::{Seen, inventory};
pub use report::{ScopeReport, TaskReport};
pub use saved::{SavedScope, Uptime};
pub use settings::Settings;

#[cfg(test)]
mod tests;
