//! The dashboard of the whole fleet: what needs somebody now, what will soon, and what there is.

use super::document::Document;
use super::layout::{Section, arrange};
use super::panel::{Panel, alarming, caption};
use super::query::{Resources, in_scope, or_zero, own};
use super::{place, unit, variable};
use crate::config::{Config, Selection};

mod dates;
mod inventory;
mod nearest;
mod problems;

const DESCRIPTION: &str = "All databases: what fires, what is near a level, which dates come near, and what there is. A click \
                           on a name opens its dashboard.";

pub(super) fn dashboard(config: &Config, selection: &Selection) -> Document {
    let resources = Resources::all(config.catalog.kinds());
    let sections = vec![
        Section::open("Now", now(config, &resources)),
        Section::open("Nearest levels", nearest::panels(config, selection, &resources)),
        Section::open("Dates", dates::panels(selection)),
        Section::open("To be looked at", problems::panels(config, &resources)),
        Section::open("Inventory", inventory::panels(config, &resources)),
        Section::collapsed("Nearest databases of each metric", vec![nearest::of_each_metric(&resources)]),
    ];
    let variables = variable::of_resources().into_iter().chain([nearest::metric_variable(&resources)]).collect();
    Document::new(place::FLEET, "plimsoll / Fleet", DESCRIPTION, arrange(sections)).variables(variables)
}

fn now(config: &Config, resources: &Resources) -> Vec<Panel> {
    vec![
        kinds(resources),
        firing(config, resources),
        count(
            ("Not running", "Resources whose status is none of those in which they serve clients."),
            &problems::not_running(resources),
        ),
        without_critical_level(config),
        count(
            ("Unusable tags", "Tags and levels that cannot be used; `plimsoll explain` shows the remedy."),
            &problems::issues(resources),
        ),
        count(("Muted", "Resources and metrics that a tag mutes now."), &problems::muted(resources)),
        count(
            ("Unwatched levels", "Levels that cannot fire, because their metric has no value."),
            &problems::unwatched(resources),
        ),
    ]
}

fn kinds(resources: &Resources) -> Panel {
    let description = "Resources that the last listing returned.";
    Panel::numbers(&caption("Resources", description, unit::COUNT))
        .query("{{kind}}", format!("count by (kind) ({})", resources.facts("kind")))
        .sized(5, 5)
}

/// Severities without an alert are shown as 0. An alert that several Prometheus fire counts once.
fn firing(config: &Config, resources: &Resources) -> Panel {
    let panel = Panel::numbers(&caption("Firing alerts", "Alerts that fire now, by severity.", unit::COUNT));
    let panel = panel.colored(&alarming("red")).sized(4, 5);
    config.severities.iter().rev().fold(panel, |panel, severity| {
        let alerts = problems::firing(resources, &format!(",severity=\"{severity}\""));
        panel.query(severity, or_zero(&format!("count({alerts})")))
    })
}

fn count((title, description): (&str, &str), expression: &str) -> Panel {
    let panel = Panel::numbers(&caption(title, description, unit::COUNT));
    panel.query("", or_zero(&format!("count({expression})"))).colored(&alarming("orange")).sized(3, 5)
}

fn without_critical_level(config: &Config) -> Panel {
    let severity = config.severities.last().map_or("critical", String::as_str);
    let title = format!("Without a {severity} level");
    let description = "Running instances without any level of the highest severity.";
    let series = own("plimsoll_resources_without_level", &format!("severity=\"{severity}\""));
    let sum = format!("sum({})", in_scope(&format!("max by (account, region) ({series})")));
    Panel::numbers(&caption(&title, description, unit::COUNT)).query("", or_zero(&sum)).sized(3, 5)
}
