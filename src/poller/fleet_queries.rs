//! Answers questions about the fleet from what scopes published, without waiting for a scope.

use tokio::sync::watch;

use super::published::PublishedScopes;
use crate::escape::Line;
use crate::explain::{self, Question, Roundup, ScopeFailures};
use crate::http::{Lookup, Representation};
use crate::inventory::View;
use crate::pages;
use crate::plan::Now;

/// The answer in the requested representation.
pub(super) fn answer(
    published: &watch::Receiver<PublishedScopes>,
    question: &Question,
    representation: Representation,
    now: Now,
) -> Lookup {
    let failures = published.borrow().failures();
    let answer = explain::answer(question, &views(published), now);
    let answer = answer.map(|answer| answer.with(&failures)).map_err(|refusal| refusal.with(&failures));
    match (answer, representation) {
        (Ok(answer), Representation::Json) => Lookup::Answer(answer.json()),
        (Ok(answer), Representation::Html) => Lookup::Answer(pages::answer(&answer)),
        (Err(refusal), representation) => {
            let text = if representation == Representation::Json { refusal.json() } else { pages::refusal(&refusal) };
            if refusal.candidates.is_empty() { Lookup::Unknown(text) } else { Lookup::Ambiguous(text) }
        }
    }
}

/// What fails, one line for each cause of a scope.
pub(super) fn failures(published: &watch::Receiver<PublishedScopes>) -> String {
    let failures = published.borrow().failures();
    let lines = failures.iter().flat_map(ScopeFailures::lines).map(|line| Line(&line).to_string());
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// The roundup of the whole fleet.
pub(super) fn round_up(published: &watch::Receiver<PublishedScopes>, now: Now) -> Roundup {
    explain::round_up(&views(published), now)
}

/// The views of all scopes; the lock is held only to clone references.
fn views(published: &watch::Receiver<PublishedScopes>) -> Vec<View> {
    published.borrow().views()
}
