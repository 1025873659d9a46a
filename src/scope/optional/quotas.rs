//! A quota as a resource, so that it has levels like any other.

use crate::resource::{Described, Engine, Facts, Figures, Kind, Tags};

/// The status of every quota.
const STATUS: &str = "available";

/// A quota of the account and region of a resource. Its ARN is our own: AWS returns none.
pub(super) fn described(name: &str, used_percent: f64, neighbour: &Described) -> Described {
    let Described { account_id, region, .. } = neighbour.clone();
    let partition = neighbour.arn.split(':').nth(1).unwrap_or_default();
    Described {
        kind: Kind::QUOTA,
        arn: format!("arn:{partition}:rds:{region}:{account_id}:quota:{name}"),
        account_id,
        region,
        id: name.to_owned(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::Other,
        engine_name: String::new(),
        engine_version: String::new(),
        class: String::new(),
        status: STATUS.to_owned(),
        tags: Tags::default(),
        facts: Facts::default(),
        figures: Figures { quota_used_percent: Some(used_percent), ..Figures::default() },
    }
}
