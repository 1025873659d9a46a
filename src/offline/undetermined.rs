//! Levels that cannot be checked yet, because the database or the denominator of a share is not known.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::catalog::{self, Denominator};
use crate::level::Reason;
use crate::level::mute::written::Written;
use crate::threshold::Issue;

pub(super) const ENGINE: &str = "engine";
pub(super) const CLASS: &str = "instance_class";
pub(super) const CLUSTER_CLASS: &str = "db_cluster_instance_class";
pub(super) const STORAGE: &str = "allocated_storage";
pub(super) const CAPACITY: &str = "serverlessv2_scaling_configuration";

/// Terraform's names of the attributes that are denominators of levels or decide which metrics exist.
pub(super) const ATTRIBUTES: [&str; 8] =
    [ENGINE, CLASS, CLUSTER_CLASS, STORAGE, CAPACITY, "storage_type", "iops", "storage_throughput"];

/// A tag or configured level that cannot be checked yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Undetermined {
    /// The key as found, or the configured level.
    pub key: String,
    /// The value as found.
    pub value: String,
    /// What is not known.
    pub why: String,
}

impl Undetermined {
    /// The issue as undetermined, if it depends on an unknown attribute or on facts of members that were not given.
    pub(super) fn of(issue: &Issue, unknown: &BTreeSet<&str>, is_placeholder: bool) -> Option<Self> {
        let undetermined = |why| Some(Self { key: issue.tag_key.clone(), value: issue.text.clone(), why });
        if is_of_listed_window(issue) {
            return undetermined("the window is not known here".to_owned());
        }
        let deciding = deciding(issue)?;
        let why = match deciding.iter().find(|attribute| unknown.contains(*attribute)) {
            Some(attribute) => format!("{attribute} is not known until the plan is applied"),
            None if is_placeholder && issue.reason == Reason::NoDenominator => {
                "what it is a share of differs from member to member".to_owned()
            }
            None => return None,
        };
        undetermined(why)
    }
}

/// Whether an issue is about a window that AWS lists, and that a file or a command line need not have.
fn is_of_listed_window(issue: &Issue) -> bool {
    let is_listed = matches!(Written::parse(&issue.text), Ok(Written::MaintenanceWindow | Written::BackupWindow));
    issue.reason == Reason::BadTime && is_listed
}

/// The attributes that decide whether an issue is one.
fn deciding(issue: &Issue) -> Option<&'static [&'static str]> {
    if issue.reason == Reason::NotPublished {
        return Some(&[ENGINE]);
    }
    if issue.reason != Reason::NoDenominator {
        return None;
    }
    Some(match denominator(issue.metric?)? {
        Denominator::AllocatedStorage | Denominator::LogVolumeSize | Denominator::LogStorage => &[ENGINE, STORAGE],
        Denominator::ProvisionedIops | Denominator::ProvisionedThroughput => &ATTRIBUTES,
        Denominator::InstanceMemory
        | Denominator::LocalStorage
        | Denominator::MaxConnections
        | Denominator::Vcpus
        | Denominator::MaxAcu
        | Denominator::NetworkBandwidth => &[ENGINE, CLASS, CLUSTER_CLASS, CAPACITY],
    })
}

/// The remedy for a share of an unknown denominator that an option of the command line could set.
pub(super) fn remedy(issue: &Issue, omitted: &BTreeSet<&'static str>) -> Option<String> {
    if issue.reason != Reason::NoDenominator {
        return None;
    }
    let options: &[&str] = match denominator(issue.metric?)? {
        Denominator::AllocatedStorage | Denominator::LogStorage => &["--storage"],
        Denominator::InstanceMemory | Denominator::MaxConnections | Denominator::MaxAcu => &["--class", "--capacity"],
        Denominator::Vcpus | Denominator::NetworkBandwidth | Denominator::LocalStorage => &["--class"],
        Denominator::LogVolumeSize | Denominator::ProvisionedIops | Denominator::ProvisionedThroughput => &[],
    };
    let option = options.iter().find(|option| omitted.contains(*option))?;
    Some(format!("Set with {option} what it is a share of, or write the level in the metric's unit."))
}

/// The denominator of a metric's shares.
fn denominator(metric: &str) -> Option<Denominator> {
    catalog::find(metric)?.alert?.relative_to
}

impl Display for Undetermined {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let Self { key, value, why } = self;
        write!(text, "not judged: {key} = {value}: {why}")
    }
}
