//! A mistake in a configuration file: where it stands, what is wrong, and what to write instead.

use std::fmt;

/// One mistake, or one thing that is allowed and worth a warning.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file's name as the user gave it.
    pub file: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// What to do about it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, what, remedy } = self;
        write!(formatter, "{file}:{line}:{column}: {what}; {remedy}")
    }
}

/// Every mistake of a file, in the order of their places; displayed as one line each.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problems(pub Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, problem) in self.0.iter().enumerate() {
            let line_feed = if index == 0 { "" } else { "\n" };
            write!(formatter, "{line_feed}{problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}

/// A problem that still knows its place as an offset.
#[derive(Debug)]
pub(super) struct UnplacedProblem {
    pub(super) offset: usize,
    pub(super) what: String,
    pub(super) remedy: String,
}

/// Turns offsets into lines and columns, in the order of the file; the same mistake at the same place counts once.
pub(super) fn placed(notes: Vec<UnplacedProblem>, text: &str, file: &str) -> Vec<Problem> {
    let position = |note: UnplacedProblem| {
        let before = text.get(..note.offset).unwrap_or(text);
        Problem {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            what: note.what,
            remedy: note.remedy,
        }
    };
    let mut problems: Vec<_> = notes.into_iter().map(position).collect();
    problems.sort();
    problems.dedup();
    problems
}
