//! What cannot be judged here, because nobody knows yet what a database is or what a level of it is a share of.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::catalog::{self, Denominator};
use crate::explain::Problem;
use crate::level::Reason;

pub(super) const ENGINE: &str = "engine";
pub(super) const CLASS: &str = "instance_class";
pub(super) const CLUSTER_CLASS: &str = "db_cluster_instance_class";
pub(super) const STORAGE: &str = "allocated_storage";
pub(super) const CAPACITY: &str = "serverlessv2_scaling_configuration";

/// What Terraform calls that of which levels can be shares, and what decides which metrics there are.
pub(super) const ATTRIBUTES: [&str; 8] =
    [ENGINE, CLASS, CLUSTER_CLASS, STORAGE, CAPACITY, "storage_type", "iops", "storage_throughput"];

/// A tag or a configured level that is neither good nor bad as far as is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unjudged {
    /// The key as found, or the configured level.
    pub key: String,
    /// The value as found.
    pub value: String,
    /// What is not known.
    pub why: String,
}

impl Unjudged {
    /// Whether it is not known that this is a problem: with these attributes unknown, or of an imagined member.
    pub(super) fn of(problem: &Problem, unknown: &BTreeSet<&str>, is_imagined: bool) -> Option<Self> {
        let deciding = deciding(problem)?;
        let why = match deciding.iter().find(|attribute| unknown.contains(*attribute)) {
            Some(attribute) => format!("{attribute} is not known until the plan is applied"),
            None if is_imagined && problem.reason == Reason::NoDenominator.name() => {
                "what it is a share of differs from member to member".to_owned()
            }
            None => return None,
        };
        Some(Self { key: problem.tag_key.clone(), value: problem.text.clone(), why })
    }
}

/// The attributes that decide whether it is one.
fn deciding(problem: &Problem) -> Option<&'static [&'static str]> {
    if problem.reason == Reason::NotPublished.name() {
        return Some(&[ENGINE]);
    }
    if problem.reason != Reason::NoDenominator.name() {
        return None;
    }
    Some(match denominator(problem.metric.as_deref()?)? {
        Denominator::AllocatedStorage | Denominator::LogVolumeSize | Denominator::LogStorage => &[ENGINE, STORAGE],
        Denominator::ProvisionedIops | Denominator::ProvisionedThroughput => &ATTRIBUTES,
        Denominator::InstanceMemory
        | Denominator::MaxConnections
        | Denominator::Vcpus
        | Denominator::MaxAcu
        | Denominator::NetworkBandwidth => &[ENGINE, CLASS, CLUSTER_CLASS, CAPACITY],
    })
}

/// What to do about a share of something that an option of the command line could tell.
pub(super) fn remedy(problem: &Problem, omitted: &BTreeSet<&'static str>) -> Option<String> {
    if problem.reason != Reason::NoDenominator.name() {
        return None;
    }
    let telling: &[&str] = match denominator(problem.metric.as_deref()?)? {
        Denominator::AllocatedStorage | Denominator::LogStorage => &["--storage"],
        Denominator::InstanceMemory | Denominator::MaxConnections | Denominator::MaxAcu => &["--class", "--capacity"],
        Denominator::Vcpus | Denominator::NetworkBandwidth => &["--class"],
        Denominator::LogVolumeSize | Denominator::ProvisionedIops | Denominator::ProvisionedThroughput => &[],
    };
    let option = telling.iter().find(|option| omitted.contains(*option))?;
    Some(format!("Say with {option} what it is a share of, or write the level in the metric's unit."))
}

/// What levels of a metric are shares of.
fn denominator(metric: &str) -> Option<Denominator> {
    catalog::find(metric)?.alert?.relative_to
}

impl Display for Unjudged {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self { key, value, why } = self;
        write!(text, "not judged: {key} = {value}: {why}")
    }
}
