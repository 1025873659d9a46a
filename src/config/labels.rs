//! Labels on series.

/// Labels on series.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels {
    /// The set of labels.
    pub profile: LabelProfile,
    /// Tag keys that become labels `tag_<key>` on metric and threshold series and on alerts.
    pub tags: Vec<String>,
    /// Further tag keys that become labels of the info series of a service only.
    pub info_tags: Vec<String>,
    /// Whether a series shows the source of each level that is not a default.
    pub threshold_info: bool,
    /// Whether a series shows how near each level is to being crossed.
    pub headroom: bool,
}

/// Which labels every series carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelProfile {
    /// As YACE does: with the ARN in `name`.
    Yace,
    /// Without the ARN, which makes the page a third smaller.
    Lean,
}
