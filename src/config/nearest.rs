//! Finds the known word that a mistyped word is closest to.

/// Longer words are not compared: no key and no metric name is longer.
const MAX_LENGTH: usize = 64;

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
    use super::nearest;

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
}
