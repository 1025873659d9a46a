//! plimsoll: RDS metrics and the thresholds that each database carries as tags, side by side for Prometheus.

pub mod resource;
pub mod level;
pub mod catalog;
pub mod config;
pub mod snapshot;
pub mod exposition;
pub mod pages;
pub mod http;
