//! The state file: what the scopes know, on disk, so that a restart of plimsoll leaves no gap. Beside it the lease file, by
//! which one of two replicas polls.
//!
//! One line of text with format, version and checksum, then a gzip member for each scope that holds it as JSON. `file`
//! reads and replaces it, `section` knows the content of a member, `header` the first line.

mod file;
mod header;
mod lease_file;
mod section;
#[cfg(test)]
mod tests;

pub use file::{Access, Loaded, ReadError, StateFile};
pub use lease_file::LeaseFile;
pub use section::{Section, SectionError};
