//! Words that several parts of a runbook use.

use super::super::metrics::level;
use crate::catalog::{DefaultLevels, Row};
use crate::resource::Kind;

/// Default levels as a tag has them: `80/90`.
pub(super) fn ladder(row: &Row, levels: &DefaultLevels) -> String {
    let or_blank = |written: String| if written.is_empty() { "-".to_owned() } else { written.replace('`', "") };
    format!("{}/{}", or_blank(level(row, levels.warning)), or_blank(level(row, levels.critical)))
}

/// One resource of a kind.
pub(super) fn noun(kind: Kind) -> &'static str {
    if kind.is_instance() {
        "database"
    } else if kind.is_cluster() {
        "cluster"
    } else {
        "proxy"
    }
}
