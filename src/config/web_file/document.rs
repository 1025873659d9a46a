//! A YAML document as a tree of values, each with its byte offset.

use std::fmt::{self, Formatter};

use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Error, Spanned};

use crate::config::file::diagnostics::Diagnostics;

/// The largest file that is read. Thousands of users fit.
pub const MAX_BYTES: usize = 1 << 20;

/// One value and where it stands.
#[derive(Debug)]
pub(super) struct Document {
    pub(super) content: Content,
    /// In bytes.
    pub(super) offset: usize,
}

/// What YAML can hold, as far as this file needs it.
#[derive(Debug)]
pub(super) enum Content {
    Null,
    Boolean(bool),
    Integer(u64),
    Text(String),
    List(Vec<Document>),
    Mapping(Vec<Entry>),
}

/// One key of a mapping and its value.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) key_offset: usize,
    pub(super) value: Document,
}

impl Document {
    /// The document; `None` if there is an error.
    pub(super) fn read(text: &str, diagnostics: &Diagnostics) -> Option<Self> {
        if text.len() > MAX_BYTES {
            diagnostics.error(0, "the file is too long", format_args!("write at most {MAX_BYTES} bytes"));
            return None;
        }
        let remedy = "correct this first: the rest of the file is checked after that";
        Self::parse(text).map_err(|(offset, what)| diagnostics.error(offset, what, remedy)).ok()
    }

    /// Parses a text; an empty one is [`Content::Null`].
    ///
    /// # Errors
    /// The offset of a syntax error and what is wrong. Of the text itself, which may hold secrets, only a duplicate key
    /// is shown.
    fn parse(text: &str) -> Result<Self, (usize, String)> {
        let options = serde_saphyr::options! { with_snippet: false };
        match serde_saphyr::from_str_with_options::<Option<Spanned<Content>>>(text, options) {
            Ok(Some(document)) => Ok(document.into()),
            Ok(None) => Ok(Self { content: Content::Null, offset: 0 }),
            Err(error) => Err((error.location().map_or(0, byte_offset), message(&error))),
        }
    }
}

fn message(error: &Error) -> String {
    match error.without_snippet() {
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("`{key}` stands here for the second time"),
        _ => "not valid YAML here or shortly before".to_owned(),
    }
}

fn byte_offset(location: serde_saphyr::Location) -> usize {
    location.span().byte_offset().and_then(|offset| usize::try_from(offset).ok()).unwrap_or_default()
}

impl From<Spanned<Content>> for Document {
    fn from(spanned: Spanned<Content>) -> Self {
        Self { offset: byte_offset(spanned.referenced), content: spanned.value }
    }
}

impl<'de> Deserialize<'de> for Content {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(ContentVisitor)
    }
}

struct ContentVisitor;

impl<'de> Visitor<'de> for ContentVisitor {
    type Value = Content;

    fn expecting(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str("a value")
    }

    fn visit_unit<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_none<E>(self) -> Result<Content, E> {
        Ok(Content::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Content, D::Error> {
        Content::deserialize(deserializer)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Content, E> {
        Ok(Content::Boolean(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Content, E> {
        Ok(Content::Integer(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Content, E> {
        Ok(u64::try_from(value).map_or_else(|_| Content::Text(value.to_string()), Content::Integer))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Content, E> {
        Ok(Content::Text(value.to_string()))
    }

    fn visit_str<E>(self, value: &str) -> Result<Content, E> {
        Ok(Content::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Content, A::Error> {
        let mut values = Vec::new();
        while let Some(value) = list.next_element::<Spanned<Content>>()? {
            values.push(value.into());
        }
        Ok(Content::List(values))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut mapping: A) -> Result<Content, A::Error> {
        let mut entries = Vec::new();
        while let Some((key, value)) = mapping.next_entry::<Spanned<String>, Spanned<Content>>()? {
            let key_offset = byte_offset(key.referenced);
            entries.push(Entry { key: key.value, key_offset, value: value.into() });
        }
        Ok(Content::Mapping(entries))
    }
}
