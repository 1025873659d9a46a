//! What a tag key is: ours, almost ours, or none of our business.

/// A tag key as it concerns us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key<'a> {
    /// Somebody else's.
    Foreign,
    /// Ours but for the case or the separator.
    NearMiss,
    /// The reserved word `mute`, for the metric of that name or for all.
    Mute(Option<&'a str>),
    /// The reserved word `max-connections`: a fact about the database, not a level.
    MaxConnections,
    /// A level for the metric of that name, or for one severity of it.
    Level(&'a str, Option<&'a str>),
}

/// Reads a key; `prefix` is what every key of ours begins with.
pub(super) fn read<'a>(key: &'a str, prefix: &str) -> Key<'a> {
    let Some(name) = key.strip_prefix(prefix) else {
        return if misses(key, prefix) { Key::NearMiss } else { Key::Foreign };
    };
    let name = name.trim();
    if name.eq_ignore_ascii_case("mute") {
        return Key::Mute(None);
    }
    if name.eq_ignore_ascii_case("max-connections") {
        return Key::MaxConnections;
    }
    match name.split_once('/') {
        Some((metric, word)) if word.trim_start().eq_ignore_ascii_case("mute") => Key::Mute(Some(metric.trim_end())),
        Some((metric, severity)) => Key::Level(metric.trim_end(), Some(severity.trim_start())),
        None => Key::Level(name, None),
    }
}

/// Whether the key begins with the prefix's word, in any case, and one of RDS's separators.
fn misses(key: &str, prefix: &str) -> bool {
    let word = prefix.trim_end_matches(is_separator);
    let key = key.trim_start();
    let Some((start, rest)) = key.split_at_checked(word.len()) else {
        return false;
    };
    !word.is_empty() && start.eq_ignore_ascii_case(word) && (word == prefix || rest.starts_with(is_separator))
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || "_.:/=+-@".contains(character)
}
