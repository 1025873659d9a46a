//! What the listener refused, whether its configuration is the one in the files, and how long its certificate is valid.

use prometheus::core::Collector;
use prometheus::{IntCounterVec, IntGaugeVec};

use super::families::{counter, int_gauge};
use crate::http::{ConnectionEvent, Denial};

/// Counters of the listener's rules.
pub(super) struct Refusals {
    handshakes: IntCounterVec,
    requests: IntCounterVec,
    web_config: IntGaugeVec,
    certificate: IntGaugeVec,
}

impl Refusals {
    /// All at zero, and a configuration that was read without mistakes: without one, plimsoll does not start.
    pub(super) fn new() -> Self {
        let handshakes = counter(
            "plimsoll_http_handshakes_failed_total",
            "TLS handshakes that failed or were not completed in time.",
            &[],
        );
        let requests = counter("plimsoll_http_requests_refused_total", "Requests refused, by reason.", &["reason"]);
        let web_config = int_gauge(
            "plimsoll_web_config_last_reload_successful",
            "1 if the files of --web.config.file were read without mistakes when they last changed, else 0: the previous ones stay in effect.",
            &[],
        );
        let certificate = int_gauge(
            "plimsoll_web_certificate_expiry_timestamp_seconds",
            "When the certificate of the listener expires, or the first of those that come with it; absent without TLS.",
            &[],
        );
        // Every reason is served from 0 on, so that `increase` sees the first one.
        handshakes.with_label_values::<&str>(&[]);
        for denial in Denial::ALL {
            requests.with_label_values(&[denial.name()]);
        }
        web_config.with_label_values::<&str>(&[]).set(1);
        Self { handshakes, requests, web_config, certificate }
    }

    pub(super) fn collectors(&self) -> [Box<dyn Collector>; 4] {
        [
            Box::new(self.handshakes.clone()),
            Box::new(self.requests.clone()),
            Box::new(self.web_config.clone()),
            Box::new(self.certificate.clone()),
        ]
    }

    pub(super) fn record(&self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::HandshakeFailed => self.handshakes.with_label_values::<&str>(&[]).inc(),
            ConnectionEvent::Denied(denial) => self.requests.with_label_values(&[denial.name()]).inc(),
            ConnectionEvent::WebConfigRead { is_good } => {
                self.web_config.with_label_values::<&str>(&[]).set(i64::from(is_good));
            }
            ConnectionEvent::CertificateInEffect { expires } => {
                self.certificate.reset();
                if let Some(expires) = expires {
                    self.certificate.with_label_values::<&str>(&[]).set(expires.as_second());
                }
            }
            ConnectionEvent::Open(_) | ConnectionEvent::ClosedForRoom(_) => {}
        }
    }
}
