//! Databases and clusters of a plan of Terraform or `OpenTofu`, as `terraform show -json` prints it.
//!
//! The format: <https://developer.hashicorp.com/terraform/internals/json-format>. Values that the provider learns only
//! when the plan is applied are null. If a cluster has no identifier yet, its members are found by the references in
//! their configuration.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::databases::Databases;
use super::input::Input;
use super::unknown::Unknown;
use crate::resource::{Described, Text};

mod values;

use values::{Engines, Values};

/// An entry of `resource_changes`.
#[derive(Deserialize)]
pub(super) struct ResourceChange {
    address: String,
    #[serde(default = "managed")]
    mode: String,
    #[serde(rename = "type")]
    kind: String,
    change: Change,
}

/// The mode of resources; data sources have another one.
const MANAGED: &str = "managed";

/// The mode of an entry without one: plans that other programs shorten leave it out.
fn managed() -> String {
    MANAGED.to_owned()
}

/// The values before and after.
#[derive(Deserialize)]
struct Change {
    before: Option<Value>,
    after: Option<Value>,
    #[serde(default)]
    after_unknown: Value,
}

/// The configuration that the plan was made from.
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

/// By address without indexes, the addresses that `cluster_identifier` refers to.
type References = BTreeMap<String, Vec<String>>;

/// Adds the databases and clusters of a plan, as they are and as they will be.
pub(super) fn add(input: &mut Input, changes: &[ResourceChange], configuration: &Configuration) {
    let mut references = References::new();
    collect(&configuration.root_module, "", &mut references);
    let engines = engines(changes);
    for change in changes.iter().filter(|change| change.mode == MANAGED) {
        let ResourceChange { address, kind, change, .. } = change;
        if let Some(before) = &change.before {
            put(&mut input.before, kind, address, &Values { known: before, unknown: &Value::Null, engines: &engines });
        }
        if let Some(after) = &change.after {
            let values = Values { known: after, unknown: &change.after_unknown, engines: &engines };
            if put(&mut input.after, kind, address, &values) {
                let unknown = Unknown { attributes: values.unknown_attributes(), ..unknown_tags(change) };
                input.unknown.insert(address.clone(), unknown);
            }
        }
    }
    for databases in [&mut input.before, &mut input.after] {
        join(databases, &references);
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

/// Adds a database or cluster; returns false for any other type of resource.
fn put(databases: &mut Databases, kind: &str, address: &str, values: &Values) -> bool {
    match kind {
        "aws_db_instance" | "aws_rds_cluster_instance" => databases.add(values.instance(address)),
        "aws_rds_cluster" => databases.add(values.cluster(address)),
        _ => return false,
    }
    true
}

/// What is unknown of `tags` and of `tags_all`, which also contains the provider's default tags.
///
/// The provider marks all of `tags_all` as unknown if one value is unknown, and in many versions also if the last tag is
/// removed. Then only the default tags are really unknown:
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

/// Sets the cluster of members whose values do not name it.
fn join(databases: &mut Databases, references: &References) {
    for instance in &mut databases.instances {
        if instance.cluster.is_none() {
            instance.cluster = referenced(&instance.arn, &databases.clusters, references);
        }
    }
}

/// The cluster that a member's configuration refers to; if that is not exactly one, the reference itself.
fn referenced(address: &str, clusters: &[Described], references: &References) -> Option<Text> {
    let named = references.get(&without_indexes(address))?;
    let mut meant = clusters.iter().filter(|cluster| named.contains(&without_indexes(&cluster.arn)));
    match (meant.next(), meant.next()) {
        (Some(cluster), None) => Some(cluster.id.clone()),
        _ => named.first().map(|reference| reference.as_str().into()),
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
