//! What the rules on states have in common.

use super::super::file::Rule;
use super::super::promql::{Form, Identity};

/// A rule on resources of one service, with the runbook page that services like it share.
pub(super) fn rule(
    form: &Form,
    identity: &Identity,
    alert: &str,
    (expression, summary, description): (String, &str, String),
) -> Rule {
    let service = identity.service();
    let page = format!("{}{alert}", service.runbook_prefix);
    let alert = format!("{}{alert}", service.alert_prefix);
    Rule::new(form, &alert, expression, summary, description).about_like(form, identity, &page)
}
