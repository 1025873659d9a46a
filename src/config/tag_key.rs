//! What a tag key is: ours, almost ours, or none of our business.

use super::nearest::{distance, nearest};
use crate::catalog;

/// The reserved word for mutes.
pub const MUTE: &str = "mute";

/// The reserved word for the connection limit.
const MAX_CONNECTIONS: &str = "max-connections";

/// A tag key as it concerns us.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Key<'a> {
    /// Somebody else's.
    Foreign,
    /// Ours but for a slip in the prefix, behind which this stands.
    NearMiss(&'a str),
    /// The reserved word `mute`, for the metric of that name or for all.
    Mute(Option<&'a str>),
    /// The reserved word `max-connections`: a fact about the database, not a level.
    MaxConnections,
    /// A level for the metric of that name, or for one severity of it.
    Level(&'a str, Option<&'a str>),
}

/// Reads a key; `prefix` is what every key of ours begins with.
#[must_use]
pub fn read<'a>(key: &'a str, prefix: &str) -> Key<'a> {
    match key.strip_prefix(prefix) {
        Some(name) => named(name),
        None => missed(key, prefix).map_or(Key::Foreign, Key::NearMiss),
    }
}

/// Whether what stands behind the prefix means something.
#[must_use]
pub fn is_known(name: &str) -> bool {
    match named(name) {
        Key::Level(metric, _) | Key::Mute(Some(metric)) => catalog::find(metric).is_some(),
        Key::Mute(None) | Key::MaxConnections => true,
        Key::Foreign | Key::NearMiss(_) => false,
    }
}

/// What was probably meant behind the prefix where a metric of that name is unknown; `words` may stand behind a metric.
#[must_use]
pub fn meant(metric: &str, word: Option<&str>, words: &[&str]) -> Option<String> {
    if let Some(row) = word.and_then(catalog::find).filter(|_| metric.eq_ignore_ascii_case(MUTE)) {
        return Some(format!("{}/{MUTE}", row.metric));
    }
    let reserved = [MUTE, MAX_CONNECTIONS].into_iter().filter(|_| word.is_none());
    let slip = || Some((nearest(metric, catalog::rows().map(|row| row.metric).chain(reserved))?, word));
    let (metric, word) = if word.is_none() { cut(metric).or_else(slip)? } else { slip()? };
    let word = word.and_then(|word| words.iter().find(|known| known.eq_ignore_ascii_case(word)));
    Some(word.map_or(metric.to_owned(), |word| format!("{metric}/{word}")))
}

/// A metric that we know and what stands behind it, where another separator than `/` does, as in names of series.
fn cut(name: &str) -> Option<(&'static str, Option<&str>)> {
    let mut ends = name.rmatch_indices(is_separator);
    ends.find_map(|(at, separator)| Some((catalog::find(&name[..at])?.metric, name.get(at + separator.len()..))))
}

/// What stands behind the prefix.
fn named(name: &str) -> Key<'_> {
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

/// The most wrong characters in a prefix that a slip of the keyboard makes.
const MOST_SLIPS: usize = 2;

/// What stands behind the prefix in a key that misses it by case, by separator or by a slip of the keyboard.
fn missed<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let word = prefix.trim_end_matches(is_separator).to_ascii_lowercase();
    let key = key.trim_start();
    let unparted = key.get(word.len()..).map(|_| word.len()).filter(|end| *end > 0);
    let mut ends = key.match_indices(is_separator).map(|(at, _)| at).chain(unparted);
    ends.find_map(|end| {
        let (head, rest) = key.split_at(end);
        // Most keys are somebody else's, and are told apart by this alone.
        if end.abs_diff(word.len()) > MOST_SLIPS {
            return None;
        }
        let slips = distance(&head.to_ascii_lowercase(), &word);
        let name = rest.trim_start_matches(is_separator);
        let letters = word.chars().count();
        (slips <= MOST_SLIPS && forgives(letters, slips, name.len() < rest.len(), is_known(name))).then_some(name)
    })
}

/// Whether a word of so many letters is still meant with so many of them wrong: the shorter it is, the sooner it is
/// another word.
///
/// What we know behind it is a strong sign that we are meant; without that, or without a separator, a word that is
/// like ours is believed to be somebody's own.
const fn forgives(letters: usize, slips: usize, is_parted: bool, is_known: bool) -> bool {
    match (is_parted, is_known) {
        (true, true) => slips <= letters / 4,
        (true, false) => letters >= 4 && slips <= 1 && slips <= letters / 8,
        (false, true) => letters >= 4 && slips == 0,
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
        let missed = match read(key, prefix) {
            Key::NearMiss(name) => Some(name),
            _ => None,
        };
        assert_eq!(missed, expected, "{key} for {prefix}");
    }

    #[test]
    fn slips_in_the_prefix() {
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
    fn slips_behind_the_prefix() {
        let check = |name: &str, expected: Option<&str>| {
            let Key::Level(metric, word) = named(name) else { panic!("{name}") };
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
    fn words_of_their_own() {
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
