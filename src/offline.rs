//! Checks tags before they are applied: reads resources from files and command lines, and reports on them.
//!
//! Text in, resources and findings out. `cli` opens the files; `threshold` resolves the levels, as in a running exporter.

mod checked;
mod counted;
mod databases;
mod document;
mod forgotten_prefix;
mod input;
mod loss;
mod member;
mod options;
mod read_error;
mod refused;
mod report;
mod terraform;
#[cfg(test)]
mod tests;
mod undetermined;
mod unknown;

pub use checked::{Checked, Muting};
pub use counted::counted;
pub use databases::Databases;
pub use input::Input;
pub use loss::{Loss, Losses, losses};
pub use options::DatabaseOptions;
pub use read_error::ReadError;
pub use refused::Refused;
pub use report::{Report, report};
pub use undetermined::Undetermined;
pub use unknown::Unknown;
