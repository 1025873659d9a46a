//! Finds the known word that a mistyped word is closest to, and the metric that a person calls by another name.

use crate::catalog::Row;

/// Longer words are not compared: no key and no metric name is longer.
const MAX_LENGTH: usize = 64;

/// A shorter word is in the name of too many metrics by chance.
const SHORTEST_WORD: usize = 3;

/// As many words as the name of a metric has.
const MAX_WORDS: usize = 8;

/// The word with the smallest edit distance to `typed`, if the distance is small enough for a typing mistake.
#[must_use]
pub fn nearest<'a>(typed: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let (typed, allowed) = (typed.to_ascii_lowercase(), typed.len() / 4 + 1);
    words
        .map(|word| (distance(&typed, &word.to_ascii_lowercase()), word))
        .filter(|(distance, word)| *distance <= allowed && *distance < word.len())
        .min()
        .map(|(_, word)| word)
}

/// What people call metrics whose names do not have that word, or not at the start: by the words in lower case.
const NICKNAMES: [(&str, &str); 12] = [
    ("cpu", "CPUUtilization"),
    ("cpu usage", "CPUUtilization"),
    ("cpu load", "CPUUtilization"),
    ("cpu percent", "CPUUtilization"),
    ("disk", "FreeStorageSpace"),
    ("disk space", "FreeStorageSpace"),
    ("free disk", "FreeStorageSpace"),
    ("free disk space", "FreeStorageSpace"),
    ("storage", "FreeStorageSpace"),
    ("free storage", "FreeStorageSpace"),
    ("free memory", "FreeableMemory"),
    ("free ram", "FreeableMemory"),
];

/// The metric that a name of no metric was meant to be: one of almost this name, else one that has all words of it in
/// this order. `others` are words that may stand in place of a metric.
#[must_use]
pub fn metric<'a>(
    typed: &str,
    rows: impl Iterator<Item = &'static Row>,
    others: impl Iterator<Item = &'a str>,
) -> Option<&'a str> {
    let rows: Vec<_> = rows.collect();
    let almost = nearest(typed, rows.iter().map(|row| row.metric).chain(others));
    almost.or_else(|| {
        let words = words(typed);
        let nickname = NICKNAMES.iter().find(|(name, _)| *name == words.join(" "));
        nickname.map(|(_, metric)| *metric).or_else(|| with_words(&words, &rows))
    })
}

/// The metric with these words in its name: one that has default levels before others, one of CloudWatch
/// before others, then the shortest.
fn with_words(words: &[String], rows: &[&'static Row]) -> Option<&'static str> {
    if words.iter().all(|word| word.len() < SHORTEST_WORD) || words.len() > MAX_WORDS {
        return None;
    }
    let has_words = |row: &&&Row| {
        let metric = row.metric.to_ascii_lowercase();
        let mut rest = metric.as_str();
        words.iter().all(|word| rest.split_once(word.as_str()).map(|(_, after)| rest = after).is_some())
    };
    let has_defaults = |row: &Row| row.alert.is_some_and(|alert| !alert.defaults.is_empty());
    let rank = |row: &&&Row| (!has_defaults(row), !row.is_polled(), row.metric.len(), row.metric);
    rows.iter().filter(has_words).min_by_key(rank).map(|row| row.metric)
}

/// The words of a name such as `FreeStorage`, `free_storage` or `CPU usage`, in lower case.
fn words(name: &str) -> Vec<String> {
    let (mut words, mut before) = (vec![String::new()], ' ');
    for character in name.chars().take(MAX_LENGTH) {
        let begins = character.is_uppercase() && before.is_lowercase();
        if !character.is_alphanumeric() || begins {
            words.push(String::new());
        }
        if let Some(word) = words.last_mut().filter(|_| character.is_alphanumeric()) {
            word.extend(character.to_lowercase());
        }
        before = character;
    }
    words.retain(|word| !word.is_empty());
    words
}

/// The Levenshtein distance: how many characters must be inserted, deleted or replaced to turn `left` into `right`.
pub(super) fn distance(left: &str, right: &str) -> usize {
    if left.len().max(right.len()) > MAX_LENGTH {
        return usize::MAX;
    }
    let right: Vec<char> = right.chars().collect();
    let mut row: Vec<usize> = (0..=right.len()).collect();
    for (index, from) in left.chars().enumerate() {
        let mut diagonal = std::mem::replace(&mut row[0], index + 1);
        for (column, to) in right.iter().enumerate() {
            let replaced = diagonal + usize::from(from != *to);
            diagonal = row[column + 1];
            row[column + 1] = replaced.min(diagonal + 1).min(row[column] + 1);
        }
    }
    row[right.len()]
}

#[cfg(test)]
mod tests {
    use super::{metric, nearest};
    use crate::catalog;

    fn check(typed: &str, expected: Option<&str>) {
        let words = ["discovery", "fast", "slow", "sparse", "daily", "CPUUtilization"];
        assert_eq!(nearest(typed, words.into_iter()), expected, "{typed}");
    }

    #[test]
    fn a_typing_mistake_finds_the_intended_word() {
        check("fsat", Some("fast"));
        check("discovry", Some("discovery"));
        check("CPUUtilisation", Some("CPUUtilization"));
        check("cpuutilization", Some("CPUUtilization"));
    }

    #[test]
    fn a_different_word_finds_nothing() {
        check("polling", None);
        check("x", None);
    }

    #[test]
    fn a_metric_is_found_by_what_people_call_it() {
        let check = |typed: &str, expected: Option<&str>| {
            assert_eq!(metric(typed, catalog::rows(), ["mute"].into_iter()), expected, "{typed}");
        };
        for typed in ["CPU", "cpu", "cpu_utilization", "CPU Utilisation", "CpuUsage", "cpu-load"] {
            check(typed, Some("CPUUtilization"));
        }
        for typed in ["FreeStorage", "free_storage", "storage", "Disk", "free disk space", "StorageSpace"] {
            check(typed, Some("FreeStorageSpace"));
        }
        for typed in ["connections", "Connections", "database connections"] {
            check(typed, Some("DatabaseConnections"));
        }
        for typed in ["memory", "FreeMemory", "freeable"] {
            check(typed, Some("FreeableMemory"));
        }
        check("TransactionIDs", Some("MaximumUsedTransactionIDs"));
        check("iops", Some("ReadIOPS"));
        check("muted", Some("mute"));
        for typed in ["", "/", "a", "colour", "team", "orders db", "ＣＰＵ"] {
            check(typed, None);
        }
    }
}
