//! Lists the resources of a scope. Of its first listing it passes on what the pages have, before all of them are there.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use crate::aws::{Failure, Target};
use crate::resource::{Described, Lister};
use crate::scope::Event;

/// The least time between two parts. For each the scope goes through all resources that it knows; with AWS's 100 a page
/// and five pages a second, that is as often as polling needs more of them.
const PAUSE: Duration = Duration::from_secs(1);

/// Every resource of a listing; `parts` receives some of them earlier.
///
/// # Errors
/// The failure of any page.
pub(super) async fn list(
    target: &Target,
    lister: Lister,
    parts: Option<mpsc::Sender<Event>>,
) -> Result<Vec<Arc<Described>>, Failure> {
    let (mut pages, mut found) = (target.listing_pages(lister), Vec::new());
    let (mut passed_on, mut last) = (0, None::<Instant>);
    while let Some(page) = pages.next().await? {
        found.extend(page.into_iter().map(Arc::new));
        let is_due = !pages.is_over() && last.is_none_or(|last| last.elapsed() >= PAUSE);
        if let Some(parts) = parts.as_ref().filter(|_| is_due) {
            let part = found[passed_on..].to_vec();
            (passed_on, last) = (found.len(), Some(Instant::now()));
            // The receiver is gone only when the process stops.
            let _ = parts.send(Event::ListedPart(lister, part)).await;
        }
    }
    Ok(found)
}
