//! The table `[links]`.

use super::super::links::Links;
use super::reader::{Section, Value};

pub(super) fn read(mut section: Section, links: &mut Links) {
    section.set(&mut links.runbooks, "runbooks", |value| address(value).map(Some));
    section.set(&mut links.grafana, "grafana", |value| address(value).map(Some));
    section.set(&mut links.plimsoll, "plimsoll", |value| address(value).map(Some));
    section.finish();
}

/// Reads an address that paths are appended to.
fn address(value: &Value) -> Option<String> {
    let remedy = "write an address that begins with `https://` or `http://` and has no `?`, `#`, `{` or `}`";
    value.text_if(is_address, remedy).map(|text| text.trim_end_matches('/').to_owned())
}

/// What stands behind `?` or `#` would swallow the path, and braces are templates in alert rules.
fn is_address(text: &str) -> bool {
    let address = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let is_allowed = |one: char| !one.is_whitespace() && !one.is_control() && !"?#{}".contains(one);
    address.is_some_and(|address| !address.trim_matches('/').is_empty() && address.chars().all(is_allowed))
}
