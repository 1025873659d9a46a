//! Parameter groups: which ones an engine runs with, and what they say of its connection limit.

use serde::{Deserialize, Serialize};

use super::Lister;
use super::text::Text;

/// What RDS calls the groups that nobody can change.
const UNCHANGEABLE: &str = "default.";

/// The longest formula that is kept, in bytes: AWS's own have under a hundred.
const LONGEST_FORMULA: usize = 255;

/// What tells a parameter group apart: groups of instances and groups of clusters are named by themselves.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct GroupName {
    /// What lists the resources that it is for: groups of instances and of clusters may have the same name.
    pub lister: Lister,
    /// Its name.
    pub name: Text,
}

impl GroupName {
    /// Whether anybody can have set anything in it.
    #[must_use]
    pub fn is_changeable(&self) -> bool {
        !self.name.starts_with(UNCHANGEABLE)
    }
}

/// The parameter group of an instance or of a cluster.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParameterGroup {
    /// Which one.
    pub name: GroupName,
    /// By identifier of an instance what AWS returns of the group on it, such as `in-sync` or `pending-reboot`.
    ///
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBParameterGroupStatus.html>
    pub statuses: Vec<(Text, Text)>,
}

impl ParameterGroup {
    /// Whether the engine of an instance runs with what stands in it now. In any other status, be it `pending-reboot`,
    /// `applying` or `failed-to-apply`, or without any, it runs with what it had before.
    #[must_use]
    pub fn is_in_effect_on(&self, instance: &str) -> bool {
        !self.statuses.iter().any(|(id, status)| id == instance && status != "in-sync")
    }
}

/// What a parameter group says of the connection limit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum Setting {
    /// Somebody set it to this number.
    Number(f64),
    /// Somebody set it to a formula over what the instance has, or to something that is not understood.
    Formula(String),
    /// Nobody set it: the next group decides, and without one the engine's own formula.
    Unset,
}

impl Setting {
    /// A formula. Of one that is too long nothing is kept, for a part of it would say something else.
    #[must_use]
    pub fn formula(text: &str) -> Self {
        Self::Formula(if text.len() <= LONGEST_FORMULA { text.to_owned() } else { String::new() })
    }
}
