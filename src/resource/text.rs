//! Text that many resources have in common, such as a class or a region.

use std::borrow::Borrow;
use std::collections::HashSet;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// Text that is never changed, and that clones share.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Text(Arc<str>);

/// The texts of one listing, each of them once.
#[derive(Debug, Default)]
pub struct Texts(HashSet<Text>);

impl Text {
    /// The same as a slice.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The same as the pointer that clones share.
    #[must_use]
    pub const fn as_arc(&self) -> &Arc<str> {
        &self.0
    }
}

impl Texts {
    /// Lets a text share with an equal one.
    pub fn share(&mut self, text: &mut Text) {
        match self.0.get(text) {
            Some(known) => text.clone_from(known),
            None => drop(self.0.insert(text.clone())),
        }
    }
}

impl Deref for Text {
    type Target = str;

    fn deref(&self) -> &str {
        &self.0
    }
}

impl Borrow<str> for Text {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl From<String> for Text {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for Text {
    fn from(text: &str) -> Self {
        Self(text.into())
    }
}

impl PartialEq<str> for Text {
    fn eq(&self, other: &str) -> bool {
        &*self.0 == other
    }
}

impl PartialEq<&str> for Text {
    fn eq(&self, other: &&str) -> bool {
        &*self.0 == *other
    }
}

impl PartialEq<String> for Text {
    fn eq(&self, other: &String) -> bool {
        *self.0 == **other
    }
}

impl PartialEq<Text> for String {
    fn eq(&self, other: &Text) -> bool {
        other == self
    }
}

impl fmt::Debug for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Debug::fmt(&*self.0, f)
    }
}

impl fmt::Display for Text {
    fn fmt(&self, f: &mut fmt::Formatter) -> fmt::Result {
        fmt::Display::fmt(&*self.0, f)
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::fixture;

    #[test]
    fn databases_of_a_listing_share_what_they_have_in_common() {
        let mut texts = Texts::default();
        let [mut orders, mut web] = ["orders", "web"].map(fixture::instance);
        web.facts.storage_type = Some("gp3".into());
        let expected = [orders.clone(), web.clone()];
        orders.share(&mut texts);
        web.share(&mut texts);
        let (one, other) = (orders.class.as_arc(), web.class.as_arc());
        assert!(Arc::ptr_eq(one, other) && !Arc::ptr_eq(one, orders.id.as_arc()));
        assert_eq!([orders, web], expected);
    }
}
