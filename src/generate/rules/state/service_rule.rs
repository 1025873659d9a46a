//! What the rules on states have in common.

use super::super::file::Rule;
use super::super::promql::Form;
use crate::resource::Service;

/// A rule of a service, with the runbook page that services like it share.
pub(super) fn rule(
    form: &Form,
    service: &Service,
    alert: &str,
    (expression, summary, description): (String, &str, String),
) -> Rule {
    let page = format!("{}{alert}", service.runbook_prefix);
    let alert = format!("{}{alert}", service.alert_prefix);
    Rule::new(form, &alert, expression, summary, description).runbook(form, &page)
}
