//! The series about the part that this process has among replicas, and about parts of its page; none of them is served by
//! one that is alone and serves its page whole.

use prometheus::IntGaugeVec;
use prometheus::core::Collector;

use super::families::int_gauge;
use crate::config::Shard;

/// Whether this replica polls; served once it is set.
pub(super) fn leader() -> IntGaugeVec {
    let help = "1 if this replica polls, 0 if it serves what the holder of the lease has polled.";
    int_gauge("plimsoll_leader", help, &[])
}

/// Whether the lease was reached within its duration; served once it is set.
pub(super) fn lease_reached() -> IntGaugeVec {
    let help = "0 if the lease could not be reached for longer than it is valid, so that this replica polls without it; else 1.";
    int_gauge("plimsoll_lease_reached", help, &[])
}

/// How many shards there are, with the index of this one.
pub(super) fn shards(shard: Shard) -> Box<dyn Collector> {
    let help = "How many shards share the fleet; the label has the shard of this process, from 0.";
    let shards = int_gauge("plimsoll_shards", help, &["shard"]);
    shards.with_label_values(&[shard.index().to_string()]).set(shard.count().into());
    Box::new(shards)
}

/// Into how many shards the page is split for scrapes.
pub(super) fn page_shards(shards: u8) -> Box<dyn Collector> {
    let help = "Into how many shards the page is split for scrapes.";
    let page_shards = int_gauge("plimsoll_page_shards", help, &[]);
    page_shards.with_label_values::<&str>(&[]).set(shards.into());
    Box::new(page_shards)
}
