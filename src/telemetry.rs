//! What plimsoll says of itself: its log and its own metrics.
//!
//! Labels come from closed sets and from configuration, never from error text.

pub mod log;
mod logfmt;
mod own;
mod queue;

pub use own::Own;
