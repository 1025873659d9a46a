//! What must hold of any `Accept-Encoding`: gzip only for a client that names it or everything, in however many fields
//! and letters, and no text stops the reader.

use negotiation::Encoding::{Gzip, Identity};
use negotiation::negotiate;

// The source itself: the room does not show its reader.
#[path = "../../src/http/negotiation.rs"]
mod negotiation;

/// Checks a text as the value of one field.
pub(crate) fn check(text: &str) {
    let encoding = negotiate([text].into_iter());
    assert_eq!(negotiate(text.split(',')), encoding, "in several fields: {text:?}");
    assert_eq!(negotiate([text.to_ascii_uppercase().as_str()].into_iter()), encoding, "in capitals: {text:?}");
    if encoding == Gzip {
        assert!(text.to_ascii_lowercase().contains("gzip") || text.contains('*'), "{text:?}");
    }
    let refused = format!("{text}, gzip;q=0, x-gzip;q=0, identity");
    let is_named = text.to_ascii_lowercase().contains("gzip");
    assert!(is_named || negotiate([refused.as_str()].into_iter()) == Identity, "{refused:?}");
}
