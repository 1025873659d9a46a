//! Reads the field `Authorization` of the scheme Basic: RFC 7617.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hyper::header::HeaderValue;

/// A user name and a password as a client sent them.
#[derive(PartialEq, Eq)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: Vec<u8>,
}

/// `None` for another scheme and for what cannot be read.
pub(super) fn read(field: &HeaderValue) -> Option<Credentials> {
    let (scheme, encoded) = field.to_str().ok()?.split_once(' ')?;
    let decoded = STANDARD.decode(encoded.trim()).ok().filter(|_| scheme.eq_ignore_ascii_case("basic"))?;
    let colon = decoded.iter().position(|byte| *byte == b':')?;
    let user = String::from_utf8(decoded[..colon].to_vec()).ok()?;
    Some(Credentials { user, password: decoded[colon + 1..].to_vec() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scheme_is_basic_and_the_first_colon_ends_the_name() {
        let check = |field: &str, expected: Option<(&str, &str)>| {
            let read = read(&HeaderValue::from_str(field).unwrap());
            let read = read.map(|read| (read.user, String::from_utf8(read.password).unwrap()));
            assert_eq!(read, expected.map(|(user, password)| (user.to_owned(), password.to_owned())), "{field}");
        };
        check("Basic Ym9iOnNlY3JldA==", Some(("bob", "secret")));
        check("basic  Ym9iOmE6Yg== ", Some(("bob", "a:b")));
        check("Basic Og==", Some(("", "")));
        check("Basic Ym9i", None);
        check("Basic Ym9iOnNlY3JldA", None);
        check("Basic /zp4", None);
        check("Bearer Ym9iOnNlY3JldA==", None);
        check("Basic", None);
        check("", None);
    }
}
