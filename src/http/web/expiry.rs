//! When certificates expire.

use tokio_rustls::rustls::pki_types::CertificateDer;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use crate::time::Timestamp;

/// The last second of the validity of the first of these certificates to expire: with an intermediate one, clients
/// refuse the server's, too. `None` if one of them cannot be read.
pub(super) fn earliest(chain: &[CertificateDer]) -> Option<Timestamp> {
    let expiry = |certificate: &CertificateDer| {
        let certificate = Certificate::from_der(certificate).ok()?;
        let last = certificate.tbs_certificate().validity().not_after.to_unix_duration();
        Some(Timestamp::from_second(i64::try_from(last.as_secs()).ok()?))
    };
    chain.iter().map(expiry).min().flatten()
}
