//! The one integration binary: one module per promise that needs more than a single room to be kept.
//!
//! | module | holds |
//! |---|---|
//! | `rooms` | which room may import which, and who may touch the outside world |
//! | `yace` | names, labels and values equal YACE's real output for the same fleet |
//! | `support` | nothing of its own: it is what the others drive, the exporter, Prometheus, a pager, other people's AWS |
//! | `defaults` | untagged databases page nobody |
//! | `reference` | the page of metrics is that of the catalogue |
//! | `rules` | what the alert rules look like and when they fire, as promtool sees it |

#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so by panicking")]

mod defaults;
mod reference;
mod rooms;
mod rules;
mod support;
mod yace;
