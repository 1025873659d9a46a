//! One scope as a gzip member that holds JSON, so that `tail -n +2 FILE | zcat` shows what is in a state file.

use std::io::{self, Read, Write};
use std::sync::Arc;

use flate2::Compression;
use flate2::bufread::MultiGzDecoder;
use flate2::write::GzEncoder;

use crate::scope::SavedScope;

/// The most text of all scopes together: a database with every metric needs about 4 kB, so that this is more than a full
/// file holds.
const MAX_TEXT: u64 = 1 << 30;

/// A saved scope in the form in which a state file holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section(Arc<[u8]>);

/// Why a saved scope cannot be written or read.
#[derive(Debug, thiserror::Error)]
pub enum SectionError {
    /// The JSON is not that of a scope.
    #[error("cannot read a scope of the state file")]
    Json(#[from] serde_json::Error),
    /// The compressed data is not whole.
    #[error("cannot compress or decompress a scope of the state file")]
    Gzip(#[from] io::Error),
}

impl Section {
    /// The section of a scope.
    ///
    /// # Errors
    /// It has no JSON.
    pub fn of(scope: &SavedScope) -> Result<Self, SectionError> {
        let mut gzip = GzEncoder::new(io::BufWriter::new(Vec::new()), Compression::fast());
        serde_json::to_writer(&mut gzip, scope)?;
        gzip.write_all(b"\n")?;
        let section = gzip.finish()?.into_inner().map_err(io::IntoInnerError::into_error)?;
        Ok(Self(section.into()))
    }

    pub(super) fn bytes(&self) -> &[u8] {
        &self.0
    }
}

/// The scopes of several sections, one behind the other.
pub(super) fn scopes(sections: &[u8]) -> Result<Vec<SavedScope<'static>>, SectionError> {
    if sections.is_empty() {
        return Ok(Vec::new());
    }
    let text = io::BufReader::new(MultiGzDecoder::new(sections).take(MAX_TEXT));
    Ok(serde_json::Deserializer::from_reader(text).into_iter().collect::<Result<_, _>>()?)
}
