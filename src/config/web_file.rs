//! Parses the file of `--web.config.file`, which is YAML in the format of Prometheus' exporter-toolkit, and reports every
//! mistake in one run: <https://github.com/prometheus/exporter-toolkit/blob/master/docs/web-configuration.md>.
//!
//! The input is text. Certificates and keys that stand in files of their own are read by the caller, which reports what is
//! wrong with them at the place of the key that names them.

use std::collections::BTreeMap;
use std::path::Path;

use super::file::Problems;
use super::file::diagnostics::Diagnostics;
use super::file::problem::locate;
use document::Document;
use reader::Mapping;

pub mod client;
mod document;
mod headers;
mod pem;
mod rate_limit;
mod reader;
mod secret;
#[cfg(test)]
mod tests;
mod tls;
mod users;

pub use document::MAX_BYTES;
pub use pem::{Pem, Place, Source};
pub use rate_limit::RateLimit;
pub use secret::Secret;
pub use tls::{Clients, Tls, Version};

/// How clients reach the listener, and which of them may.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct WebFile {
    /// TLS; `None` for plain HTTP.
    pub tls: Option<Tls>,
    /// Header fields that every response has.
    pub headers: Vec<(String, String)>,
    /// The bcrypt hash of each user; if it is empty, no user name is needed.
    pub users: BTreeMap<String, Secret>,
    /// How many requests are served.
    pub rate_limit: Option<RateLimit>,
}

/// Parses the text of a file. Messages show `file_name`, and relative paths are relative to its folder.
///
/// # Errors
/// Every unknown key and invalid value with its position and a remedy. A syntax error of YAML is reported alone.
pub fn parse(text: &str, file_name: &str) -> Result<WebFile, Problems> {
    let diagnostics = Diagnostics::default();
    let file = read(text, file_name, &diagnostics);
    let errors = diagnostics.errors.into_inner();
    if errors.is_empty() { Ok(file.unwrap_or_default()) } else { Err(Problems(locate(errors, text, file_name))) }
}

/// `None` if the file is empty or has errors.
fn read(text: &str, file_name: &str, diagnostics: &Diagnostics) -> Option<WebFile> {
    let document = Document::read(text, diagnostics)?;
    let mut root = Mapping::root(&document, diagnostics)?;
    let folder = Path::new(file_name).parent().unwrap_or(Path::new(""));
    let place = |offset: usize, key: &str| Place::new(text, file_name, offset, key);
    let file = WebFile {
        tls: root.mapping("tls_server_config").and_then(|section| tls::read(section, folder, &place)),
        headers: root.mapping("http_server_config").map(headers::read).unwrap_or_default(),
        users: root.mapping("basic_auth_users").as_ref().map(users::read).unwrap_or_default(),
        rate_limit: root.mapping("rate_limit").and_then(rate_limit::read),
    };
    root.finish();
    Some(file)
}
