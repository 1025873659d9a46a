//! The flag of the shard, which differs between replicas that share a configuration file.

use clap::Args;

use crate::config::Shard;

/// The flag of the shard.
#[derive(Debug, Args)]
pub struct ShardFlag {
    /// Serve only one of several parts of the fleet, such as 0/3, the first of three
    #[arg(long = "shard", value_name = "I/N")]
    pub shard: Option<Shard>,
}
