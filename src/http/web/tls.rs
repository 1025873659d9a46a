//! TLS as the web configuration has it: the server's side of a handshake, which is the only one that reads certificates.
//!
//! rustls bounds a message of a handshake to 64 KiB, has no renegotiation and no compressed certificates.

use std::io;
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncWrite};
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::crypto::{CryptoProvider, aws_lc_rs};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::rustls::server::{NoServerSessionStorage, WebPkiClientVerifier};
use tokio_rustls::rustls::sign::CertifiedKey;
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{self, RootCertStore, ServerConfig, SupportedCipherSuite};
use tokio_rustls::server::TlsStream;

use super::{expiry, names};
use crate::config::file::Problem;
use crate::config::web_file::{self, Clients, Pem, Version};
use crate::time::Timestamp;

/// The most certificates in one file: those of all authorities that an operating system trusts are fewer.
const MAX_CERTIFICATES: usize = 1000;

/// Why a handshake failed.
#[derive(Debug, thiserror::Error)]
pub(in crate::http) enum HandshakeError {
    /// The client closed the connection, or it sent what TLS or the configuration does not allow.
    #[error("the TLS handshake failed")]
    Handshake(#[from] io::Error),
    /// The client's certificate is good and has another name.
    #[error("the client's certificate has none of the allowed names")]
    Name,
}

/// Texts of certificates and of a key, in PEM.
pub(super) struct Pems<'a> {
    pub(super) certificate: &'a [u8],
    pub(super) key: &'a [u8],
    pub(super) authorities: Option<&'a [u8]>,
}

/// The server's side of handshakes.
#[derive(Debug)]
pub(in crate::http) struct Tls {
    config: Arc<ServerConfig>,
    allowed_names: Option<Vec<String>>,
    requires_certificates: bool,
    /// When the own certificate expires, or one of those that come with it.
    pub(super) expires: Option<Timestamp>,
}

impl Tls {
    /// Makes it from the section of the configuration and the files that it names.
    pub(super) fn new(section: &web_file::Tls, pems: &Pems) -> Result<Self, Vec<Problem>> {
        let provider = Arc::new(provider(section));
        let certified = certified(section, pems, &provider);
        let roots = section.clients.as_ref().map(|clients| roots(clients, pems)).transpose();
        let (certified, roots) = match (certified, roots) {
            (Ok(certified), Ok(roots)) => (certified, roots),
            (certified, roots) => return Err(certified.err().into_iter().chain(roots.err()).collect()),
        };
        let expires = expiry::earliest(&certified.cert);
        let config = config(section, provider, certified, roots).map_err(|error| {
            let what = format!("cannot be used with these versions, suites and groups: {error}");
            vec![section.certificate.place.problem(&what, "remove `cipher_suites` and `curve_preferences`")]
        })?;
        let allowed_names = section.clients.as_ref().and_then(|clients| clients.allowed_names.clone());
        let requires_certificates = section.clients.as_ref().is_some_and(|clients| clients.is_required);
        Ok(Self { config: Arc::new(config), allowed_names, requires_certificates, expires })
    }

    /// Whether a client without a certificate is refused.
    pub(super) const fn requires_certificates(&self) -> bool {
        self.requires_certificates
    }

    /// Waits for the client's part of a handshake, as long as it takes.
    pub(in crate::http) async fn accept<I>(&self, io: I) -> Result<TlsStream<I>, HandshakeError>
    where
        I: AsyncRead + AsyncWrite + Unpin,
    {
        let stream = TlsAcceptor::from(Arc::clone(&self.config)).accept(io).await?;
        let certificate = stream.get_ref().1.peer_certificates().and_then(<[_]>::first);
        let is_allowed = |names: &Vec<String>| certificate.is_some_and(|own| names::has_one_of(own, names));
        if self.allowed_names.as_ref().is_none_or(is_allowed) { Ok(stream) } else { Err(HandshakeError::Name) }
    }
}

/// The suites and groups that the configuration leaves.
fn provider(section: &web_file::Tls) -> CryptoProvider {
    let mut provider = aws_lc_rs::default_provider();
    if let Some(allowed) = &section.suites {
        let is_allowed = |suite: &SupportedCipherSuite| allowed.contains(&u16::from(suite.suite()));
        provider.cipher_suites.retain(|suite| suite.tls13().is_some() || is_allowed(suite));
        provider.cipher_suites.sort_by_key(|suite| allowed.iter().position(|each| *each == u16::from(suite.suite())));
    }
    if let Some(groups) = &section.groups {
        let all = aws_lc_rs::ALL_KX_GROUPS;
        let group = |number: &u16| all.iter().find(|group| u16::from(group.name()) == *number).copied();
        provider.kx_groups = groups.iter().filter_map(group).collect();
    }
    provider
}

fn certified(section: &web_file::Tls, pems: &Pems, provider: &CryptoProvider) -> Result<CertifiedKey, Problem> {
    let place = &section.certificate.place;
    let chain = certificates(pems.certificate)
        .ok_or_else(|| place.problem("holds no certificate", "write certificates in PEM, the server's own first"))?;
    let key = key(&section.key, pems.key)?;
    CertifiedKey::from_der(chain, key, provider).map_err(|error| match error {
        rustls::Error::InconsistentKeys(_) => {
            section.key.place.problem("is not the key of the certificate", "renew both together")
        }
        _ => section.key.place.problem(
            "cannot be used with the certificate",
            "use an X.509 certificate with an RSA, ECDSA or Ed25519 key",
        ),
    })
}

/// The first private key of a text, which a key of the configuration names.
pub(in crate::http) fn key(pem: &Pem, text: &[u8]) -> Result<PrivateKeyDer<'static>, Problem> {
    let remedy = "write a key in PEM, without a passphrase";
    PrivateKeyDer::from_pem_slice(text).map_err(|_| pem.place.problem("holds no private key", remedy))
}

/// The authorities that sign certificates of clients.
fn roots(clients: &Clients, pems: &Pems) -> Result<RootCertStore, Problem> {
    let place = &clients.authorities.place;
    let found = pems.authorities.and_then(certificates);
    let found = found.ok_or_else(|| place.problem("holds no certificate", "write certificates in PEM"))?;
    let mut roots = RootCertStore::empty();
    for certificate in found {
        roots
            .add(certificate)
            .map_err(|_| place.problem("holds what is no certificate of an authority", "renew it"))?;
    }
    Ok(roots)
}

/// All certificates of a text; `None` if there is none, or one that cannot be read.
pub(in crate::http) fn certificates(pem: &[u8]) -> Option<Vec<CertificateDer<'static>>> {
    let all: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(pem).take(MAX_CERTIFICATES).collect();
    all.ok().filter(|all| !all.is_empty())
}

fn config(
    section: &web_file::Tls,
    provider: Arc<CryptoProvider>,
    certified: CertifiedKey,
    roots: Option<RootCertStore>,
) -> Result<ServerConfig, Box<dyn std::error::Error>> {
    let versions = [(Version::Tls12, &TLS12), (Version::Tls13, &TLS13)];
    let is_on = |version| (section.min_version..=section.max_version).contains(&version);
    let versions: Vec<_> = versions.into_iter().filter(|(version, _)| is_on(*version)).map(|(_, one)| one).collect();
    let builder = ServerConfig::builder_with_provider(Arc::clone(&provider)).with_protocol_versions(&versions)?;
    let builder = match (roots, &section.clients) {
        (Some(roots), Some(clients)) => {
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider);
            let verifier = if clients.is_required { verifier } else { verifier.allow_unauthenticated() };
            builder.with_client_cert_verifier(verifier.build()?)
        }
        _ => builder.with_no_client_auth(),
    };
    let mut config = builder.with_cert_resolver(Arc::new(rustls::sign::SingleCertAndKey::from(certified)));
    config.ignore_client_order = section.prefers_own_order;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    // Every connection shows its certificate anew, and nothing is kept of one that has ended. Scrapers keep theirs open.
    config.session_storage = Arc::new(NoServerSessionStorage {});
    config.send_tls13_tickets = 0;
    Ok(config)
}
