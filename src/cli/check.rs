//! `plimsoll check`: what the configuration leaves to the environment.

use crate::aws::has_local_region;
use crate::config::{Config, Regions};

/// A configuration to begin with.
pub const EXAMPLE: &str = r#"
regions = ["eu-west-1", "us-east-1"]

[labels]
tags = ["team"]                      # becomes the label tag_team, by which alerts are routed

[metrics.CPUUtilization]
threshold = "80/90"                  # for every database without a more specific level

[[override]]                         # stronger than a configured metric, weaker than tags
tag = { env = "prod" }
thresholds = { FreeStorageSpace = "20pct/10pct" }
"#;

/// The text to print about a configuration without errors.
pub async fn checked(config: &Config) -> String {
    let is_open = config.accounts.iter().any(|account| account.regions == Regions::OfChain);
    let text = "the configuration is good\n";
    if !is_open || has_local_region().await {
        return text.to_owned();
    }
    format!(
        "{text}but it names no region, and neither does this environment: where plimsoll runs, set AWS_REGION or a region in \
         the AWS profile, or write `regions`; only on EC2 it starts without\n"
    )
}
