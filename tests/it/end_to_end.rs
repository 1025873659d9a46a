//! From tags and metrics to pages: the built binary on the simulated AWS, a real Prometheus with the rules that the
//! binary prints for the same configuration, a real Alertmanager, and a webhook receiver as the pager.
//!
//! Only configuration shortens times. That something does not happen is shown by a later event or over a count of rule
//! evaluations; nothing sleeps.

mod changes;
mod down;
mod pair;
mod services;
mod shards;
mod silence;
mod stack;
mod tags;
mod trouble;
