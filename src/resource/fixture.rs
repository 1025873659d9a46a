//! The description that tests begin with and change where they care.

use std::sync::Arc;

use super::{Capacity, Described, Engine, Facts, Figures, Kind, Learned, Resource, Tags};

/// An available PostgreSQL instance without tags, of which Describe says no more than it must.
pub(crate) fn instance(id: &str) -> Described {
    Described {
        kind: Kind::DB_INSTANCE,
        arn: format!("arn:aws:rds:eu-west-1:123456789012:db:{id}").into(),
        account_id: "123456789012".into(),
        region: "eu-west-1".into(),
        id: id.into(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::Postgres,
        engine_name: "postgres".into(),
        engine_version: "16.3".into(),
        class: "db.m6g.large".into(),
        status: "available".into(),
        tags: Tags::default(),
        facts: Facts::default(),
        figures: Figures::default(),
    }
}

/// A resource whose limits are unknown.
pub(crate) fn without_limits(described: Described) -> Resource {
    Resource { described: Arc::new(described), learned: Learned::default(), capacity: Capacity::default() }
}

/// Tags by key.
pub(crate) fn tags(tags: &[(&str, &str)]) -> Tags {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}
