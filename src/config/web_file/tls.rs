//! `tls_server_config`: the server's certificate, which clients need one, and what handshakes may use.

use std::path::Path;

use super::pem::{Pem, Place, Source, path_in};
use super::reader::{Mapping, Value};
use super::secret::Secret;

/// How TLS is served.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tls {
    /// The server's certificate and those that lead from it to an authority.
    pub certificate: Pem,
    /// The certificate's private key.
    pub key: Pem,
    /// Which clients need a certificate; `None` if none does.
    pub clients: Option<Clients>,
    /// The lowest version.
    pub min_version: Version,
    /// The highest version; not lower than the lowest.
    pub max_version: Version,
    /// The cipher suites of TLS 1.2 by their IANA numbers; `None` for all. Those of TLS 1.3 are always on.
    pub suites: Option<Vec<u16>>,
    /// Whether the server's order of suites decides.
    pub prefers_own_order: bool,
    /// The groups of key exchange by their IANA numbers, the preferred one first; `None` for all.
    pub groups: Option<Vec<u16>>,
}

/// Which certificates of clients are good.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clients {
    /// The authorities that sign them.
    pub authorities: Pem,
    /// Whether a client without a certificate is refused.
    pub is_required: bool,
    /// If there is a list: a certificate needs one of these as a Subject Alternative Name.
    pub allowed_names: Option<Vec<String>>,
}

/// A version of TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Version {
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
}

/// The suites of TLS 1.2 that have forward secrecy and authenticated encryption, by their names in Go and their numbers:
/// <https://www.iana.org/assignments/tls-parameters>.
const SUITES: [(&str, u16); 6] = [
    ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", 0xc02b),
    ("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384", 0xc02c),
    ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", 0xc02f),
    ("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384", 0xc030),
    ("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca8),
    ("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256", 0xcca9),
];

/// The suites of TLS 1.3, which the toolkit accepts in the list too. They cannot be switched off, there or here.
const ALWAYS_ON: [&str; 3] = ["TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384", "TLS_CHACHA20_POLY1305_SHA256"];

/// The groups by their names in Go and their numbers: <https://www.iana.org/assignments/tls-parameters>.
const GROUPS: [(&str, u16); 3] = [("CurveP256", 23), ("CurveP384", 24), ("X25519", 29)];

/// The most entries of a list, far more than there are suites, and as many names as one file should hold.
const MAX_ENTRIES: usize = 1000;

pub(super) type PlaceOf<'a> = dyn Fn(usize, &str) -> Place + 'a;

/// What a client has to show.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Demand {
    Nothing,
    GoodIfAny,
    Good,
    Unverified,
}

const DEMANDS: [(&str, Demand); 6] = [
    ("NoClientCert", Demand::Nothing),
    ("RequestClientCert", Demand::Unverified),
    ("RequireAnyClientCert", Demand::Unverified),
    ("RequireClientCert", Demand::Unverified),
    ("VerifyClientCertIfGiven", Demand::GoodIfAny),
    ("RequireAndVerifyClientCert", Demand::Good),
];

/// `None` if there are errors, or if the section is empty.
pub(super) fn read(mut section: Mapping, folder: &Path, place: &PlaceOf) -> Option<Tls> {
    let mut pem = |file: &'static str, inline: &'static str| pem(&mut section, folder, place, [file, inline]);
    let (certificate, key) = (pem("cert_file", "cert"), pem("key_file", "key"));
    let authorities = pem("client_ca_file", "client_ca");
    let is_empty = section.values().next().is_none();
    for (name, found) in [("cert_file", &certificate), ("key_file", &key)] {
        if found.is_none() && !is_empty {
            section
                .value
                .error(format_args!("has no `{name}`"), "TLS needs `cert_file` and `key_file`, or both inline");
        }
    }
    let clients = clients(&mut section, authorities);
    let (mut min_version, mut max_version) = (Version::Tls12, Version::Tls13);
    section.set(&mut min_version, "min_version", version);
    section.set(&mut max_version, "max_version", version);
    if min_version > max_version {
        section.value.error("has a `min_version` above its `max_version`", "swap them");
    }
    let suites = section.value("cipher_suites").map(|value| suites(&value));
    let groups = section.value("curve_preferences").map(|value| groups(&value));
    let mut prefers_own_order = true;
    section.set(&mut prefers_own_order, "prefer_server_cipher_suites", Value::boolean);
    section.finish();
    let (certificate, key) = (certificate?, key?);
    Some(Tls { certificate, key, clients, min_version, max_version, suites, prefers_own_order, groups })
}

/// What one of two keys names: a file, or the text itself.
pub(super) fn pem(
    section: &mut Mapping,
    folder: &Path,
    place: &PlaceOf,
    [file, inline]: [&'static str; 2],
) -> Option<Pem> {
    let of = |value: &Value, source| Pem { source, place: place(value.key_offset, &value.path) };
    let (file, inline) = (section.value(file), section.value(inline));
    if let (Some(file), Some(inline)) = (&file, &inline) {
        inline.error("stands beside its file", format_args!("remove it or `{}`", file.path));
    }
    let from_file = file.and_then(|value| Some(of(&value, path_in(folder, value.text()?))));
    from_file
        .or_else(|| inline.and_then(|value| Some(of(&value, Source::Inline(Secret::new(value.text()?.to_owned()))))))
}

fn clients(section: &mut Mapping, authorities: Option<Pem>) -> Option<Clients> {
    let names = section.value("client_allowed_sans");
    let kind = section.value("client_auth_type");
    let demand = kind.as_ref().and_then(|value| value.choice(&DEMANDS)).unwrap_or(Demand::Nothing);
    let place = kind.as_ref().unwrap_or(&section.value);
    match demand {
        Demand::Unverified => place.error(
            "does not verify certificates, so that anybody can make one",
            "write RequireAndVerifyClientCert, or NoClientCert, which admits the same clients",
        ),
        Demand::Nothing if authorities.is_some() => {
            place.error("does not use `client_ca_file`", "write `client_auth_type: RequireAndVerifyClientCert`");
        }
        Demand::Good | Demand::GoodIfAny if authorities.is_none() => {
            place.error("needs authorities", "write `client_ca_file`");
        }
        _ => {}
    }
    if let Some(names) = names.as_ref().filter(|_| demand != Demand::Good) {
        names.error(
            "has no effect on clients without a certificate",
            "write `client_auth_type: RequireAndVerifyClientCert`",
        );
    }
    let allowed_names = names.map(|value| list(&value, |entry| entry.text().map(str::to_owned)));
    let is_required = demand == Demand::Good;
    Some(Clients { authorities: authorities?, is_required, allowed_names }).filter(|_| demand != Demand::Nothing)
}

fn version(value: &Value) -> Option<Version> {
    let text = value.text()?;
    if text == "TLS10" || text == "TLS11" {
        value.error("has a version that RFC 8996 forbids and plimsoll does not have", "write TLS12 or TLS13");
        return None;
    }
    value.choice(&[("TLS12", Version::Tls12), ("TLS13", Version::Tls13)])
}

fn suites(value: &Value) -> Vec<u16> {
    list(value, |entry| if ALWAYS_ON.contains(&entry.text()?) { None } else { entry.choice(&SUITES) })
}

fn groups(value: &Value) -> Vec<u16> {
    list(value, |entry| entry.choice(&GROUPS))
}

fn list<T>(value: &Value, read: impl Fn(&Value) -> Option<T>) -> Vec<T> {
    let entries = value.entries();
    if entries.is_empty() || entries.len() > MAX_ENTRIES {
        value.error(
            format_args!("has {} entries", entries.len()),
            format_args!("write 1 to {MAX_ENTRIES}, or remove it"),
        );
    }
    entries.iter().filter_map(read).collect()
}
