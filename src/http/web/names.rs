//! The names of a client, as its certificate has them.

use std::net::IpAddr;

use x509_cert::Certificate;
use x509_cert::der::Decode;
use x509_cert::ext::pkix::SubjectAltName;
use x509_cert::ext::pkix::name::GeneralName;

/// Whether one of the certificate's Subject Alternative Names is exactly one of `allowed`: names of DNS, addresses of
/// the Internet Protocol and of e-mail, and URIs, as in the toolkit.
pub(super) fn has_one_of(certificate: &[u8], allowed: &[String]) -> bool {
    let names = Certificate::from_der(certificate).ok().and_then(|certificate| {
        let (_, SubjectAltName(names)) = certificate.tbs_certificate().get_extension().ok()??;
        Some(names.iter().filter_map(text).collect::<Vec<_>>())
    });
    names.is_some_and(|names| names.iter().any(|name| allowed.contains(name)))
}

fn text(name: &GeneralName) -> Option<String> {
    match name {
        GeneralName::DnsName(text) | GeneralName::Rfc822Name(text) | GeneralName::UniformResourceIdentifier(text) => {
            Some(text.to_string())
        }
        GeneralName::IpAddress(octets) => {
            let v4 = <[u8; 4]>::try_from(octets.as_bytes()).map(IpAddr::from);
            let address = v4.or_else(|_| <[u8; 16]>::try_from(octets.as_bytes()).map(IpAddr::from));
            address.ok().map(|address| address.to_string())
        }
        _ => None,
    }
}
