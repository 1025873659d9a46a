//! `http_server_config`: header fields of every response.

use super::reader::{Mapping, Value};

/// The fields that may be set, and their values if there are only a few, as the toolkit has them.
const ALLOWED: [(&str, &[&str]); 5] = [
    ("Content-Security-Policy", &[]),
    ("Strict-Transport-Security", &[]),
    ("X-Content-Type-Options", &["nosniff"]),
    ("X-Frame-Options", &["deny", "sameorigin"]),
    ("X-XSS-Protection", &[]),
];

/// The longest value. A policy for a page that needs no scripts is far shorter.
const MAX_VALUE: usize = 4096;

pub(super) fn read(mut mapping: Mapping) -> Vec<(String, String)> {
    // Both values are right: HTTP/2 is optional for clients and servers (RFC 9113 §3), and plimsoll has HTTP/1.1 only.
    let _ = mapping.value("http2").and_then(|value| value.boolean());
    let mut headers = Vec::new();
    if let Some(mut section) = mapping.mapping("headers") {
        for (name, values) in ALLOWED {
            let text = section.value(name).and_then(|value| field(values, &value));
            headers.extend(text.map(|text| (name.to_owned(), text)));
        }
        section.finish();
    }
    mapping.finish();
    headers
}

fn field(values: &[&str], value: &Value) -> Option<String> {
    let text = value.text()?;
    if !values.is_empty() && !values.contains(&text) {
        value.error("has an unknown value", format_args!("write one of: {}", values.join(", ")));
    }
    if text.len() > MAX_VALUE || !text.bytes().all(|byte| byte == b' ' || byte.is_ascii_graphic()) {
        value.error("is no value of a header", format_args!("write up to {MAX_VALUE} visible ASCII characters"));
    }
    Some(text.to_owned())
}
