//! Words of closed sets in JSON.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

use crate::level::mute::Mute;
use crate::resource::LimitSource;
use crate::threshold::Source;

/// A word of a closed set. A running exporter of another version may send one that is not known here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Word<Known> {
    /// A word of the set.
    Known(Known),
    /// Any other text.
    Other(String),
}

impl<Known> Default for Word<Known> {
    fn default() -> Self {
        Self::Other(String::new())
    }
}

/// For people.
impl Display for Word<Source> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(Source::ResourceTag) => text.write_str("tag"),
            Self::Known(Source::Configured) => text.write_str("configuration"),
            Self::Known(source) => text.write_str(&spaced(source.name())),
            Self::Other(other) => text.write_str(&spaced(other)),
        }
    }
}

/// For people.
impl Display for Word<LimitSource> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(LimitSource::Formula) => text.write_str("engine formula"),
            Self::Known(LimitSource::Class) => text.write_str("class table"),
            Self::Known(LimitSource::Configured) => text.write_str("configuration"),
            Self::Known(source) => text.write_str(&spaced(source.name())),
            Self::Other(other) => text.write_str(&spaced(other)),
        }
    }
}

/// As a tag has it.
impl Display for Word<Mute> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Known(mute) => mute.fmt(text),
            Self::Other(other) => text.write_str(other),
        }
    }
}

/// A word with spaces in place of underscores.
pub(super) fn spaced(word: &str) -> String {
    word.replace('_', " ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::level::mute;

    #[test]
    fn words_of_other_versions_are_kept() {
        let read = |json: &str| serde_json::from_str::<Word<Source>>(json).unwrap();
        let cases = [("resource_tag", "tag"), ("cluster_tag", "cluster tag"), ("override", "override")];
        let others = [("configured", "configuration"), ("default", "default"), ("from_the_moon", "from the moon")];
        for (name, expected) in cases.into_iter().chain(others) {
            let json = format!("\"{name}\"");
            assert_eq!(
                (read(&json).to_string().as_str(), serde_json::to_string(&read(&json)).unwrap()),
                (expected, json)
            );
        }
        assert_eq!(read("\"cluster_tag\""), Word::Known(Source::ClusterTag));
    }

    #[test]
    fn mutes_and_limits_are_words_too() {
        let word = |json: &str| serde_json::from_str::<Word<Mute>>(json).unwrap();
        for window in ["daily 01:00-04:00", "mon-fri 20:00-06:00 Europe/Berlin"] {
            assert_eq!(word(&format!("\"{window}\"")), Word::Known(mute::parse(window).unwrap()));
        }
        assert_eq!(word("\"moon phase\"").to_string(), "moon phase");
        for source in [LimitSource::ParameterGroupFormula, LimitSource::Class, LimitSource::StorageType] {
            assert_eq!(serde_json::to_string(&Word::Known(source)).unwrap(), format!("\"{}\"", source.name()));
        }
    }
}
