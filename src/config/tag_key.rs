//! Classifies a tag key: a key of plimsoll, a misspelled key of plimsoll, or neither.

use super::nearest::{self, distance};
use crate::catalog;

/// The reserved word for mutes.
pub const MUTE: &str = "mute";

/// The reserved word for the connection limit.
const MAX_CONNECTIONS: &str = "max-connections";

/// The meaning of a tag key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// Not a key of plimsoll.
    Foreign,
    /// A key of plimsoll with a misspelled prefix; holds the part after the prefix.
    NearMiss(&'a str),
    /// A mute, for the metric of that name or for all metrics.
    Mute(Option<&'a str>),
    /// The connection limit: a fact about the database, not a level.
    MaxConnections,
    /// Levels of the metric of that name, or the level of one severity.
    Level(&'a str, Option<&'a str>),
}

/// Classifies a key; `prefix` is the prefix of plimsoll's keys.
#[must_use]
pub fn read<'a>(key: &'a str, prefix: &str) -> Key<'a> {
    match key.strip_prefix(prefix) {
        Some(name) => parse_name(name),
        None => near_miss(key, prefix).map_or(Key::Foreign, Key::NearMiss),
    }
}

/// Whether the part after the prefix has a known meaning.
#[must_use]
pub fn is_known(name: &str) -> bool {
    match parse_name(name) {
        Key::Level(metric, _) | Key::Mute(Some(metric)) => catalog::find(metric).is_some(),
        Key::Mute(None) | Key::MaxConnections => true,
        Key::Foreign | Key::NearMiss(_) => false,
    }
}

/// A suggestion for the part after the prefix if no metric has that name; `suffixes` are the words allowed after a metric.
#[must_use]
pub fn meant(metric: &str, suffix: Option<&str>, suffixes: &[&str]) -> Option<String> {
    if let Some(row) = suffix.and_then(catalog::find).filter(|_| metric.eq_ignore_ascii_case(MUTE)) {
        return Some(format!("{}/{MUTE}", row.metric));
    }
    let reserved = [MUTE, MAX_CONNECTIONS].into_iter().filter(|_| suffix.is_none());
    let corrected = || Some((nearest::metric(metric, catalog::rows(), reserved)?, suffix));
    let (metric, suffix) = if suffix.is_none() { split_at_metric(metric).or_else(corrected)? } else { corrected()? };
    let suffix = suffix.and_then(|suffix| suffixes.iter().find(|known| known.eq_ignore_ascii_case(suffix)));
    Some(suffix.map_or(metric.to_owned(), |suffix| format!("{metric}/{suffix}")))
}

/// Splits `name` into a known metric and the rest, at any separator, not only `/`: names of series have others.
fn split_at_metric(name: &str) -> Option<(&'static str, Option<&str>)> {
    let mut ends = name.rmatch_indices(is_separator);
    ends.find_map(|(at, separator)| Some((catalog::find(&name[..at])?.metric, name.get(at + separator.len()..))))
}

/// Classifies the part after the prefix.
fn parse_name(name: &str) -> Key<'_> {
    let name = name.trim();
    if name.eq_ignore_ascii_case(MUTE) {
        return Key::Mute(None);
    }
    if name.eq_ignore_ascii_case(MAX_CONNECTIONS) {
        return Key::MaxConnections;
    }
    match name.split_once('/') {
        Some((metric, word)) if word.trim_start().eq_ignore_ascii_case(MUTE) => Key::Mute(Some(metric.trim_end())),
        Some((metric, severity)) => Key::Level(metric.trim_end(), Some(severity.trim_start())),
        None => Key::Level(name, None),
    }
}

/// The most wrong characters in a prefix that still count as a typing mistake.
const MAX_TYPOS: usize = 2;

/// The part after the prefix, in a key whose prefix differs by case, by separator or by a typing mistake.
fn near_miss<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let expected = prefix.trim_end_matches(is_separator).to_ascii_lowercase();
    let key = key.trim_start();
    let without_separator = key.get(expected.len()..).map(|_| expected.len()).filter(|end| *end > 0);
    let mut ends = key.match_indices(is_separator).map(|(at, _)| at).chain(without_separator);
    ends.find_map(|end| {
        let (head, rest) = key.split_at(end);
        // This cheap test rejects most keys of other owners.
        if end.abs_diff(expected.len()) > MAX_TYPOS {
            return None;
        }
        let typos = distance(&head.to_ascii_lowercase(), &expected);
        let name = rest.trim_start_matches(is_separator);
        let letters = expected.chars().count();
        (typos <= MAX_TYPOS && is_misspelling(letters, typos, name.len() < rest.len(), is_known(name))).then_some(name)
    })
}

/// Whether a word of `letters` letters is the prefix with `typos` of them wrong. The shorter the prefix, the more likely
/// it is a different word.
///
/// A known name after the word is a strong sign that it is the prefix. Without a known name or without a separator, the
/// word is more likely the prefix of another tool.
const fn is_misspelling(letters: usize, typos: usize, has_separator: bool, is_known: bool) -> bool {
    match (has_separator, is_known) {
        (true, true) => typos <= letters / 4,
        (true, false) => letters >= 4 && typos <= 1 && typos <= letters / 8,
        (false, true) => letters >= 4 && typos == 0,
        (false, false) => false,
    }
}

fn is_separator(character: char) -> bool {
    character.is_whitespace() || "_.:/=+-@".contains(character)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(prefix: &str, key: &str, expected: Option<&str>) {
        let near_miss = match read(key, prefix) {
            Key::NearMiss(name) => Some(name),
            _ => None,
        };
        assert_eq!(near_miss, expected, "{key} for {prefix}");
    }

    #[test]
    fn a_misspelled_prefix_is_a_near_miss() {
        for key in [
            "Plimsoll/CPUUtilization",
            "plimsoll:CPUUtilization",
            "plimsoll /CPUUtilization",
            "plimsollCPUUtilization",
            "plimsol/CPUUtilization",
            "plimsol:CPUUtilization",
            "plimsole_CPUUtilization",
            "plimosll/CPUUtilization",
            "Plimsolls-CPUUtilization",
        ] {
            check("plimsoll/", key, Some("CPUUtilization"));
        }
        check("plimsoll/", "plimsoll.cpuutilization", Some("cpuutilization"));
        check("plimsoll/", "plimsoll_free_storage_space", Some("free_storage_space"));
        check("plimsoll/", "plimsol/CPUUtilization/critical", Some("CPUUtilization/critical"));
        check("plimsoll/", "plimsol/mute", Some("mute"));
        check("plimsoll/", "plimsoll-max-connections", Some("max-connections"));
        check("plimsoll/", "plimsol/CPU", Some("CPU"));
        check("acme/rds/", "acme-rds/CPUUtilization", Some("CPUUtilization"));
        check("acme:", "acme/CPU", Some("CPU"));
        check("p/", "p:CPUUtilization", Some("CPUUtilization"));
        check("p/", "P/CPUUtilization", Some("CPUUtilization"));
    }

    #[test]
    fn a_misspelled_name_gets_a_suggestion() {
        let check = |name: &str, expected: Option<&str>| {
            let Key::Level(metric, word) = parse_name(name) else { panic!("{name}") };
            assert_eq!(meant(metric, word, &["warning", "critical", MUTE]).as_deref(), expected, "{name}");
        };
        check("max_connections", Some("max-connections"));
        check("maxconnections", Some("max-connections"));
        check("muted", Some("mute"));
        check("mute/cpuutilization", Some("CPUUtilization/mute"));
        check("CpuUtilisation", Some("CPUUtilization"));
        check("CpuUtilisation/critical", Some("CPUUtilization/critical"));
        check("CpuUtilisation/Critical", Some("CPUUtilization/critical"));
        check("CPU_Utilization", Some("CPUUtilization"));
        check("FreeStorageSpaces", Some("FreeStorageSpace"));
        check("CPUUtilization:critical", Some("CPUUtilization/critical"));
        check("CPUUtilization.mute", Some("CPUUtilization/mute"));
        check("aws_rds_cpuutilization_average", Some("CPUUtilization"));
        check("aws_rds_cpuutilization_sample_count", Some("CPUUtilization"));
        check("colour", None);
        check("colour/critical", None);
    }

    #[test]
    fn keys_of_other_tools_are_no_near_miss() {
        for key in [
            "plimsoll",
            "plimsollish",
            "team/CPUUtilization",
            "CPUUtilization",
            "monitoring:plimsoll",
            "plinth/CPUUtilization",
            "plinsol/team",
            "aws:cloudformation:stack-name",
            "/CPUUtilization",
        ] {
            check("plimsoll/", key, None);
        }
        for key in ["q/CPUUtilization", "p_team", "P.owner", "/CPUUtilization", "pCPUUtilization", "px/CPUUtilization"]
        {
            check("p/", key, None);
        }
        check("acme/", "acne/team", None);
        check("acme/", "acmeCost", None);
        check("acme-rds/", "acme-ecs/schedule", None);
        check("@", "CPUUtilization", None);
    }
}
