//! The kinds of resources: what each is called, how CloudWatch names one of it and what its statuses mean.
//!
//! Types only; the rows are in `kinds`. Code that works with any kind reads its row and compares no names.

use std::cmp::Ordering;
use std::fmt::{self, Debug, Formatter};
use std::hash::{Hash, Hasher};
use std::ops::Deref;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::Engine;

/// A kind of resource; two kinds are the same if they have the same name.
#[derive(Clone, Copy)]
pub struct Kind(&'static KindSpec);

/// What there is to know of a kind.
#[derive(Debug)]
pub struct KindSpec {
    /// The value of the label `kind`, unique.
    pub name: &'static str,
    /// Several of it, as remedies name them.
    pub plural: &'static str,
    /// Several of it, as headings name them.
    pub title: &'static str,
    /// The service that it belongs to.
    pub service: &'static Service,
    /// The CloudWatch dimensions that together name one resource, in the order of [`super::Described::dimensions`].
    pub dimensions: &'static [&'static str],
    /// The same in another spelling: CloudWatch tells upper from lower case, and its documents do not agree. What is
    /// queried is queried in both. Empty where the spelling is certain.
    pub also_spelled: &'static [&'static str],
    /// The kind of the cluster that a resource may be a member of, or of the instance that it is a volume of: it inherits
    /// that one's tags.
    pub parent: Option<Kind>,
    /// What lists it; `None` where an optional call returns it.
    pub lister: Option<Lister>,
    /// The metric that every running resource has: without it, a rule fires. `None` where no metric is that sure.
    pub heartbeat: Option<&'static str>,
    /// The metrics that a resource which has paused itself still has, always as 0; it has no other. The one that costs
    /// least to query stands first. Empty for kinds that never pause.
    pub zero_while_paused: &'static [&'static str],
}

/// An AWS service whose resources are watched.
#[derive(Debug)]
pub struct Service {
    /// The name in `[discovery] services`.
    pub name: &'static str,
    /// The CloudWatch namespace of its metrics.
    pub namespace: &'static str,
    /// What its series begin with, as YACE makes it from the namespace.
    pub prefix: &'static str,
    /// What the names of its alert rules begin with.
    pub alert_prefix: &'static str,
    /// What the names of their runbook pages begin with: services whose resources fail in the same ways share pages.
    pub runbook_prefix: &'static str,
    /// The engines that make a listed resource one of this service; empty where no engine tells.
    pub engines: &'static [Engine],
    /// The statuses of its resources.
    pub statuses: &'static Statuses,
}

/// What the statuses of resources mean, as AWS writes them; any other one is data.
#[derive(Debug)]
pub struct Statuses {
    /// It runs and reports: silence is a fault.
    pub running: &'static [&'static str],
    /// Its metrics mean nothing: none is queried.
    pub silent: &'static [&'static str],
    /// AWS is at work, and should be done within hours.
    pub transitional: &'static [&'static str],
    /// It needs a person: each has an alert rule.
    pub failed: &'static [FailedStatus],
}

/// A status that needs a person.
#[derive(Debug)]
pub struct FailedStatus {
    /// The name of the alert rule and of its runbook page, behind their prefixes.
    pub alert: &'static str,
    /// A regular expression that matches all of the status.
    pub status: &'static str,
    /// The rule's summary.
    pub summary: &'static str,
    /// Whether clients miss the resource: the rule is critical then, else a warning.
    pub is_outage: bool,
}

/// A listing of AWS: what it returns may be of several kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Lister {
    /// `DescribeDBInstances`.
    Instances,
    /// `DescribeDBClusters`.
    Clusters,
    /// `DescribeDBProxies`, and `ListTagsForResource` for each of them.
    Proxies,
}

impl Lister {
    /// The value of the label `task`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Instances => "instances",
            Self::Clusters => "clusters",
            Self::Proxies => "proxies",
        }
    }

    /// The IAM actions that it needs.
    #[must_use]
    pub const fn permissions(self) -> &'static [&'static str] {
        match self {
            Self::Instances => &["rds:DescribeDBInstances"],
            Self::Clusters => &["rds:DescribeDBClusters"],
            Self::Proxies => &["rds:DescribeDBProxies", "rds:ListTagsForResource"],
        }
    }
}

impl Kind {
    /// The kind of a row.
    #[must_use]
    pub const fn new(spec: &'static KindSpec) -> Self {
        Self(spec)
    }

    /// Whether it is a database instance with a class of its own.
    #[must_use]
    pub fn is_instance(self) -> bool {
        self.lister == Some(Lister::Instances) && !self.is_volume()
    }

    /// Whether it is a storage volume of such an instance, which is listed with it.
    #[must_use]
    pub fn is_volume(self) -> bool {
        self.parent.is_some_and(Self::is_instance)
    }

    /// The service that users name to watch it: a volume comes with its instance.
    #[must_use]
    pub fn watched_with(self) -> &'static Service {
        self.parent.map_or(self.service, |parent| parent.service)
    }

    /// The spellings of its dimensions, the one of its labels first.
    pub fn spellings(self) -> impl Iterator<Item = &'static [&'static str]> {
        [self.0.dimensions, self.0.also_spelled].into_iter().filter(|dimensions| !dimensions.is_empty())
    }

    /// Whether its events are counted.
    #[must_use]
    pub fn has_events(self) -> bool {
        self.is_instance() || self.is_cluster()
    }

    /// Whether it is a cluster of such instances.
    #[must_use]
    pub fn is_cluster(self) -> bool {
        self.lister == Some(Lister::Clusters)
    }
}

impl Deref for Kind {
    type Target = KindSpec;

    fn deref(&self) -> &KindSpec {
        self.0
    }
}

impl PartialEq for Kind {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Kind {}

impl PartialOrd for Kind {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Kind {
    fn cmp(&self, other: &Self) -> Ordering {
        self.name.cmp(other.name)
    }
}

impl Hash for Kind {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

impl Debug for Kind {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.name)
    }
}

/// As its name.
impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let name = String::deserialize(deserializer)?;
        Self::named(&name).ok_or_else(|| de::Error::custom(format_args!("`{name}` is no kind of resource")))
    }
}

/// Services are the same if they have the same name.
impl PartialEq for Service {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Service {}
