//! What a request needs to be let in: trust in the server's certificate, a certificate of its own, a password.

use std::path::Path;
use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderValue;
use rustls_native_certs::load_native_certs;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::crypto::aws_lc_rs;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use crate::config::file::{Problem, Problems};
use crate::config::web_file::Pem;
use crate::config::web_file::client::{self, ClientFile};
use crate::http::files::{content, part, unreadable};
use crate::http::web::{certificates, key};

/// What a request needs to be let in.
#[derive(Debug, Default)]
pub struct Access {
    file: ClientFile,
    /// With the marks that keep it out of logs.
    pub(super) authorization: Option<HeaderValue>,
    tls: Option<Arc<ClientConfig>>,
}

impl Access {
    /// Reads the file of `--http.config.file`.
    ///
    /// # Errors
    /// Every mistake in it and in the files that it names.
    pub fn load(path: &Path) -> Result<Self, Problems> {
        let name = path.display().to_string();
        let text = content(path).map_err(|error| unreadable(&name, &error))?;
        let file = client::parse(&String::from_utf8_lossy(&text), &name)?;
        let one = |problem| Problems(vec![problem]);
        let basic_auth = file.basic_auth.as_ref();
        let authorization =
            basic_auth.map(|(user, password)| authorization(user, password)).transpose().map_err(one)?;
        let tls = Some(Arc::new(config(&file).map_err(one)?));
        Ok(Self { file, authorization, tls })
    }

    /// TLS to a host.
    pub(super) fn tls(&self, host: &str) -> Option<(TlsConnector, ServerName<'static>)> {
        let config = self.tls.clone().or_else(|| config(&self.file).ok().map(Arc::new))?;
        let name = self.file.server_name.as_deref().unwrap_or(host).to_owned();
        Some((TlsConnector::from(config), ServerName::try_from(name).ok()?))
    }
}

fn authorization(user: &str, password: &Pem) -> Result<HeaderValue, Problem> {
    let bytes = part(password)?;
    // As Prometheus does: a file of one line ends with a line feed that is no part of the password.
    let pair = [user.as_bytes(), b":", bytes.trim_ascii()].concat();
    let field = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair)));
    let mut field = field.map_err(|_| password.place.problem("is no password", "write a shorter one"))?;
    field.set_sensitive(true);
    Ok(field)
}

fn config(file: &ClientFile) -> Result<ClientConfig, Problem> {
    let roots = roots(file.authorities.as_ref())?;
    let provider = Arc::new(aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    let builder = builder.expect("the provider has suites for both versions").with_root_certificates(roots);
    let Some((certificate, own_key)) = &file.certificate else { return Ok(builder.with_no_client_auth()) };
    let chain = certificates(&part(certificate)?)
        .ok_or_else(|| certificate.place.problem("holds no certificate", "write certificates in PEM"))?;
    let key = key(own_key, &part(own_key)?)?;
    builder
        .with_client_auth_cert(chain, key)
        .map_err(|_| own_key.place.problem("is not the key of the certificate", "renew both together"))
}

/// The authorities of a file, or without one those of the operating system.
fn roots(authorities: Option<&Pem>) -> Result<RootCertStore, Problem> {
    let mut roots = RootCertStore::empty();
    let Some(pem) = authorities else {
        roots.add_parsable_certificates(load_native_certs().certs);
        return Ok(roots);
    };
    let found = certificates(&part(pem)?);
    roots.add_parsable_certificates(found.unwrap_or_default());
    if roots.is_empty() {
        return Err(pem.place.problem("holds no certificate of an authority", "write certificates in PEM"));
    }
    Ok(roots)
}
