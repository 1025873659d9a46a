//! Answers questions about the fleet from what scopes published, without waiting for a scope.

use tokio::sync::watch;

use super::published::PublishedScopes;
use crate::escape::Line;
use crate::explain::{self, Answer, Question, Refusal, Roundup, ScopeFailures, Wanted};
use crate::generate;
use crate::http::{LevelsFormat, Lookup, Representation};
use crate::inventory::View;
use crate::pages::{self, Frame};
use crate::plan::Now;

/// The answer in the requested representation.
pub(super) fn answer(
    published: &watch::Receiver<PublishedScopes>,
    question: &Question,
    representation: Representation,
    now: Now,
) -> Lookup {
    let (views, failures) = (views(published), published.borrow().failures());
    let answer = match explain::answer(question, &views, now) {
        Ok(answer) => linked(answer, &views).with(&failures),
        Err(refusal) => return refuse(&refusal.with(&failures), representation),
    };
    Lookup::Answer(match representation {
        Representation::Json => answer.json(),
        Representation::Html { reloads } => {
            pages::answer(&answer, &Frame { address: question.page(), reloads, now: now.wall })
        }
    })
}

/// The answer with links to what is about a resource elsewhere: the configuration has their addresses.
fn linked(mut answer: Answer, views: &[View]) -> Answer {
    if let (Answer::Resource(explanation), Some(view)) = (&mut answer, views.first()) {
        generate::link(explanation, &view.inventory.context().config.links);
    }
    answer
}

/// The levels in effect in the requested format; the error is the refusal as JSON.
pub(super) fn levels(
    published: &watch::Receiver<PublishedScopes>,
    wanted: &Wanted,
    format: LevelsFormat,
    now: Now,
) -> Result<String, String> {
    let levels = explain::levels(&views(published), wanted, now);
    let levels = levels.map_err(|refusal| refusal.with(&published.borrow().failures()).json())?;
    Ok(match format {
        LevelsFormat::Json => levels.json(),
        LevelsFormat::Csv => levels.csv(),
    })
}

fn refuse(refusal: &Refusal, representation: Representation) -> Lookup {
    let text = match representation {
        Representation::Json => refusal.json(),
        Representation::Html { .. } => pages::refusal(refusal),
    };
    if refusal.candidates.is_empty() { Lookup::Unknown(text) } else { Lookup::Ambiguous(text) }
}

/// What fails, one line for each cause of a scope.
pub(super) fn failures(published: &watch::Receiver<PublishedScopes>) -> String {
    let failures = published.borrow().failures();
    let lines = failures.iter().flat_map(ScopeFailures::lines).map(|line| Line(&line).to_string());
    lines.flat_map(|line| [line, "\n".to_owned()]).collect()
}

/// The roundup of the whole fleet.
pub(super) fn round_up(published: &watch::Receiver<PublishedScopes>, wanted: &Wanted, now: Now) -> Roundup {
    explain::round_up(&views(published), wanted, now)
}

/// The views of all scopes; the lock is held only to clone references.
fn views(published: &watch::Receiver<PublishedScopes>) -> Vec<View> {
    published.borrow().views()
}
