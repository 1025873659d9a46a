//! Reads configuration files and the files that they name.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use crate::config::file::{Problem, Problems};
use crate::config::web_file::{MAX_BYTES, Pem, Source};

/// A file's bytes, or why it cannot be read.
pub(super) type Content = Result<Vec<u8>, String>;

/// Reads a file that is not longer than [`MAX_BYTES`].
pub(super) fn content(path: &Path) -> Content {
    let limit = MAX_BYTES as u64 + 1;
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(limit).read_to_end(&mut bytes));
    match read {
        Ok(count) if count as u64 == limit => Err(format!("it has more than {MAX_BYTES} bytes")),
        Ok(_) => Ok(bytes),
        Err(error) => Err(error.to_string()),
    }
}

/// What a key of a configuration file names.
pub(super) fn part(pem: &Pem) -> Result<Vec<u8>, Problem> {
    match &pem.source {
        Source::Inline(text) => Ok(text.reveal().as_bytes().to_vec()),
        Source::File(path) => content(path).map_err(|error| unreadable_part(pem, path, &error)),
    }
}

/// That a configuration file cannot be read.
pub(super) fn unreadable(file: &str, error: &str) -> Problems {
    let (what, remedy) =
        (format!("the file cannot be read: {error}"), "correct its path or its permissions".to_owned());
    Problems(vec![Problem { file: file.to_owned(), line: 1, column: 1, what, remedy }])
}

/// That a file cannot be read that a configuration file names.
pub(super) fn unreadable_part(pem: &Pem, path: &Path, error: &str) -> Problem {
    let what = format!("names {}, which cannot be read: {error}", path.display());
    pem.place.problem(&what, "paths are relative to the folder of this file")
}
