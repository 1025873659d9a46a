//! The program; `plimsoll::cli` is its table of contents.

fn main() {}
