//! The dashboard of one Aurora or Multi-AZ cluster: its volume and capacity, and its members side by side by role.

use super::document::Document;
use super::layout::{Section, arrange};
use super::levels;
use super::mark;
use super::metric::{self, Look};
use super::overview;
use super::panel::{Panel, caption};
use super::query::Resources;
use super::table::Table;
use super::{place, unit, value, variable};
use crate::catalog::{Condition, Row};
use crate::config::selection::Selected;
use crate::config::{Config, Selection};
use crate::resource::{Engine, Kind};

/// What members have by their role, and what most clusters have.
const EXPECTED: &[Condition] = &[
    Condition::PerformanceInsights,
    Condition::Writer,
    Condition::Reader,
    Condition::Replica,
    Condition::Serverless,
    Condition::NeverPauses,
];

const DESCRIPTION: &str = "One cluster: its volume and capacity, and the load and lag of its members by role. Marks show \
                           when a member became the writer.";

pub(super) fn dashboard(config: &Config, selection: &Selection) -> Document {
    let kind = Kind::DB_CLUSTER;
    let resources = Resources::chosen(kind);
    let look = Look { resources: resources.clone(), whose: String::new(), severities: &config.severities };
    let of_cluster: Vec<&Selected> = selection.metrics.iter().filter(|selected| selected.row.kind == kind).collect();
    let of_members = selection.metrics.iter().filter(|selected| is_of_members(kind, selected));
    let (expected, other): (Vec<&Selected>, Vec<&Selected>) =
        of_members.partition(|selected| metric::needs_only(selected.row, EXPECTED));
    let levels = levels::table(kind, &resources, of_cluster.iter().map(|selected| selected.row));
    let mut now = overview::panels(kind, &resources);
    now.push(members(kind));
    let sections = vec![
        Section::open("Now", now),
        Section::open("Levels of the cluster", levels.into_iter().collect()),
        Section::open("Members: load, lag and capacity", expected.into_iter().map(member_panel).collect()),
        Section::open("The cluster: volume and capacity", panels(&look, &of_cluster, is_expected)),
        Section::collapsed("Members of some classes and settings", other.into_iter().map(member_panel).collect()),
        Section::collapsed(
            "The cluster: by some settings, or where a tag or the configuration names them",
            panels(&look, &of_cluster, |selected| !is_expected(selected)),
        ),
    ];
    let variables = variable::of_resources().into_iter().chain(variable::one_of(kind)).collect();
    Document::new(place::CLUSTER, "plimsoll / Aurora cluster", DESCRIPTION, arrange(sections))
        .variables(variables)
        .annotations(mark::of_cluster(&resources, &Resources::members(kind)))
}

fn panels(look: &Look, selected: &[&Selected], is_shown: fn(&Selected) -> bool) -> Vec<Panel> {
    let shown = selected.iter().filter(|selected| is_shown(selected));
    shown.filter_map(|selected| metric::panel(look, selected)).collect()
}

/// What most clusters have.
fn is_expected(selected: &Selected) -> bool {
    metric::is_usual(selected) && metric::needs_only(selected.row, EXPECTED)
}

/// What is queried of every Aurora member.
fn is_of_members(cluster: Kind, selected: &Selected) -> bool {
    let row = selected.row;
    let is_aurora = |row: &Row| Engine::KNOWN.into_iter().any(|engine| engine.is_aurora() && row.is_of_engine(engine));
    row.kind.parent == Some(cluster) && row.is_polled() && is_aurora(row) && metric::is_usual(selected)
}

/// One line for each member; after a failover another one with the new role.
fn member_panel(selected: &Selected) -> Panel {
    let row = selected.row;
    let (all, members) = (Resources::of(row.kind), Resources::members(row.kind.parent.unwrap_or(row.kind)));
    let value = value::statistic(&all, row, row.statistic);
    let description = metric::description(selected);
    Panel::lines(&caption(row.metric, &description, unit::of(row)))
        .query(&format!("{} {{{{role}}}}", all.legend()), members.with_facts(&value, "role"))
}

fn members(cluster: Kind) -> Panel {
    let members = Resources::members(cluster);
    let all =
        format!("{} * on ({}) group_left (status) {}", members.facts("role, class"), members.ids(), members.status());
    Table::of(members.kinds())
        .label("role", "Role")
        .label("class", "Class")
        .label("status", "Status")
        .query(all)
        .ascending("Role")
        .panel(&caption("Members", "The members of the cluster, with their role.", unit::TEXT))
        .sized(24, 5)
}
