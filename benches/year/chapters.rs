//! What happens in the year.

use super::calendar::Chapter;

mod incidents;
mod operations;
mod own;

pub(crate) fn all() -> Vec<Chapter> {
    [operations::all(), incidents::all(), own::all()].into_iter().flatten().collect()
}
