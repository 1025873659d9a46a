//! The state file: what the scopes know, on disk, so that a restart of plimsoll leaves no gap.
//!
//! One line of text with format, version and checksum, then a gzip member for each scope that holds it as JSON. `file`
//! touches the disk, `section` knows the content of a member, `header` the first line.

mod file;
mod header;
mod section;
#[cfg(test)]
mod tests;

pub use file::{Access, Loaded, ReadError, StateFile};
pub use section::{Section, SectionError};
