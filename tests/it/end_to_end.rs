//! The main job with nothing left out: the built binary on the simulated AWS, a real Prometheus with the rules that the
//! binary prints for the same configuration, a real Alertmanager, and somebody who is paged.
//!
//! Times are shortened by configuration alone. What must not happen is shown by something later that does, or over a
//! count of rule evaluations; nothing sleeps.

mod changes;
mod down;
mod services;
mod silence;
mod stack;
mod tags;
mod trouble;
