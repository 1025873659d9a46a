//! Makes optional calls: see [`OptionalCall`].

use super::clients::Target;
use super::failure::Failure;
use super::inventory::next_page;
use crate::resource::{OptionalAnswer, OptionalCall};

mod maintenance;

/// The limit of pages of one call: ten thousand records. It ends a loop of markers.
const MAX_PAGES: usize = 100;

/// One page of a call and the marker of the next one.
type Page<T> = Result<(Vec<T>, Option<String>), Failure>;

impl Target {
    /// Everything that an optional call returns for the account and region.
    ///
    /// # Errors
    /// The failure of any page.
    pub async fn optional(&self, call: OptionalCall) -> Result<OptionalAnswer, Failure> {
        match call {
            OptionalCall::Maintenance => self.maintenance().await.map(OptionalAnswer::Maintenance),
        }
    }

    /// The records of all pages.
    async fn pages<T, F>(&self, operation: &'static str, page: impl Fn(Option<String>) -> F) -> Result<Vec<T>, Failure>
    where
        F: Future<Output = Page<T>>,
    {
        let (mut records, mut marker) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let (found, next) = page(marker).await?;
            records.extend(found);
            marker = next_page(next.as_deref());
            if marker.is_none() {
                return Ok(records);
            }
        }
        Err(self.exceeded(operation, format!("more than {MAX_PAGES} pages")))
    }
}

pub(super) const fn operation(call: OptionalCall) -> &'static str {
    match call {
        OptionalCall::Maintenance => maintenance::OPERATION,
    }
}
