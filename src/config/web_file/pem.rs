//! Certificates and keys in PEM, which stand in the file itself or in one that it names.

use std::path::{Path, PathBuf};

use super::secret::Secret;
use crate::config::file::Problem;

/// Certificates or a key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pem {
    /// Where they are.
    pub source: Source,
    /// The key in the file that names them.
    pub place: Place,
}

/// Where certificates or a key are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// In the file itself.
    Inline(Secret),
    /// In a file of their own.
    File(PathBuf),
}

/// The position of a key, for problems that are found when files are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    file: String,
    line: usize,
    column: usize,
    key: String,
}

impl Place {
    pub(super) fn new(text: &str, file: &str, offset: usize, key: &str) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        Self { file: file.to_owned(), line: before.matches('\n').count() + 1, column, key: key.to_owned() }
    }

    /// A problem here; `what` follows the key in the message.
    #[must_use]
    pub fn problem(&self, what: &str, remedy: &str) -> Problem {
        let Self { file, line, column, key } = self;
        let (file, what, remedy) = (file.clone(), format!("`{key}` {what}"), remedy.to_owned());
        Problem { file, line: *line, column: *column, what, remedy }
    }
}

/// A path that is relative to the folder of the file, unless it is absolute.
pub(super) fn path_in(folder: &Path, path: &str) -> Source {
    Source::File(folder.join(path))
}
