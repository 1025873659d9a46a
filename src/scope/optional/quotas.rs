//! A quota as a resource, so that it has levels like any other.

use crate::resource::{Described, Engine, Facts, Figures, Kind, Tags, Text};

/// The status of every quota.
const STATUS: &str = "available";

/// A quota of the account and region of a resource. Its ARN is our own: AWS returns none.
pub(super) fn described(name: &str, used_percent: f64, neighbour: &Described) -> Described {
    let Described { account_id, region, .. } = neighbour.clone();
    let partition = neighbour.arn.split(':').nth(1).unwrap_or_default();
    Described {
        kind: Kind::QUOTA,
        arn: format!("arn:{partition}:rds:{region}:{account_id}:quota:{name}").into(),
        account_id,
        region,
        id: name.into(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::Other,
        engine_name: Text::default(),
        engine_version: Text::default(),
        class: Text::default(),
        status: STATUS.into(),
        tags: Tags::default(),
        facts: Facts::default(),
        figures: Figures { quota_used_percent: Some(used_percent), ..Figures::default() },
    }
}
