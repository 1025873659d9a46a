//! The sources of a level or a mute.

use serde::{Deserialize, Serialize};

/// Where a level or a mute comes from, the most specific source first. In JSON, the [name](Self::name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// A tag of the resource itself.
    ResourceTag,
    /// A tag of its cluster.
    ClusterTag,
    /// A tag of the instance, for one of its storage volumes.
    InstanceTag,
    /// A configured override that matches it.
    Override,
    /// The configured level of the metric.
    Configured,
    /// The catalogue's default.
    Default,
    /// No level: a member of a blue/green deployment that is not in production is muted.
    BlueGreen,
}

impl Source {
    /// The value of the label `source`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::ResourceTag => "resource_tag",
            Self::ClusterTag => "cluster_tag",
            Self::InstanceTag => "instance_tag",
            Self::Override => "override",
            Self::Configured => "configured",
            Self::Default => "default",
            Self::BlueGreen => "blue_green",
        }
    }

    /// Whether it is a tag, so that guards bound it.
    pub(super) const fn is_tag(self) -> bool {
        matches!(self, Self::ResourceTag | Self::ClusterTag | Self::InstanceTag)
    }
}
