//! What there is: every resource with its properties, and how many of each engine and class.

use super::super::overview::FACTS;
use super::super::panel::{Panel, caption};
use super::super::query::Resources;
use super::super::table::Table;
use super::super::unit;
use crate::config::Config;

pub(super) fn panels(config: &Config, resources: &Resources) -> Vec<Panel> {
    vec![
        all(config, resources),
        by(resources, "Engines and versions", "engine, engine_version", "{{engine}} {{engine_version}}"),
        by(resources, "Classes", "class", "{{class}}"),
        by(resources, "Certificate authorities", "ca", "{{ca}}"),
    ]
}

fn all(config: &Config, resources: &Resources) -> Panel {
    let labels = FACTS.map(|(label, _)| label).join(", ");
    let all = format!(
        "{} * on ({}) group_left (status) {}",
        resources.facts(&format!("kind, {labels}")),
        resources.ids(),
        resources.status()
    );
    let table = Table::of(config.catalog.kinds()).label("kind", "Kind").label("status", "Status");
    let table = FACTS.iter().fold(table, |table, (label, title)| table.label(label, title));
    table.query(all).panel(&caption("Resources", "Every resource as AWS describes it.", unit::TEXT)).sized(24, 12)
}

/// How many resources have the same labels; those without the first one are left out.
fn by(resources: &Resources, title: &str, labels: &str, legend: &str) -> Panel {
    let first = labels.split(',').next().unwrap_or(labels);
    let facts = resources.facts_where(labels, &format!("{first}!=\"\""));
    Panel::bars(&caption(title, "How many resources there are of each.", unit::COUNT))
        .query(legend, format!("sort_desc(count by ({labels}) ({facts}))"))
        .sized(8, 10)
}
