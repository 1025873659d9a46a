//! Sets of dimensions as text: `Name=value`, several joined by commas, the empty set as the empty text.

/// The canonical form of a set: sorted by name.
///
/// # Errors
/// A part that is not `Name=value`.
pub(super) fn canonical(dimensions: &str) -> Result<String, String> {
    let mut pairs: Vec<&str> = dimensions.split(',').filter(|pair| !pair.is_empty()).collect();
    if let Some(pair) = pairs.iter().find(|pair| !pair.contains('=')) {
        return Err((*pair).to_owned());
    }
    pairs.sort_unstable();
    Ok(pairs.join(","))
}

/// The names and values of a set.
pub(super) fn pairs(dimensions: &str) -> impl Iterator<Item = (&str, &str)> {
    dimensions.split(',').filter_map(|pair| pair.split_once('='))
}

/// The name and value of a set of exactly one dimension.
pub(super) fn single(dimensions: &str) -> Option<(&str, &str)> {
    dimensions.split_once('=').filter(|(_, value)| !value.contains(','))
}
