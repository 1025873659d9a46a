//! Checks tags before they are applied: reads resources from files and command lines, and reports on them.
//!
//! Text in, resources and findings out. Files are opened elsewhere; levels are resolved by `threshold` as always.

use std::collections::{BTreeMap, BTreeSet};

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};

use crate::catalog::capacity::DescribedClass;
use crate::catalog::class;
use crate::level::{AmountUnit, Level, Writer, Written, parse};
use crate::resource::{Capacity, Engine, Facts, GIB, Kind, Resource, Volume, described};

mod loss;
mod member;
mod refused;
mod report;
mod terraform;
#[cfg(test)]
mod tests;
mod unjudged;

pub use loss::{Loss, Losses, losses};
pub use refused::Refused;
pub use report::{Checked, Muting, Report, report};
pub use unjudged::Unjudged;

/// The class whose memory is its cluster's matter.
const SERVERLESS: &str = "db.serverless";

/// A status in which metrics mean something.
const AVAILABLE: &str = "available";

/// Databases and clusters as a file has them, or as it will leave them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Estate {
    /// The instances; where a file knows no ARN, its own name for them stands there.
    pub instances: Vec<Resource>,
    /// The clusters.
    pub clusters: Vec<Resource>,
}

impl Estate {
    /// Takes in one database or cluster.
    pub fn add(&mut self, resource: Resource) {
        let of_kind = if resource.kind.is_cluster() { &mut self.clusters } else { &mut self.instances };
        of_kind.push(resource);
    }

    fn resources_mut(&mut self) -> impl Iterator<Item = &mut Resource> {
        self.instances.iter_mut().chain(&mut self.clusters)
    }
}

/// What is known of one resource only when a plan is applied.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Unknown {
    /// Keys without a value yet.
    pub keys: BTreeSet<String>,
    /// Whether every key is unknown.
    pub all: bool,
    /// Whether default tags of Terraform's provider may come, besides those of today.
    pub defaults: bool,
    /// What decides which metrics there are and what levels are shares of, as Terraform names it.
    pub attributes: BTreeSet<&'static str>,
}

impl Unknown {
    fn may_have(&self, key: &str) -> bool {
        self.all || self.keys.contains(key)
    }

    /// Leaves the attributes as they are today.
    fn keep(&self, today: &Resource, then: &mut Resource) {
        let Resource { engine, engine_name, class, facts, capacity, .. } = today;
        for attribute in &self.attributes {
            match *attribute {
                unjudged::ENGINE => (then.engine, then.engine_name) = (*engine, engine_name.clone()),
                unjudged::CLASS | unjudged::CLUSTER_CLASS => then.class.clone_from(class),
                unjudged::CAPACITY => then.facts.ordered.capacity_units = facts.ordered.capacity_units,
                _ => {
                    then.facts.ordered.volumes.clone_from(&facts.ordered.volumes);
                    then.capacity.allocated_storage_bytes = capacity.allocated_storage_bytes;
                }
            }
        }
    }
}

/// What was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Reading {
    /// What there is today, as far as a plan has it.
    pub before: Estate,
    /// What is to be checked.
    pub after: Estate,
    /// By ARN, what a plan does not know yet.
    pub unknown: BTreeMap<String, Unknown>,
    /// The ARNs of members that stand for those that were not given.
    pub imagined: BTreeSet<String>,
    /// Whether a plan was among it.
    pub is_plan: bool,
    /// Options of the command line that would describe a database further.
    pub omitted: BTreeSet<&'static str>,
}

/// Why nothing could be read.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The text is no JSON, or not of the expected form.
    #[error("not the JSON of `aws rds describe-db-instances`, `describe-db-clusters` or `terraform show -json`")]
    Json(#[from] serde_json::Error),
    /// It is JSON of something else.
    #[error(
        "neither `DBInstances`, `DBClusters` nor `resource_changes`: write what `aws rds describe-db-instances`, \
         `aws rds describe-db-clusters` or `terraform show -json` prints"
    )]
    Foreign,
    /// There is no text.
    #[error("it is empty: see whether the command that was to write it failed")]
    Empty,
    /// It is what `--query` leaves of a listing.
    #[error("a bare list has no name: leave out `--query`, so that `DBInstances` or `DBClusters` is its name")]
    List,
    /// It is a state of Terraform.
    #[error(
        "a state, not a plan: write what `terraform show -json plan.tfplan` prints after `terraform plan -out=plan.tfplan`"
    )]
    State,
    /// The engine on the command line.
    #[error(
        "`{0}` is no engine that plimsoll knows: write {known}, or one of their editions, such as sqlserver-ee",
        known = Engine::KNOWN.map(Engine::name).join(", ")
    )]
    Engine(String),
    /// The class on the command line.
    #[error(
        "`{0}` is no class that plimsoll knows: write it as AWS does, such as db.r6g.large, or describe it in the \
         configuration under [[class]]"
    )]
    Class(String),
    /// The storage on the command line.
    #[error("`{0}` is no size such as 100GiB")]
    Storage(String),
    /// The capacity on the command line.
    #[error("`{0}` is no least and most capacity, such as 0.5-16")]
    Capacity(String),
    /// The capacity of something that has none.
    #[error("--capacity is that of Aurora Serverless v2: add --class db.serverless")]
    NotServerless,
    /// A tag that the command line has with different values.
    #[error("`{0}` is there twice with different values: leave one")]
    Contradiction(String),
    /// A tag on the command line.
    #[error("`{0}` is no tag such as plimsoll/CPUUtilization=80/90")]
    Tag(String),
}

/// The kinds of JSON document, which differ in their first level.
#[derive(Deserialize)]
struct Document {
    #[serde(rename = "DBInstances")]
    instances: Option<Vec<described::Instance>>,
    #[serde(rename = "DBClusters")]
    clusters: Option<Vec<described::Cluster>>,
    resource_changes: Option<Vec<terraform::ResourceChange>>,
    /// Only plans have these; one that changes nothing may have no changes.
    planned_values: Option<IgnoredAny>,
    /// Only states have these.
    values: Option<IgnoredAny>,
    #[serde(default)]
    configuration: terraform::Configuration,
}

impl Reading {
    /// Takes in the text of one file.
    ///
    /// # Errors
    /// It is no JSON of a known form.
    pub fn add(&mut self, text: &str) -> Result<(), ReadError> {
        match text.trim_start().chars().next() {
            None => return Err(ReadError::Empty),
            Some('[') => return Err(ReadError::List),
            Some(_) => {}
        }
        let document: Document = serde_json::from_str(text)?;
        let Document { instances, clusters, resource_changes, planned_values, values, configuration } = document;
        let is_plan = resource_changes.is_some() || planned_values.is_some();
        if instances.is_none() && clusters.is_none() && !is_plan {
            return Err(if values.is_some() { ReadError::State } else { ReadError::Foreign });
        }
        self.is_plan |= is_plan;
        let instances = instances.into_iter().flatten().filter_map(described::Instance::resource);
        let clusters = clusters.into_iter().flatten().filter_map(described::Cluster::resource);
        instances.chain(clusters).map(completed).for_each(|resource| self.after.add(resource));
        if let Some(changes) = resource_changes {
            terraform::add(self, &changes, &configuration);
        }
        Ok(())
    }

    /// What is there today and what will be, so that a difference is a loss: what a plan does not know stays as
    /// it is, and a member whose cluster is not known afterwards has none today either.
    #[must_use]
    pub fn comparable(&self) -> (Estate, Estate) {
        let (mut before, mut after) = (self.before.clone(), self.after.clone());
        let clusters: BTreeSet<&str> = self.after.clusters.iter().map(|cluster| cluster.id.as_str()).collect();
        let is_alone = |cluster: &String| !clusters.contains(cluster.as_str());
        let mut today: BTreeMap<_, _> = before.resources_mut().map(|one| (one.arn.clone(), one)).collect();
        for then in after.resources_mut() {
            let Some(today) = today.get_mut(&then.arn) else { continue };
            if then.cluster.as_ref().is_some_and(is_alone) {
                (today.cluster, then.cluster) = (None, None);
            }
            if let Some(unknown) = self.unknown.get(&then.arn) {
                let unknown_tags =
                    today.tags.iter().filter(|(key, _)| unknown.may_have(key) && !then.tags.contains_key(*key));
                let unknown_tags: Vec<_> = unknown_tags.map(|(key, value)| (key.clone(), value.clone())).collect();
                then.tags.extend(unknown_tags);
                unknown.keep(today, then);
            }
        }
        (before, after)
    }
}

/// One database in the words of a command line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sketch<'a> {
    /// An instance or a cluster, of whatever service the engine belongs to.
    pub kind: Kind,
    /// As AWS writes it.
    pub engine: &'a str,
    /// Whether it replicates from another database.
    pub is_replica: bool,
    /// Such as `100GiB`.
    pub storage: Option<&'a str>,
    /// Such as `db.r6g.large`.
    pub class: Option<&'a str>,
    /// The least and the most capacity units of Serverless v2, such as `0.5-16`.
    pub capacity: Option<&'a str>,
    /// `key=value` each.
    pub tags: &'a [String],
}

impl Sketch<'_> {
    /// The database; `classes` are those that the configuration describes.
    ///
    /// # Errors
    /// The engine or the class is unknown, the storage or the capacity is no size or out of place, or a tag has no value
    /// or several.
    pub fn resource(&self, classes: &[DescribedClass]) -> Result<Resource, ReadError> {
        let engine = Engine::from_aws(self.engine);
        if engine == Engine::Other {
            return Err(ReadError::Engine(self.engine.to_owned()));
        }
        if let Some(class) = self.class.filter(|class| !is_class(class, classes)) {
            return Err(ReadError::Class(class.to_owned()));
        }
        let storage = self.storage.map(size).transpose()?;
        let kind = Kind::listed(self.kind.lister, engine).unwrap_or(self.kind);
        let mut resource = blank(kind, self.engine);
        "database".clone_into(&mut resource.id);
        resource.facts.is_replica = self.is_replica;
        resource.arn.clone_from(&resource.id);
        self.class.unwrap_or_default().clone_into(&mut resource.class);
        let storage = storage.filter(|_| !engine.has_cluster_storage());
        let volume = |bytes| Volume { gib: bytes / GIB, ..Volume::default() };
        resource.facts.ordered.volumes = storage.map(volume).into_iter().collect();
        resource.capacity.allocated_storage_bytes = storage;
        if self.capacity.is_some() && !(engine.is_aurora() && self.class == Some(SERVERLESS)) {
            return Err(ReadError::NotServerless);
        }
        let units = self.capacity.map(capacity).transpose()?;
        resource.facts.ordered.capacity_units = units;
        resource.facts.auto_pause = units.map(|(least, _)| least == 0.0);
        resource.tags = tags(self.tags)?;
        Ok(resource)
    }

    /// The options that would set further denominators of levels.
    #[must_use]
    pub fn omitted(&self) -> BTreeSet<&'static str> {
        let is_serverless = self.class == Some(SERVERLESS);
        let omitted = [
            (self.storage.is_none(), "--storage"),
            (self.class.is_none(), "--class"),
            (is_serverless && self.capacity.is_none(), "--capacity"),
        ];
        omitted.into_iter().filter_map(|(is_omitted, option)| is_omitted.then_some(option)).collect()
    }
}

/// Whether anything is known of a class; the memory of a serverless one is its cluster's matter.
fn is_class(name: &str, described: &[DescribedClass]) -> bool {
    let is_described = described.iter().any(|class| class.name == name);
    is_described || class::memory_bytes(name).is_some() || name == SERVERLESS
}

fn size(text: &str) -> Result<f64, ReadError> {
    let wrong = || ReadError::Storage(text.to_owned());
    let Ok(Written::Ladder(levels)) = parse(text, 1, Writer::Tag) else { return Err(wrong()) };
    let [Some(Level::One(amount))] = levels[..] else { return Err(wrong()) };
    #[expect(clippy::cast_precision_loss, reason = "factors of the grammar are far below 2^53")]
    match amount.unit {
        AmountUnit::Bytes(factor) => Ok(amount.number * factor as f64),
        _ => Err(wrong()),
    }
}

/// The least and the most capacity units.
fn capacity(text: &str) -> Result<(f64, f64), ReadError> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let range = text.split_once('-').and_then(|(least, most)| number(least).zip(number(most)));
    let is_range = |(least, most): &(f64, f64)| least <= most && *most > 0.0;
    range.filter(is_range).ok_or_else(|| ReadError::Capacity(text.to_owned()))
}

fn tags(written: &[String]) -> Result<BTreeMap<String, String>, ReadError> {
    let mut tags = BTreeMap::new();
    for tag in written {
        let (key, value) = split(tag)?;
        if tags.get(&key).is_some_and(|other| *other != value) {
            return Err(ReadError::Contradiction(key));
        }
        tags.insert(key, value);
    }
    Ok(tags)
}

fn split(tag: &str) -> Result<(String, String), ReadError> {
    let (key, value) = tag.split_once('=').ok_or_else(|| ReadError::Tag(tag.to_owned()))?;
    Ok((key.to_owned(), value.to_owned()))
}

/// A resource of a file that has less than AWS sends: its identifier takes the place of the ARN, and it is available.
fn completed(mut resource: Resource) -> Resource {
    if resource.arn.is_empty() {
        resource.arn.clone_from(&resource.id);
    }
    if resource.status.is_empty() {
        AVAILABLE.clone_into(&mut resource.status);
    }
    resource
}

/// An available resource of which nothing else is known.
fn blank(kind: Kind, engine: &str) -> Resource {
    Resource {
        kind,
        arn: String::new(),
        account_id: String::new(),
        region: String::new(),
        id: String::new(),
        further_ids: Vec::new(),
        resource_id: None,
        cluster: None,
        members: Vec::new(),
        engine: Engine::from_aws(engine),
        engine_name: engine.to_owned(),
        engine_version: String::new(),
        class: String::new(),
        status: AVAILABLE.to_owned(),
        tags: BTreeMap::new(),
        facts: Facts::default(),
        capacity: Capacity::default(),
    }
}
