//! A mistake in a configuration file: its position, what is wrong, and what to write instead.

use std::fmt;

/// One mistake, or one warning about a value that is allowed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// The file's name as the user gave it.
    pub file: String,
    /// The line, from 1.
    pub line: usize,
    /// The column in characters, from 1.
    pub column: usize,
    /// What is wrong.
    pub what: String,
    /// How to correct it.
    pub remedy: String,
}

impl fmt::Display for Problem {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { file, line, column, what, remedy } = self;
        write!(formatter, "{file}:{line}:{column}: {what}; {remedy}")
    }
}

/// Every mistake of a file in the order of their positions, displayed as one line each.
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

/// A problem whose position is a byte offset, not yet a line and column.
#[derive(Debug)]
pub(in crate::config) struct ProblemAtOffset {
    pub(super) offset: usize,
    pub(super) what: String,
    pub(super) remedy: String,
}

/// Converts offsets to lines and columns, in the order of the file. Equal mistakes at one position become one.
pub(in crate::config) fn locate(unlocated: Vec<ProblemAtOffset>, text: &str, file: &str) -> Vec<Problem> {
    let located = |problem: ProblemAtOffset| {
        let before = text.get(..problem.offset).unwrap_or(text);
        Problem {
            file: file.to_owned(),
            line: before.matches('\n').count() + 1,
            column: before.rsplit('\n').next().unwrap_or_default().chars().count() + 1,
            what: problem.what,
            remedy: problem.remedy,
        }
    };
    let mut problems: Vec<_> = unlocated.into_iter().map(located).collect();
    problems.sort();
    problems.dedup();
    problems
}
