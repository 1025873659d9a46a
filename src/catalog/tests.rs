use std::collections::BTreeMap;

use crate::resource::{Capacity, Engine, Facts, Kind, Resource};

/// An available instance of which Describe says nothing but engine and class.
pub(super) fn instance(engine: &str, class: &str) -> Resource {
    Resource {
        kind: Kind::DbInstance,
        arn: "arn:aws:rds:eu-west-1:123456789012:db:orders".to_owned(),
        account_id: "123456789012".to_owned(),
        region: "eu-west-1".to_owned(),
        id: "orders".to_owned(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::from_aws(engine),
        engine_name: engine.to_owned(),
        engine_version: String::new(),
        class: class.to_owned(),
        status: "available".to_owned(),
        tags: BTreeMap::new(),
        facts: Facts::default(),
        capacity: Capacity::default(),
    }
}
