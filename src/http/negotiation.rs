//! The choice of the encoding of a response, by RFC 9110 §12.5.3.

/// How a body is encoded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// As it is.
    Identity,
    /// As one gzip member.
    Gzip,
}

/// The encoding that the client prefers, or gzip if it accepts both equally. Without `Accept-Encoding`, the client may
/// not know gzip and gets identity. It also gets identity if it refuses both: the RFC lets a server disregard that, and
/// a scraper can do more with text than with an error.
///
/// `fields` are the values of all `Accept-Encoding` fields.
pub(super) fn negotiate<'a>(fields: impl Iterator<Item = &'a str>) -> Encoding {
    let (mut gzip, mut identity, mut any) = (None, None, None);
    for (coding, weight) in fields.flat_map(|field| field.split(',')).filter_map(parse_element) {
        let best = match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => &mut gzip,
            "identity" => &mut identity,
            "*" => &mut any,
            _ => continue,
        };
        *best = (*best).max(Some(weight));
    }
    let gzip = gzip.or(any).unwrap_or(0);
    // Identity that is not listed is acceptable, but not preferred.
    let identity = identity.or(any).unwrap_or(0);
    if gzip > 0 && gzip >= identity { Encoding::Gzip } else { Encoding::Identity }
}

/// Coding and weight in thousandths; `None` for an element whose weight cannot be read.
fn parse_element(element: &str) -> Option<(&str, u16)> {
    let mut parameters = element.split(';').map(str::trim);
    let coding = parameters.next().filter(|coding| !coding.is_empty())?;
    let Some(weight) = parameters.next() else {
        return Some((coding, 1000));
    };
    let (name, value) = weight.split_once('=')?;
    name.trim().eq_ignore_ascii_case("q").then_some(())?;
    Some((coding, parse_weight(value.trim())?))
}

/// `qvalue = ( "0" [ "." 0*3DIGIT ] ) / ( "1" [ "." 0*3("0") ] )`, in thousandths.
fn parse_weight(value: &str) -> Option<u16> {
    let (whole, decimals) = value.split_once('.').unwrap_or((value, ""));
    let well_formed = matches!(whole, "0" | "1") && decimals.len() <= 3 && decimals.bytes().all(|b| b.is_ascii_digit());
    let thousandths = format!("{whole}{decimals:0<3}");
    well_formed.then(|| thousandths.parse().ok()).flatten().filter(|&weight| weight <= 1000)
}

#[cfg(test)]
mod tests {
    use super::Encoding::{Gzip, Identity};
    use super::*;

    #[test]
    fn the_encoding_follows_the_client_s_weights() {
        let check = |fields: &[&str], expected| assert_eq!(negotiate(fields.iter().copied()), expected, "{fields:?}");
        check(&[], Identity);
        check(&[""], Identity);
        check(&["gzip"], Gzip);
        check(&["identity"], Identity);
        check(&["GZip"], Gzip);
        check(&["x-gzip"], Gzip);
        check(&["*"], Gzip);
        check(&["br, zstd"], Identity);
        check(&["gzip, deflate, br"], Gzip);
        check(&["br", "gzip"], Gzip);
        check(&["gzip;q=0"], Identity);
        check(&["gzip;q=0.000, *"], Identity);
        check(&["gzip ; Q=0.5"], Gzip);
        check(&["gzip;q=0.001"], Gzip);
        check(&["gzip;q=0.5, identity"], Identity);
        check(&["gzip;q=0.5, identity;q=0.5"], Gzip);
        check(&["gzip;q=0.4, identity;q=0.5"], Identity);
        check(&["identity;q=0.5, *;q=0.4"], Identity);
        check(&["identity;q=0.5, *;q=0.6"], Gzip);
        check(&["gzip;q=0.4, *;q=0.5"], Identity);
        check(&["identity;q=0, gzip;q=0.1"], Gzip);
        check(&["gzip, *;q=0"], Gzip);
        check(&["*;q=0"], Identity);
        check(&["identity;q=0"], Identity);
        check(&["gzip;q=0, identity;q=0"], Identity);
        check(&["x-gzip;q=0, gzip"], Gzip);
        check(&[",, gzip,"], Gzip);
    }

    #[test]
    fn an_element_that_cannot_be_read_is_ignored() {
        for field in
            ["gzip;q=2", "gzip;q=1.001", "gzip;q=-1", "gzip;q=", "gzip;q=0.1234", "gzip;q=x", "gzip;level=9", ";q=1"]
        {
            assert_eq!(negotiate([field].into_iter()), Identity, "{field}");
        }
    }
}
