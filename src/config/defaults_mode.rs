//! The modes of default levels.

/// Which resources get default levels, and which of these levels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DefaultsMode {
    /// No default level.
    Off,
    /// Every level, but only for resources that carry or inherit a plimsoll tag.
    Tagged,
    /// Only the least severe level.
    Warning,
    /// Every level.
    Full,
}
