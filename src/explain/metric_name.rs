//! The names of metrics in questions.

use crate::catalog;
use crate::config::nearest;

/// Whether a metric has this name, in any spelling that tags may use.
#[must_use]
pub fn is_metric(name: &str) -> bool {
    catalog::find(name).is_some()
}

/// A suggestion for a name that no metric has.
#[must_use]
pub fn suggestion(typed: &str) -> String {
    nearest::metric(typed, catalog::rows(), std::iter::empty()).map_or_else(
        || "write it as CloudWatch does, such as CPUUtilization".to_owned(),
        |meant| format!("did you mean `{meant}`?"),
    )
}
