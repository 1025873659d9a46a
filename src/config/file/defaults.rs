//! Reads the mode of default levels.

use super::reader::Value;
use crate::config::DefaultsMode;

pub(super) fn mode(value: &Value) -> Option<DefaultsMode> {
    value.choice(&[
        ("off", DefaultsMode::Off),
        ("tagged", DefaultsMode::Tagged),
        ("warning", DefaultsMode::Warning),
        ("full", DefaultsMode::Full),
    ])
}
