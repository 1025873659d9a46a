//! The file of `--http.config.file`, in the format of `promtool` and `amtool`: how a command reaches a listener that has
//! TLS or users.
//!
//! Of the format it has what a listener of plimsoll can demand:
//! <https://prometheus.io/docs/alerting/latest/configuration/#http_config>.

use std::path::Path;

use super::document::Document;
use super::pem::{Pem, Place};
use super::reader::Mapping;
use super::tls;
use crate::config::file::Problems;
use crate::config::file::diagnostics::Diagnostics;
use crate::config::file::problem::locate;

/// How a command reaches a listener.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ClientFile {
    /// The user and where the password is.
    pub basic_auth: Option<(String, Pem)>,
    /// The authorities that sign the server's certificate; `None` for those of the operating system.
    pub authorities: Option<Pem>,
    /// The client's certificate and its key.
    pub certificate: Option<(Pem, Pem)>,
    /// The name that the server's certificate must have, if it is not the one in the address.
    pub server_name: Option<String>,
}

/// Parses the text of a file, as [`super::parse`] does.
///
/// # Errors
/// Every unknown key and invalid value with its position and a remedy. A syntax error of YAML is reported alone.
pub fn parse(text: &str, file_name: &str) -> Result<ClientFile, Problems> {
    let diagnostics = Diagnostics::default();
    let mut file = ClientFile::default();
    let folder = Path::new(file_name).parent().unwrap_or(Path::new(""));
    let place = |offset: usize, key: &str| Place::new(text, file_name, offset, key);
    if let Some(document) = Document::read(text, &diagnostics)
        && let Some(mut root) = Mapping::root(&document, &diagnostics)
    {
        file.basic_auth = root.mapping("basic_auth").and_then(|section| basic_auth(section, folder, &place));
        if let Some(section) = root.mapping("tls_config") {
            tls_config(section, folder, &place, &mut file);
        }
        root.finish();
    }
    let errors = diagnostics.errors.into_inner();
    if errors.is_empty() { Ok(file) } else { Err(Problems(locate(errors, text, file_name))) }
}

fn basic_auth(mut section: Mapping, folder: &Path, place: &tls::PlaceOf) -> Option<(String, Pem)> {
    let user = section.value("username").and_then(|value| value.text());
    let password = tls::pem(&mut section, folder, place, ["password_file", "password"]);
    if user.is_none() || password.is_none() {
        section.value.error("is not complete", "write `username`, and `password_file` or `password`");
    }
    section.finish();
    Some((user?.to_owned(), password?))
}

fn tls_config(mut section: Mapping, folder: &Path, place: &tls::PlaceOf, file: &mut ClientFile) {
    let mut pem = |file: &'static str, inline: &'static str| tls::pem(&mut section, folder, place, [file, inline]);
    file.authorities = pem("ca_file", "ca");
    let (certificate, key) = (pem("cert_file", "cert"), pem("key_file", "key"));
    if certificate.is_some() != key.is_some() {
        section.value.error("has only one of certificate and key", "write both `cert_file` and `key_file`");
    }
    file.certificate = certificate.zip(key);
    file.server_name = section.value("server_name").and_then(|value| value.text()).map(str::to_owned);
    section.finish();
}
