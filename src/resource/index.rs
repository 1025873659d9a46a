//! How a resource is named within one inventory without hashing its ARN.

/// An index into the resources of one inventory.
///
/// Where metrics are aggregated by role, the members of each cluster in one role follow behind all resources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ResourceIndex(u32);

impl ResourceIndex {
    /// The index of a position in a list; an inventory has far fewer than 2^32 resources.
    #[must_use]
    pub fn new(position: usize) -> Self {
        Self(u32::try_from(position).unwrap_or(u32::MAX))
    }

    /// The position in a list.
    #[must_use]
    pub const fn position(self) -> usize {
        self.0 as usize
    }
}

/// The number of an inventory among those of its scope: an index means the same resource in one generation only.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Generation(u64);

impl Generation {
    /// That of the next inventory.
    #[must_use]
    pub const fn next(self) -> Self {
        Self(self.0 + 1)
    }
}
