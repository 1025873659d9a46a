//! What every runbook of a metric advises: where to look, how to change the level, how to mute.

use super::super::dashboards;
use super::quota;
use super::words::{carrier, ladder};
use crate::catalog::{Row, Unit, name::dimension_label};
use crate::resource::Kind;

/// The steps that come before any thought about causes.
pub(super) fn first_steps(row: &Row) -> String {
    if row.kind == Kind::QUOTA {
        return quota::first_steps(row);
    }
    let (metric, labels) = (key(row), labels(row.kind));
    format!(
        "1. Run `plimsoll explain <id> --metric {metric}`, with the identifier from {labels}.\n   \
         It shows the value, every level, who set it, and what it overrides.\n   \
         Where plimsoll does not run on this machine, add `--url http://<plimsoll>:10754`.\n\
         2. Open its [dashboard](../dashboards.md), `https://<grafana>{}`, or its page on plimsoll, \
         `http://<plimsoll>:10754/resources/<id>`.\n   \
         Is it a step, a slope or a daily peak, and what else changed at that time?\n\
         3. Read what AWS did to it within the last day: \
         `aws rds describe-events --source-identifier <id> --source-type {} --duration 1440`.",
        dashboards::path(row.kind, &placeholder),
        event_source(row.kind)
    )
}

/// What stands for the value of a label in an address.
fn placeholder(label: &str) -> String {
    if ["account_id", "region"].contains(&label) { format!("<{label}>") } else { "<id>".to_owned() }
}

/// How a person sets another level.
pub(super) fn change(row: &Row) -> String {
    if row.kind == Kind::QUOTA {
        return quota::change(row, &shown_levels(row));
    }
    let metric = key(row);
    let inherited = match row.kind.parent {
        None => "",
        Some(_) if row.kind.is_volume() => {
            "It holds for the database and for each of its storage volumes: a share is one of each one's own size.\n"
        }
        Some(_) => "A tag of the cluster holds for all members that have none of their own.\n",
    };
    format!(
        "The tag `plimsoll/{metric}` of the {} holds its levels, least severe first, {}.\n\
         {}\
         The value `off` removes every level of the metric; `plimsoll/{metric}/warning` = `off` removes one.\n\
         A tag takes effect with the next listing, by default within two minutes.\n\
         {}\
         For many databases, use an `[[override]]`, or `[metrics.{metric}] threshold` for all.\n\
         [Tags](../tags.md) describes every form of a level.",
        carrier(row.kind),
        in_unit(row.unit),
        example(row, &metric),
        inherited,
    )
}

fn example(row: &Row, metric: &str) -> String {
    let value = shown_levels(row);
    format!(
        "\n```sh\naws rds add-tags-to-resource --resource-name <arn> --tags 'Key=plimsoll/{metric},Value={value}'\n```\n\n"
    )
}

/// The first default levels, as an example to change.
fn shown_levels(row: &Row) -> String {
    let defaults = row.alert.map_or(&[][..], |alert| alert.defaults);
    defaults.first().map_or_else(|| "<warning>/<critical>".to_owned(), |levels| ladder(row, levels))
}

/// How a person silences the alert for a time.
pub(super) fn mute(row: &Row, alert: &str) -> String {
    if row.kind == Kind::QUOTA {
        return quota::mute(row, alert);
    }
    let metric = key(row);
    let label = dimension_label(row.kind.dimensions[0]);
    format!(
        "For planned work, give the {} the tag `plimsoll/{metric}/mute` with the time at which the mute ends, such as \
         `2030-12-01T10:00Z`, or a window such as `daily 01:00-04:00`.\n\
         `plimsoll/mute` mutes all of its metrics.\n\
         [Mutes](../mutes.md) describes every form.\n\
         \nFor this one alert, a silence of Alertmanager is enough:\n\
         \n```sh\namtool silence add alertname={alert} {label}=<id> --duration=2h --comment='<why>'\n```",
        carrier(row.kind)
    )
}

/// The metric as a key has it: RDS allows no `%` in tags.
fn key(row: &Row) -> String {
    row.metric.replace('%', "")
}

/// The source type of its events.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeEvents.html>
fn event_source(kind: Kind) -> &'static str {
    if kind.is_instance() || kind.is_volume() {
        "db-instance"
    } else if kind.is_cluster() {
        "db-cluster"
    } else {
        "db-proxy"
    }
}

/// The labels of an alert that name the resource.
fn labels(kind: Kind) -> String {
    let labels: Vec<_> = kind.dimensions.iter().map(|dimension| format!("`{}`", dimension_label(dimension))).collect();
    let noun = if labels.len() == 1 { "the label" } else { "the labels" };
    format!("{noun} {}", labels.join(" and "))
}

fn in_unit(unit: Unit) -> String {
    match unit {
        Unit::None => "as plain numbers".to_owned(),
        Unit::Count => "as counts".to_owned(),
        Unit::Bytes => "in bytes or with a unit such as `GiB`".to_owned(),
        Unit::Seconds => "in seconds or with a unit such as `m`, `h` or `d`".to_owned(),
        Unit::Milliseconds | Unit::Microseconds => format!("in {} or with a unit such as `s`", unit.name()),
        unit => format!("in {}", unit.name()),
    }
}
