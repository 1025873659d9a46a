//! The attributes of one database or cluster of a plan.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::offline::databases::blank;
use crate::offline::undetermined::{ATTRIBUTES, CLASS, ENGINE, STORAGE};
use crate::resource::described::arn_location;
use crate::resource::{Described, Facts, GIB, Kind, Tags, Text, Volume};

/// The engines of the plan's instances by identifier: a replica need not repeat the engine of its source.
pub(super) type Engines = BTreeMap<String, String>;

/// The attributes of one resource; absent, null and empty have the same meaning.
pub(super) struct Values<'a> {
    pub(super) known: &'a Value,
    /// `after_unknown` of the plan: true for each attribute that is known only after it is applied.
    pub(super) unknown: &'a Value,
    pub(super) engines: &'a Engines,
}

impl Values<'_> {
    fn text(&self, name: &str) -> Option<String> {
        self.known.get(name)?.as_str().filter(|text| !text.is_empty()).map(str::to_owned)
    }

    fn bytes(&self, name: &str) -> Option<f64> {
        self.known.get(name)?.as_f64().filter(|gib| *gib > 0.0).map(|gib| gib * GIB)
    }

    fn is_unknown(&self, name: &str) -> bool {
        self.unknown.get(name) == Some(&Value::Bool(true))
    }

    /// Whether the attribute is set, even if its value is not known yet.
    fn is_set(&self, name: &str) -> bool {
        self.text(name).is_some() || self.is_unknown(name)
    }

    fn is_on(&self, name: &str) -> Option<bool> {
        self.known.get(name)?.as_bool()
    }

    fn engine(&self) -> String {
        let of_source = || {
            let source = self.text("replicate_source_db")?;
            // A source in another region is given by its ARN.
            self.engines.get(source.rsplit(':').next()?).cloned()
        };
        self.text("engine").or_else(of_source).unwrap_or_default()
    }

    /// The attributes that are known only after the plan is applied. A replica inherits its class and storage from its
    /// source unless they are set, and the source may be outside the plan.
    pub(super) fn unknown_attributes(&self) -> BTreeSet<&'static str> {
        let is_undecided = |name: &str| match name {
            // The engine of a source in the same plan is known.
            ENGINE => self.engine().is_empty(),
            CLASS | STORAGE if self.is_set("replicate_source_db") => self.known.get(name).is_none_or(Value::is_null),
            _ => self.is_unknown(name),
        };
        ATTRIBUTES.into_iter().filter(|name| is_undecided(name)).collect()
    }

    /// The tags, including the provider's default tags if they are known.
    fn tags(&self) -> Tags {
        let all = self.known.get("tags_all").and_then(Value::as_object);
        let tags = all.or_else(|| self.known.get("tags").and_then(Value::as_object));
        let known =
            tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        known.collect()
    }

    /// A resource with its identity. The address serves as ARN, because a new resource has none yet.
    fn resource(&self, kind: Kind, address: &str, id: &str) -> Described {
        let mut resource = blank(kind, &self.engine());
        resource.arn = address.into();
        resource.id = self.text(id).unwrap_or_else(|| address.to_owned()).into();
        (resource.region, resource.account_id) = arn_location(&self.text("arn").unwrap_or_default());
        resource.engine_version = self.text("engine_version").unwrap_or_default().into();
        resource.tags = self.tags();
        resource
    }

    pub(super) fn instance(&self, address: &str) -> Described {
        let mut resource = self.resource(Kind::DB_INSTANCE, address, "identifier");
        resource.cluster = self.text("cluster_identifier").map(Text::from);
        resource.class = self.text("instance_class").unwrap_or_default().into();
        let facts = &mut resource.facts;
        facts.is_replica = self.is_set("replicate_source_db");
        let is_advanced = self.text("database_insights_mode").as_deref() == Some("advanced");
        facts.performance_insights = self.is_on("performance_insights_enabled").map(|on| on || is_advanced);
        facts.dedicated_log_volume = self.is_on("dedicated_log_volume").unwrap_or_default();
        facts.storage_type = self.text("storage_type").map(Text::from);
        let days = self.known.get("backup_retention_period").and_then(Value::as_u64);
        self.set_windows(facts);
        facts.backup_retention_days = days.and_then(|days| u32::try_from(days).ok());
        self.set_storage(&mut resource);
        resource
    }

    /// Members and clusters have longer names for their windows than other instances.
    fn set_windows(&self, facts: &mut Facts) {
        let window = |name| self.text(name).or_else(|| self.text(&format!("preferred_{name}")));
        facts.maintenance_window = window("maintenance_window").map(Text::from);
        facts.backup_window = window("backup_window").map(Text::from);
    }

    /// Sets the storage; for a Multi-AZ cluster, it is that of each member.
    fn set_storage(&self, resource: &mut Described) {
        let allocated = self.bytes(STORAGE).filter(|_| !resource.engine.has_cluster_storage());
        resource.facts.ordered.volumes = allocated.map(|bytes| self.volume(bytes / GIB)).into_iter().collect();
        resource.figures.allocated_storage_bytes = allocated;
        resource.figures.max_allocated_storage_bytes =
            Volume::most_gib(&resource.facts.ordered.volumes).map(|gib| gib * GIB);
    }

    fn volume(&self, gib: f64) -> Volume {
        let number = |name| self.known.get(name)?.as_f64().filter(|number| *number > 0.0);
        Volume {
            storage_type: self.text("storage_type").unwrap_or_default().into(),
            gib,
            max_gib: number("max_allocated_storage"),
            iops: number("iops"),
            mib_per_second: number("storage_throughput"),
            // The provider describes no additional volumes.
            ..Volume::default()
        }
    }

    pub(super) fn cluster(&self, address: &str) -> Described {
        let mut resource = self.resource(Kind::DB_CLUSTER, address, "cluster_identifier");
        resource.class = self.text("db_cluster_instance_class").unwrap_or_default().into();
        let facts = &mut resource.facts;
        self.set_windows(facts);
        facts.backtrack = self.known.get("backtrack_window").and_then(Value::as_u64).map(|seconds| seconds > 0);
        if !self.is_unknown("serverlessv2_scaling_configuration") {
            let scaling = self.known.pointer("/serverlessv2_scaling_configuration/0");
            let number = |name| scaling?.get(name)?.as_f64();
            let (min, max) = (number("min_capacity"), number("max_capacity"));
            facts.serverless = Some(scaling.is_some());
            facts.auto_pause = scaling.map_or(Some(false), |_| min.map(|min| min == 0.0));
            facts.ordered.capacity_units = min.zip(max);
        }
        facts.global_database = Some(self.is_set("global_cluster_identifier"));
        let forwards = ["enable_global_write_forwarding", "enable_local_write_forwarding"].map(|name| self.is_on(name));
        facts.write_forwarding = forwards.into_iter().flatten().reduce(|left, right| left || right);
        facts.cluster_replicates = Some(self.is_set("replication_source_identifier"));
        self.set_storage(&mut resource);
        resource
    }
}
