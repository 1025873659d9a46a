//! Rules on what plimsoll serves, and to whom: its web configuration, its certificate, and a page that is split.

use std::time::Duration;

use super::super::file::Rule;
use super::super::promql::Form;

/// Whoever changes the files sees the mistakes in the log, and may need this long to correct them.
const CORRECTION: Duration = Duration::from_mins(5);

/// Longer than a weekend, and shorter than what is left of a certificate when it is renewed, even of one for six days.
const MIN_LIFETIME: Duration = Duration::from_hours(3 * 24);

/// A renewal that is just under way.
const RENEWAL: Duration = Duration::from_hours(1);

/// Longer than it takes from a listing to the scrapes of all shards.
const SHARDS_FOLLOW: Duration = Duration::from_mins(5);

pub(super) fn rules(form: &Form) -> [Rule; 3] {
    [page_incomplete(form), web_config_reload_failed(form), web_certificate_expiring(form)]
}

/// The page has more resources than all scrapes of a replica together: one of its shards is not scraped. Only the first
/// shard has the series of plimsoll itself, so that nothing else shows it.
///
/// All shards of a replica have the same label `instance`: they are scraped at one address.
fn page_incomplete(form: &Form) -> Rule {
    let resources = form.bridged("plimsoll_resources", "");
    let (info, shards) = (form.bridged("plimsoll_resource_info", ""), form.bridged("plimsoll_page_shards", ""));
    let expression = format!(
        "max(\n  sum by (instance) ({resources})\n  - count by (instance) ({info})\n  \
         and on (instance) {shards}\n) > 0"
    );
    let summary = "A shard of the page of plimsoll is not scraped: a part of the databases is not watched.";
    let description =
        "{{ $value }} databases that plimsoll serves are not in Prometheus. No alert can fire on them.".to_owned();
    Rule::new(form, "PlimsollPageIncomplete", expression, summary, description).waiting(SHARDS_FOLLOW)
}

/// A replica that was restarted meanwhile does not run at all with bad files, so one that reports it is enough.
fn web_config_reload_failed(form: &Form) -> Rule {
    let expression = format!("min({}) == 0", form.bridged("plimsoll_web_config_last_reload_successful", ""));
    let summary = "The web configuration of plimsoll has mistakes: the previous one is in effect.";
    let description = "The log of plimsoll and `plimsoll check` name every mistake.".to_owned();
    Rule::new(form, "PlimsollWebConfigReloadFailed", expression, summary, description).waiting(CORRECTION)
}

fn web_certificate_expiring(form: &Form) -> Rule {
    let expiry = form.bridged("plimsoll_web_certificate_expiry_timestamp_seconds", "");
    let expression = format!("min({expiry}) - time() < {}", MIN_LIFETIME.as_secs());
    let summary = "The certificate of plimsoll's own listener expires: Prometheus will refuse to scrape it.";
    let description = "It expires in {{ $value | humanizeDuration }}. plimsoll takes over a new one without a restart.";
    Rule::new(form, "PlimsollWebCertificateExpiring", expression, summary, description.to_owned()).waiting(RENEWAL)
}
