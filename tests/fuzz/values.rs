//! What must hold of any value of a tag: it is understood or not, and what is understood prints as what it is.

use plimsoll::level::{Writer, mute, parse};

/// Checks a text as a ladder of levels and as a mute.
pub(crate) fn check(text: &str) {
    for writer in [Writer::Tag, Writer::Configuration] {
        for severities in 1..=3 {
            if let Ok(written) = parse(text, severities, writer) {
                assert_eq!(parse(&written.to_string(), severities, writer), Ok(written), "{text:?}");
            }
        }
    }
    if let Ok(mute) = mute::parse(text) {
        assert_eq!(mute::parse(&mute.to_string()), Ok(mute), "{text:?}");
    }
}
