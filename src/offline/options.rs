//! One database as the options of the command line describe it.

use std::collections::{BTreeMap, BTreeSet};

use super::databases::blank;
use super::read_error::ReadError;
use crate::catalog::capacity::DescribedClass;
use crate::catalog::class;
use crate::level::{Level, Writer, Written, parse};
use crate::resource::{Described, Engine, GIB, Kind, Volume};

/// The class of Serverless v2, whose memory depends on its cluster.
const SERVERLESS: &str = "db.serverless";

/// The options that describe one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DatabaseOptions<'a> {
    /// An instance or a cluster. The engine decides the service.
    pub kind: Kind,
    /// As AWS writes it.
    pub engine: &'a str,
    /// Whether it replicates from another database.
    pub is_replica: bool,
    /// Such as `100GiB`.
    pub storage: Option<&'a str>,
    /// Such as `db.r6g.large`.
    pub class: Option<&'a str>,
    /// Minimum and maximum capacity units of Serverless v2, such as `0.5-16`.
    pub capacity: Option<&'a str>,
    /// `key=value` each.
    pub tags: &'a [String],
}

impl DatabaseOptions<'_> {
    /// The database as a resource; `classes` are those that the configuration describes.
    ///
    /// # Errors
    /// The engine or the class is unknown, the storage or the capacity is invalid, or a tag has no value or several.
    pub fn described(&self, classes: &[DescribedClass]) -> Result<Described, ReadError> {
        let engine = Engine::from_aws(self.engine);
        if engine == Engine::Other {
            return Err(ReadError::Engine(self.engine.to_owned()));
        }
        if let Some(class) = self.class.filter(|class| !is_known_class(class, classes)) {
            return Err(ReadError::Class(class.to_owned()));
        }
        let storage = self.storage.map(size).transpose()?;
        let kind = self.kind.lister.and_then(|lister| Kind::listed(lister, engine)).unwrap_or(self.kind);
        let mut resource = blank(kind, self.engine);
        resource.id = "database".into();
        resource.facts.is_replica = self.is_replica;
        resource.arn.clone_from(&resource.id);
        resource.class = self.class.unwrap_or_default().into();
        let storage = storage.filter(|_| !engine.has_cluster_storage());
        let volume = |bytes| Volume { gib: bytes / GIB, ..Volume::default() };
        resource.facts.ordered.volumes = storage.map(volume).into_iter().collect();
        resource.figures.allocated_storage_bytes = storage;
        if self.capacity.is_some() && !(engine.is_aurora() && self.class == Some(SERVERLESS)) {
            return Err(ReadError::NotServerless);
        }
        let units = self.capacity.map(capacity).transpose()?;
        resource.facts.ordered.capacity_units = units;
        resource.facts.auto_pause = units.map(|(min, _)| min == 0.0);
        resource.tags = tags(self.tags)?.into();
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

/// Whether a class is known. The class of Serverless v2 is known although its memory depends on its cluster.
fn is_known_class(name: &str, described: &[DescribedClass]) -> bool {
    let is_described = described.iter().any(|class| class.name == name);
    is_described || class::memory_bytes(name).is_some() || name == SERVERLESS
}

fn size(text: &str) -> Result<f64, ReadError> {
    let invalid = || ReadError::Storage(text.to_owned());
    let Ok(Written::Ladder(levels)) = parse(text, 1, Writer::Tag) else { return Err(invalid()) };
    let [Some(Level::One(amount))] = levels[..] else { return Err(invalid()) };
    amount.bytes().ok_or_else(invalid)
}

/// Minimum and maximum capacity units.
fn capacity(text: &str) -> Result<(f64, f64), ReadError> {
    let number = |text: &str| text.parse::<f64>().ok().filter(|number| number.is_finite() && *number >= 0.0);
    let range = text.split_once('-').and_then(|(min, max)| number(min).zip(number(max)));
    let is_range = |(min, max): &(f64, f64)| min <= max && *max > 0.0;
    range.filter(is_range).ok_or_else(|| ReadError::Capacity(text.to_owned()))
}

fn tags(arguments: &[String]) -> Result<BTreeMap<String, String>, ReadError> {
    let mut tags = BTreeMap::new();
    for tag in arguments {
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
