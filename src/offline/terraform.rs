//! Databases and clusters of a Terraform plan, or of one made by its relatives, as `terraform show -json` prints it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>. What the provider learns only when
//! the plan is applied is null; a member whose cluster has no identifier yet finds it by the reference in its
//! configuration.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::Value;

use super::unjudged::{ATTRIBUTES, CLASS, ENGINE, STORAGE};
use super::{Estate, Reading, Unknown, blank};
use crate::resource::described::arn_location;
use crate::resource::{GIB, Kind, Resource, Volume};

/// An entry of `resource_changes`.
#[derive(Deserialize)]
pub(super) struct ResourceChange {
    address: String,
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    change: Change,
}

/// What becomes of it.
#[derive(Deserialize)]
struct Change {
    before: Option<Value>,
    after: Option<Value>,
    #[serde(default)]
    after_unknown: Value,
}

/// What the plan was made from.
#[derive(Default, Deserialize)]
pub(super) struct Configuration {
    #[serde(default)]
    root_module: Module,
}

#[derive(Default, Deserialize)]
struct Module {
    #[serde(default)]
    resources: Vec<Configured>,
    #[serde(default)]
    module_calls: BTreeMap<String, Call>,
}

#[derive(Deserialize)]
struct Call {
    #[serde(default)]
    module: Module,
}

#[derive(Deserialize)]
struct Configured {
    address: String,
    #[serde(default)]
    expressions: Value,
}

/// By address without indexes, what `cluster_identifier` refers to.
type References = BTreeMap<String, Vec<String>>;

/// By identifier, the engines of the plan's instances: a replica need not repeat that of its source.
type Engines = BTreeMap<String, String>;

/// Takes in the databases and clusters of a plan, as they are and as they will be.
pub(super) fn add(reading: &mut Reading, changes: &[ResourceChange], configuration: &Configuration) {
    let mut references = References::new();
    collect(&configuration.root_module, "", &mut references);
    let engines = engines(changes);
    for change in changes.iter().filter(|change| change.mode == "managed") {
        let ResourceChange { address, kind, change, .. } = change;
        if let Some(before) = &change.before {
            put(
                &mut reading.before,
                kind,
                address,
                &Values { known: before, unknown: &Value::Null, engines: &engines },
            );
        }
        if let Some(after) = &change.after {
            let values = Values { known: after, unknown: &change.after_unknown, engines: &engines };
            if put(&mut reading.after, kind, address, &values) {
                let unknown = Unknown { attributes: values.unknown_attributes(), ..unknown_tags(change) };
                reading.unknown.insert(address.clone(), unknown);
            }
        }
    }
    for estate in [&mut reading.before, &mut reading.after] {
        join(estate, &references);
    }
}

fn collect(module: &Module, prefix: &str, references: &mut References) {
    for resource in &module.resources {
        let named = resource.expressions.pointer("/cluster_identifier/references").and_then(Value::as_array);
        let named = named.into_iter().flatten().filter_map(Value::as_str).map(|name| format!("{prefix}{name}"));
        references.insert(format!("{prefix}{}", resource.address), named.collect());
    }
    for (name, call) in &module.module_calls {
        collect(&call.module, &format!("{prefix}module.{name}."), references);
    }
}

fn engines(changes: &[ResourceChange]) -> Engines {
    let values = changes.iter().flat_map(|change| [&change.change.before, &change.change.after]).flatten();
    let text = |value: &Value, name| Some(value.get(name)?.as_str()?.to_owned());
    values.filter_map(|value| Some((text(value, "identifier")?, text(value, "engine")?))).collect()
}

/// Returns whether it is one of ours.
fn put(estate: &mut Estate, kind: &str, address: &str, values: &Values) -> bool {
    match kind {
        "aws_db_instance" | "aws_rds_cluster_instance" => estate.add(values.instance(address)),
        "aws_rds_cluster" => estate.add(values.cluster(address)),
        _ => return false,
    }
    true
}

/// What is unknown of `tags` and of `tags_all`, to which the provider adds its default tags.
///
/// One unknown value, and in many versions also the last tag that goes, make all of `tags_all` unknown, where it can
/// only be default tags that are hidden:
/// <https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/provider/sdkv2/tags_interceptor.go>.
fn unknown_tags(Change { before, after, after_unknown }: &Change) -> Unknown {
    let map = |values: &Option<Value>, name| values.as_ref()?.get(name)?.as_object().cloned();
    let has = |values, key: &String| map(values, "tags").is_some_and(|tags| tags.contains_key(key));
    let unknown = |name| after_unknown.get(name).unwrap_or(&Value::Null);
    let keys = ["tags", "tags_all"].into_iter().filter_map(|name| unknown(name).as_object()).flatten();
    let keys = keys.filter(|(_, value)| **value == Value::Bool(true)).map(|(key, _)| key.clone());
    let (all, defaults) = (*unknown("tags") == Value::Bool(true), *unknown("tags_all") == Value::Bool(true));
    let of_today = map(before, "tags_all").filter(|_| defaults && !all).into_iter().flatten().map(|(key, _)| key);
    let defaults_of_today = of_today.filter(|key| !has(before, key) && !has(after, key));
    Unknown { keys: keys.chain(defaults_of_today).collect(), all, defaults, ..Unknown::default() }
}

/// The attributes of one resource; absent, null and empty are the same.
struct Values<'a> {
    known: &'a Value,
    /// True in the place of each attribute that only the provider will know.
    unknown: &'a Value,
    engines: &'a Engines,
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

    /// Whether the configuration names something there, be its name known or not.
    fn names(&self, name: &str) -> bool {
        self.text(name).is_some() || self.is_unknown(name)
    }

    fn is_on(&self, name: &str) -> Option<bool> {
        self.known.get(name)?.as_bool()
    }

    fn engine(&self) -> String {
        let of_source = || {
            let source = self.text("replicate_source_db")?;
            // In another region the source is named by its ARN.
            self.engines.get(source.rsplit(':').next()?).cloned()
        };
        self.text("engine").or_else(of_source).unwrap_or_default()
    }

    /// Whether only the provider will know it; a replica and its source may differ.
    fn unknown_attributes(&self) -> BTreeSet<&'static str> {
        let is_unsaid = |name: &str| match name {
            // That of a source in the same plan is known.
            ENGINE => self.engine().is_empty(),
            CLASS | STORAGE if self.names("replicate_source_db") => self.known.get(name).is_none_or(Value::is_null),
            _ => self.is_unknown(name),
        };
        ATTRIBUTES.into_iter().filter(|name| is_unsaid(name)).collect()
    }

    /// With the provider's default tags where they are known.
    fn tags(&self) -> BTreeMap<String, String> {
        let all = self.known.get("tags_all").and_then(Value::as_object);
        let tags = all.or_else(|| self.known.get("tags").and_then(Value::as_object));
        let known =
            tags.into_iter().flatten().filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned())));
        known.collect()
    }

    /// The address stands for the ARN: it names a resource that does not exist yet.
    fn named(&self, kind: Kind, address: &str, id: &str) -> Resource {
        let mut resource = blank(kind, &self.engine());
        address.clone_into(&mut resource.arn);
        resource.id = self.text(id).unwrap_or_else(|| address.to_owned());
        (resource.region, resource.account_id) = arn_location(&self.text("arn").unwrap_or_default());
        resource.engine_version = self.text("engine_version").unwrap_or_default();
        resource.tags = self.tags();
        resource
    }

    fn instance(&self, address: &str) -> Resource {
        let mut resource = self.named(Kind::DB_INSTANCE, address, "identifier");
        resource.cluster = self.text("cluster_identifier");
        resource.class = self.text("instance_class").unwrap_or_default();
        let facts = &mut resource.facts;
        facts.is_replica = self.names("replicate_source_db");
        let is_advanced = self.text("database_insights_mode").as_deref() == Some("advanced");
        facts.performance_insights = self.is_on("performance_insights_enabled").map(|on| on || is_advanced);
        facts.dedicated_log_volume = self.is_on("dedicated_log_volume").unwrap_or_default();
        facts.storage_type = self.text("storage_type");
        let days = self.known.get("backup_retention_period").and_then(Value::as_u64);
        facts.backup_retention_days = days.and_then(|days| u32::try_from(days).ok());
        self.store(&mut resource);
        resource.capacity.max_allocated_storage_bytes = self.bytes("max_allocated_storage");
        resource
    }

    /// Of a Multi-AZ cluster, what each of its members has.
    fn store(&self, resource: &mut Resource) {
        let allocated = self.bytes(STORAGE).filter(|_| !resource.engine.has_cluster_storage());
        resource.facts.ordered.volumes = allocated.map(|bytes| self.volume(bytes / GIB)).into_iter().collect();
        resource.capacity.allocated_storage_bytes = allocated;
    }

    fn volume(&self, gib: f64) -> Volume {
        let number = |name| self.known.get(name)?.as_f64().filter(|number| *number > 0.0);
        Volume {
            storage_type: self.text("storage_type").unwrap_or_default(),
            gib,
            max_gib: number("max_allocated_storage"),
            iops: number("iops"),
            mib_per_second: number("storage_throughput"),
        }
    }

    fn cluster(&self, address: &str) -> Resource {
        let mut resource = self.named(Kind::DB_CLUSTER, address, "cluster_identifier");
        resource.class = self.text("db_cluster_instance_class").unwrap_or_default();
        let facts = &mut resource.facts;
        facts.backtrack = self.known.get("backtrack_window").and_then(Value::as_u64).map(|seconds| seconds > 0);
        if !self.is_unknown("serverlessv2_scaling_configuration") {
            let scaling = self.known.pointer("/serverlessv2_scaling_configuration/0");
            let number = |name| scaling?.get(name)?.as_f64();
            let (least, most) = (number("min_capacity"), number("max_capacity"));
            facts.serverless = Some(scaling.is_some());
            facts.auto_pause = scaling.map_or(Some(false), |_| least.map(|least| least == 0.0));
            facts.ordered.capacity_units = least.zip(most);
        }
        facts.global_database = Some(self.names("global_cluster_identifier"));
        let forwards = ["enable_global_write_forwarding", "enable_local_write_forwarding"].map(|name| self.is_on(name));
        facts.write_forwarding = forwards.into_iter().flatten().reduce(|one, other| one || other);
        facts.cluster_replicates = Some(self.names("replication_source_identifier"));
        self.store(&mut resource);
        resource
    }
}

/// Finds the cluster of members whose values do not name it.
fn join(estate: &mut Estate, references: &References) {
    for instance in &mut estate.instances {
        if instance.cluster.is_none() {
            instance.cluster = referenced(&instance.arn, &estate.clusters, references);
        }
    }
}

/// The one cluster that a member's configuration refers to; where that is not clear, the reference stands for it.
fn referenced(address: &str, clusters: &[Resource], references: &References) -> Option<String> {
    let named = references.get(&without_indexes(address))?;
    let mut meant = clusters.iter().filter(|cluster| named.contains(&without_indexes(&cluster.arn)));
    match (meant.next(), meant.next()) {
        (Some(cluster), None) => Some(cluster.id.clone()),
        _ => named.first().cloned(),
    }
}

/// `module.a["x"].aws_rds_cluster.b[0]` is configured as `module.a.aws_rds_cluster.b`.
fn without_indexes(address: &str) -> String {
    let mut depth = 0_usize;
    let outside = address.chars().filter(|character| {
        match character {
            '[' => depth += 1,
            ']' => {
                depth = depth.saturating_sub(1);
                return false;
            }
            _ => {}
        }
        depth == 0
    });
    outside.collect()
}
