//! Questions about the fleet, answered from the board; no scope is asked, and none waits.

use tokio::sync::watch;

use super::renderer::Board;
use super::unix_now;
use crate::explain::{self, Answer, Listing, Question, View};
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

/// The beginning of the list of databases.
pub(super) fn first_page(boards: &watch::Receiver<Board>) -> Listing {
    match explain::answer(&Question::Resources { after: String::new() }, &views(boards), unix_now()) {
        Ok(Answer::Resources(listing)) => listing,
        _ => Listing::default(),
    }
}

/// The board is read for as long as it takes to count references.
fn views(boards: &watch::Receiver<Board>) -> Vec<View> {
    boards.borrow().views()
}
