//! Which plimsoll this is.

/// The version.
pub const NUMBER: &str = env!("CARGO_PKG_VERSION");

/// The revision of the source; `unknown` in a build for development.
pub const REVISION: &str = env!("PLIMSOLL_REVISION");

/// Version, revision and build in one line, without the program's name.
pub const LINE: &str =
    concat!(env!("CARGO_PKG_VERSION"), " (revision ", env!("PLIMSOLL_REVISION"), ", ", env!("PLIMSOLL_BUILD"), ")");
