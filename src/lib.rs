//! plimsoll: RDS metrics and the thresholds that each database carries as tags, side by side for Prometheus.
//!
//! The rooms, floor by floor, in reading order; ARCHITECTURE.md has the map and `tests/it/rooms.rs` holds the walls.

// Words: plain data.
pub mod version;
pub mod escape;
pub mod time;
pub mod resource;
pub mod level;
pub mod catalog;
pub mod config;

// Thoughts: pure functions over words.
pub mod threshold;
pub mod plan;
pub mod snapshot;
pub mod inventory;
pub mod cost;
pub mod exposition;
pub mod explain;
pub mod pages;
pub mod offline;
pub mod generate;
pub mod scope;

// Edges: one outside world each.
pub mod aws;
pub mod http;
pub mod kubernetes;
pub mod state;
pub mod telemetry;

// Wiring: where edges meet thoughts.
pub mod poller;
pub mod demo;
pub mod cli;

// A simulated AWS for the demonstration, the tests and the benches.
pub mod sim;
