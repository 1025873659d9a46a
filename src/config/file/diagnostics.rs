//! The errors and warnings of one file.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Display;

use super::problem::ProblemAtOffset;

/// The errors and warnings of one file, and the positions of its keys. All sections of the file share it.
#[derive(Debug, Default)]
pub(in crate::config) struct Diagnostics {
    pub(in crate::config) errors: RefCell<Vec<ProblemAtOffset>>,
    pub(super) warnings: RefCell<Vec<ProblemAtOffset>>,
    /// The offset of each key that the file has, by its path.
    positions: RefCell<BTreeMap<String, usize>>,
}

impl Diagnostics {
    pub(super) fn has_errors(&self) -> bool {
        !self.errors.borrow().is_empty()
    }

    /// The offset of the first of these keys that the file has; the beginning of the file if it has none of them.
    pub(super) fn position_of(&self, paths: &[&str]) -> usize {
        let positions = self.positions.borrow();
        paths.iter().find_map(|path| positions.get(*path).copied()).unwrap_or_default()
    }

    pub(super) fn add_position(&self, path: String, offset: usize) {
        self.positions.borrow_mut().insert(path, offset);
    }

    /// Whether the file has a key.
    pub(super) fn has(&self, path: &str) -> bool {
        self.positions.borrow().contains_key(path)
    }

    pub(in crate::config) fn error(&self, offset: usize, what: impl Display, remedy: impl Display) {
        self.errors.borrow_mut().push(ProblemAtOffset { offset, what: what.to_string(), remedy: remedy.to_string() });
    }

    pub(super) fn warn(&self, offset: usize, what: impl Display, remedy: impl Display) {
        self.warnings.borrow_mut().push(ProblemAtOffset { offset, what: what.to_string(), remedy: remedy.to_string() });
    }
}
