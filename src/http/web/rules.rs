//! What the web configuration demands and sets at one time.

use std::sync::Arc;

use hyper::header::{HeaderMap, HeaderName, HeaderValue};

use super::passwords::Users;
use super::tls::Tls;
use crate::config::web_file::RateLimit;

/// What is in effect at one time.
#[derive(Debug, Default)]
pub(in crate::http) struct Rules {
    /// `None` for plain HTTP.
    pub(in crate::http) tls: Option<Tls>,
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
    pub(super) users: Arc<Users>,
    pub(super) rate_limit: Option<RateLimit>,
}

impl Rules {
    /// Sets the configured header fields, in place of plimsoll's own.
    pub(in crate::http) fn set_headers(&self, headers: &mut HeaderMap) {
        for (name, value) in &self.headers {
            headers.insert(name.clone(), value.clone());
        }
    }

    /// Whether a client without a certificate is refused.
    pub(super) fn requires_certificates(&self) -> bool {
        self.tls.as_ref().is_some_and(Tls::requires_certificates)
    }
}
