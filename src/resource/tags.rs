//! The tags of a resource.

use std::collections::BTreeMap;
use std::{fmt, slice};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Tags by key, in its order.
///
/// A map of strings takes ten times the memory of their text, and a large fleet has tens of thousands of tags.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Tags {
    /// Every key followed by its value.
    text: Box<str>,
    /// Where each key and each value ends.
    ends: Box<[(u32, u32)]>,
}

impl Tags {
    /// The value of a key.
    #[must_use]
    pub fn get(&self, key: &str) -> Option<&str> {
        self.iter().find_map(|(found, value)| (found == key).then_some(value))
    }

    /// Whether there is such a key.
    #[must_use]
    pub fn contains_key(&self, key: &str) -> bool {
        self.get(key).is_some()
    }

    /// The keys with their values.
    #[must_use]
    pub fn iter(&self) -> Iter<'_> {
        Iter { text: &self.text, ends: self.ends.iter(), begin: 0 }
    }

    /// The keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.iter().map(|(key, _)| key)
    }

    /// How many there are.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The same as a map.
    #[must_use]
    pub fn to_map(&self) -> BTreeMap<String, String> {
        self.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
    }
}

/// The tags of a resource, one after another.
#[derive(Debug)]
pub struct Iter<'a> {
    text: &'a str,
    ends: slice::Iter<'a, (u32, u32)>,
    begin: usize,
}

impl<'a> Iterator for Iter<'a> {
    type Item = (&'a str, &'a str);

    fn next(&mut self) -> Option<Self::Item> {
        let &(key_end, value_end) = self.ends.next()?;
        let (key_end, value_end) = (key_end as usize, value_end as usize);
        let begin = std::mem::replace(&mut self.begin, value_end);
        Some((&self.text[begin..key_end], &self.text[key_end..value_end]))
    }
}

impl<'a> IntoIterator for &'a Tags {
    type Item = (&'a str, &'a str);
    type IntoIter = Iter<'a>;

    fn into_iter(self) -> Iter<'a> {
        self.iter()
    }
}

impl From<BTreeMap<String, String>> for Tags {
    /// Tags beyond four gigabytes are left out: a listing may hold far less.
    fn from(tags: BTreeMap<String, String>) -> Self {
        let (mut text, mut ends) = (String::new(), Vec::new());
        for (key, value) in &tags {
            let key_end = text.len() + key.len();
            let Ok(value_end) = u32::try_from(key_end + value.len()) else { break };
            text.extend([key.as_str(), value]);
            ends.push((value_end - u32::try_from(value.len()).unwrap_or_default(), value_end));
        }
        Self { text: text.into(), ends: ends.into() }
    }
}

impl FromIterator<(String, String)> for Tags {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(tags: I) -> Self {
        BTreeMap::from_iter(tags).into()
    }
}

impl Extend<(String, String)> for Tags {
    fn extend<I: IntoIterator<Item = (String, String)>>(&mut self, tags: I) {
        let mut all = self.to_map();
        all.extend(tags);
        *self = all.into();
    }
}

impl fmt::Debug for Tags {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Tags {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        BTreeMap::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_those_of_the_map_they_come_from() {
        let map = [("team", "payments"), ("empty", ""), ("", "no key"), ("größe", "80 %")];
        let map: BTreeMap<_, _> = map.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let tags = Tags::from(map.clone());
        assert_eq!((tags.to_map(), tags.len(), format!("{tags:?}")), (map.clone(), 4, format!("{map:?}")));
        assert!(map.iter().all(|(key, value)| tags.get(key) == Some(value)));
        assert!(tags.contains_key("empty") && !tags.contains_key("tea") && tags.get("teampayments").is_none());
        let json = serde_json::to_string(&tags).unwrap();
        assert_eq!(json, serde_json::to_string(&map).unwrap());
        assert_eq!(serde_json::from_str::<Tags>(&json).unwrap(), tags);
        assert!(Tags::default().is_empty());
    }
}
