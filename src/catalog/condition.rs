//! When a metric exists: a closed set of conditions, each decided from what Describe says.
//!
//! An undecidable condition holds: a metric asked in vain costs a little, a metric never asked hides an alert.

use crate::resource::Resource;

/// One condition on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// Nothing in Describe shows it: asked only when configuration or a tag names the metric.
    OnlyWhenNamed,
}

impl Condition {
    /// Whether the condition holds for a resource, as far as Describe can tell.
    #[must_use]
    pub fn holds(self, _resource: &Resource) -> bool {
        match self {
            Self::OnlyWhenNamed => false,
        }
    }
}
