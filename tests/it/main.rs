//! The one integration binary: one module per promise that needs more than a single room to be kept.
//!
//! | module | holds |
//! |---|---|
//! | `rooms` | which room may import which, and who may touch the outside world |
//! | `rules` | what the alert rules look like and when they fire, as promtool sees it |

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod rooms;
mod rules;
