//! Questions about the fleet, answered from the board; no scope is asked, and none waits.

use tokio::sync::watch;

use super::renderer::Board;
use super::unix_now;
use crate::explain::{self, Question, Roundup, View};
use crate::http::{Form, Told};
use crate::pages;

/// The answer in the form that was asked for.
pub(super) fn tell(boards: &watch::Receiver<Board>, question: &Question, form: Form) -> Told {
    match (explain::answer(question, &views(boards), unix_now()), form) {
        (Ok(answer), Form::Json) => Told::Answer(answer.json()),
        (Ok(answer), Form::Html) => Told::Answer(pages::answer(&answer)),
        (Err(refusal), form) => {
            let text = if form == Form::Json { refusal.json() } else { pages::refusal(&refusal) };
            if refusal.candidates.is_empty() { Told::Unknown(text) } else { Told::Ambiguous(text) }
        }
    }
}

/// The whole fleet at a glance.
pub(super) fn round_up(boards: &watch::Receiver<Board>) -> Roundup {
    explain::round_up(&views(boards), unix_now())
}

/// The board is read for as long as it takes to count references.
fn views(boards: &watch::Receiver<Board>) -> Vec<View> {
    boards.borrow().views()
}
