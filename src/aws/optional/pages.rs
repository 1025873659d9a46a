//! Collects the pages of an optional call within a limit.

use crate::aws::clients::Target;
use crate::aws::failure::Failure;
use crate::aws::inventory::next_page;

/// The limit of pages of one call: ten thousand records. It ends a loop of markers.
const MAX_PAGES: usize = 100;

/// One page of a call and the marker of the next one.
pub(super) type Page<T> = Result<(Vec<T>, Option<String>), Failure>;

impl Target {
    /// The records of all pages.
    pub(super) async fn pages<T, F>(
        &self,
        operation: &'static str,
        page: impl Fn(Option<String>) -> F,
    ) -> Result<Vec<T>, Failure>
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
