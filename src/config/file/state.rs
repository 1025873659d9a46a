//! Reads `[state]`.

use std::path::{Path, PathBuf};

use super::reader::{Section, Value};
use crate::config::State;

pub(super) fn read(mut section: Section, state: &mut State) {
    section.set(&mut state.file, "file", |value| file(value).map(Some));
    section.finish();
}

/// Reads the path of a file. A relative one would name another file wherever plimsoll is started.
fn file(value: &Value) -> Option<PathBuf> {
    let is_file = |text: &str| Path::new(text).is_absolute() && !text.ends_with('/') && !text.contains('\0');
    value.text_if(is_file, "write the whole path of a file, such as \"/var/lib/plimsoll/state\"").map(PathBuf::from)
}
