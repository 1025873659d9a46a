//! What people call a resource, read off the dimensions of its kind: the name of its column and of its variable.

use crate::resource::Kind;

/// `Database` for the dimension of instances, `Cluster`, `Proxy`.
pub(super) fn title(dimension: &str) -> &str {
    let name = dimension.strip_prefix("DB").unwrap_or(dimension);
    let name = name.strip_suffix("Identifier").or_else(|| name.strip_suffix("Name")).unwrap_or(name);
    if name == "Instance" { "Database" } else { name }
}

/// The variable that chooses resources by a dimension.
pub(super) fn variable(dimension: &str) -> String {
    title(dimension).to_ascii_lowercase()
}

/// The dimensions of some kinds, in their order, each once.
pub(super) fn dimensions(kinds: &[Kind]) -> Vec<&'static str> {
    let mut dimensions = Vec::new();
    for dimension in kinds.iter().flat_map(|kind| kind.dimensions) {
        if !dimensions.contains(dimension) {
            dimensions.push(*dimension);
        }
    }
    dimensions
}
