//! Words that several parts of a runbook use.

use super::super::metrics::level;
use crate::catalog::{DefaultLevels, Row};
use crate::resource::Kind;

/// Default levels as a tag has them: `80/90`.
pub(super) fn ladder(row: &Row, levels: &DefaultLevels) -> String {
    let or_blank = |written: String| if written.is_empty() { "-".to_owned() } else { written.replace('`', "") };
    format!("{}/{}", or_blank(level(row, levels.warning)), or_blank(level(row, levels.critical)))
}

/// The resource that has the tags: a volume has none, and inherits those of its database.
pub(super) fn carrier(kind: Kind) -> &'static str {
    noun(kind.parent.filter(|_| kind.is_volume()).unwrap_or(kind))
}

/// One resource of a kind.
pub(super) fn noun(kind: Kind) -> &'static str {
    if kind.is_instance() {
        "database"
    } else if kind.is_volume() {
        "storage volume"
    } else if kind.is_cluster() {
        "cluster"
    } else if kind == Kind::QUOTA {
        "quota"
    } else {
        "proxy"
    }
}
