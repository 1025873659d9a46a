//! The files of the web configuration as they are at one time, and the rules that they hold.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use hyper::header::{HeaderName, HeaderValue};
use sha2::{Digest, Sha256};

use super::passwords::Users;
use super::rules::Rules;
use super::tls::{Pems, Tls};
use crate::config::file::{Problem, Problems};
use crate::config::web_file::{self, Pem, Source, WebFile};
use crate::http::files::{Content, content, unreadable, unreadable_part};

/// The hash of all files.
pub(super) type Fingerprint = [u8; 32];

/// The files as they are at one time.
pub(super) struct Snapshot {
    file_name: String,
    text: Content,
    /// The file as far as it can be read, and its mistakes.
    parsed: Result<WebFile, Problems>,
    pems: BTreeMap<PathBuf, Content>,
}

impl Snapshot {
    /// Reads the configuration and the files that it names.
    pub(super) fn read(path: &Path) -> Self {
        let (file_name, text) = (path.display().to_string(), content(path));
        let parsed = match &text {
            Ok(text) => web_file::parse(&String::from_utf8_lossy(text), &file_name),
            Err(error) => Err(unreadable(&file_name, error)),
        };
        let tls = parsed.as_ref().ok().and_then(|file| file.tls.as_ref());
        let files = tls.into_iter().flat_map(pems).filter_map(|pem| match &pem.source {
            Source::File(path) => Some((path.clone(), content(path))),
            Source::Inline(_) => None,
        });
        let pems = files.collect();
        Self { file_name, text, parsed, pems }
    }

    /// Changes with every byte of the files.
    pub(super) fn fingerprint(&self) -> Fingerprint {
        let mut hash = Sha256::new();
        for content in [&self.text].into_iter().chain(self.pems.values()) {
            let (is_read, bytes) = match content {
                Ok(bytes) => (1, bytes.as_slice()),
                Err(error) => (0, error.as_bytes()),
            };
            hash.update([is_read]);
            hash.update(bytes.len().to_be_bytes());
            hash.update(bytes);
        }
        hash.finalize().into()
    }

    /// What the files hold.
    ///
    /// # Errors
    /// Every mistake in them.
    pub(super) fn rules(&self) -> Result<Rules, Problems> {
        let file = self.parsed.as_ref().map_err(Clone::clone)?;
        let tls = file.tls.as_ref().map(|section| self.tls(section)).transpose().map_err(Problems)?;
        let header = |(name, value): &(String, String)| {
            Some((HeaderName::try_from(name).ok()?, HeaderValue::try_from(value).ok()?))
        };
        Ok(Rules {
            tls,
            headers: file.headers.iter().filter_map(header).collect(),
            users: Arc::new(Users::new(file.users.clone())),
            rate_limit: file.rate_limit,
        })
    }

    /// That the rules would open what is closed now, at the place of the file.
    pub(super) fn opening(&self, what: &str) -> Problems {
        let (what, remedy) = (what.to_owned(), "restart plimsoll if that is meant".to_owned());
        Problems(vec![Problem { file: self.file_name.clone(), line: 1, column: 1, what, remedy }])
    }

    fn tls(&self, section: &web_file::Tls) -> Result<Tls, Vec<Problem>> {
        let all: Vec<_> = pems(section).map(|pem| self.pem(pem)).collect();
        let mut unread: Vec<_> = all.iter().filter_map(|read| read.as_ref().err().cloned()).collect();
        let bytes = |index: usize| all.get(index).and_then(|read| read.as_ref().ok()).copied();
        if let (true, Some(certificate), Some(key)) = (unread.is_empty(), bytes(0), bytes(1)) {
            return Tls::new(section, &Pems { certificate, key, authorities: bytes(2) });
        }
        unread.sort();
        Err(unread)
    }

    fn pem<'a>(&'a self, pem: &'a Pem) -> Result<&'a [u8], Problem> {
        let path = match &pem.source {
            Source::Inline(text) => return Ok(text.reveal().as_bytes()),
            Source::File(path) => path,
        };
        match self.pems.get(path) {
            Some(Ok(bytes)) => Ok(bytes),
            Some(Err(error)) => Err(unreadable_part(pem, path, error)),
            None => Err(unreadable_part(pem, path, "it was not read")),
        }
    }
}

/// Certificate, key and authorities.
fn pems(section: &web_file::Tls) -> impl Iterator<Item = &Pem> {
    [&section.certificate, &section.key].into_iter().chain(section.clients.as_ref().map(|clients| &clients.authorities))
}
