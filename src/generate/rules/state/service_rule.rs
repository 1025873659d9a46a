//! What the rules on states have in common.

use super::super::file::Rule;
use super::super::promql::{Form, Identity};

/// What differs from rule to rule.
pub(super) struct Parts<'a> {
    pub(super) expression: String,
    pub(super) summary: &'a str,
    pub(super) description: String,
}

/// A rule on resources of one service, with the runbook page that services like it share.
pub(super) fn rule(form: &Form, identity: &Identity, alert: &str, parts: Parts) -> Rule {
    let Parts { expression, summary, description } = parts;
    let service = identity.service();
    let page = format!("{}{alert}", service.runbook_prefix);
    let alert = format!("{}{alert}", service.alert_prefix);
    Rule::new(form, &alert, expression, summary, description).about_like(form, identity, &page)
}
