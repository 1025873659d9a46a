//! The first look at the chosen resources of a kind: state, alerts, nearest level, facts and tags.

use serde_json::json;

use super::levels::headroom_look;
use super::panel::{Panel, alarming, caption};
use super::query::{Resources, or_zero};
use super::table::Table;
use super::unit;
use crate::resource::Kind;

/// The labels of the info series that every kind may have, with their titles.
pub(super) const FACTS: [(&str, &str); 14] = [
    ("engine", "Engine"),
    ("engine_version", "Version"),
    ("class", "Class"),
    ("cluster", "Member of"),
    ("role", "Role"),
    ("replica_of", "Replica of"),
    ("storage_type", "Storage"),
    ("multi_az", "Multi-AZ"),
    ("ca", "Certificate"),
    ("auto_minor", "Minor upgrades"),
    ("public", "Public"),
    ("encrypted", "Encrypted"),
    ("deletion_protection", "Deletion protection"),
    ("backup_retention", "Backup days"),
];

/// Panels of one section.
pub(super) fn panels(kind: Kind, resources: &Resources) -> Vec<Panel> {
    vec![
        status(resources),
        headroom(resources),
        firing(resources),
        issues(resources),
        facts(kind, resources),
        tags(resources),
    ]
}

fn status(resources: &Resources) -> Panel {
    let description = "The status that AWS reports.";
    let status = format!("max by (status) ({})", resources.series("plimsoll_resource_status", ""));
    Panel::numbers(&caption("Status", description, unit::COUNT))
        .query("{{status}}", status)
        .with_option("textMode", &json!("name"))
        .sized(6, 4)
}

fn headroom(resources: &Resources) -> Panel {
    let description =
        "How far the value that is nearest to one of its levels is from it: 0 at the level, negative beyond it.";
    let [(_, thresholds), _] = headroom_look();
    let nearest =
        format!("bottomk(1, min by (metric, severity) ({}))", resources.series("plimsoll_headroom_ratio", ""));
    Panel::numbers(&caption("Nearest level", description, unit::RATIO))
        .query("{{metric}} {{severity}}", nearest)
        .with_option("textMode", &json!("value_and_name"))
        .colored(&thresholds["steps"])
        .sized(6, 4)
}

fn firing(resources: &Resources) -> Panel {
    let description = "Alerts that fire now.";
    let count = format!("count(max by (alertname, severity) ({}))", resources.alerts(""));
    let panel = Panel::numbers(&caption("Firing alerts", description, unit::COUNT)).query("", or_zero(&count));
    panel.colored(&alarming("red")).sized(6, 4)
}

fn issues(resources: &Resources) -> Panel {
    let description =
        "Tags and levels that cannot be used; the overview of plimsoll and `plimsoll explain` show the remedy.";
    let series = resources.series("plimsoll_threshold_issue", "");
    let count = format!("count(max by ({}, tag_key, reason) ({series}))", resources.ids());
    let panel = Panel::numbers(&caption("Unusable tags", description, unit::COUNT)).query("", or_zero(&count));
    panel.colored(&alarming("orange")).sized(6, 4)
}

fn facts(kind: Kind, resources: &Resources) -> Panel {
    let labels = FACTS.map(|(label, _)| label).join(", ");
    let table = FACTS.iter().fold(Table::of(&[kind]), |table, (label, title)| table.label(label, title));
    let words = caption("Facts", "What AWS describes of it.", unit::TEXT);
    table.query(resources.facts(&labels)).panel(&words).sized(24, 4)
}

/// The info series has the ARN alone; its tags are those of `[labels]`.
fn tags(resources: &Resources) -> Panel {
    let description = "The tags that `[labels] tags` and `info_tags` name.";
    let info = resources.tags();
    Table::new().label("name", "ARN").query(info).panel(&caption("Tags", description, unit::TEXT)).sized(24, 4)
}
