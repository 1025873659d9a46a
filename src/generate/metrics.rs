//! The reference of metrics: every row of the catalogue, with its default levels and where they come from.
//!
//! It is Markdown, rendered for the shipped configuration.

use std::fmt::Write;
use std::time::Duration;

use humantime::format_duration;

use crate::catalog::name::dimension_label;
use crate::catalog::{Alert, Condition, DefaultLevel, DefaultLevels, Provider, Row, Side, Unit};
use crate::config::selection::{Selected, Selection, WithoutLevel};
use crate::resource::{Engine, Kind, KindSpec, OptionalCall, SERVICES};

mod words;

pub(super) use words::denominator;

const HEAD: &str = "\
# Metrics

<!-- Made from the catalogue by `SNAPSHOTS=overwrite cargo test --test it reference`: change that, not this page. -->

Every metric of the catalogue: first those of CloudWatch, then those that Describe calls return at no cost.
Most of the latter come with the listing; the others by the optional calls that `[discovery] optional` names, each with a permission of its own.
The sum of two metrics costs nothing besides them.
`[discovery] services` turns on services other than `rds`.
Levels are written as in tags; `20pct` is a share of what the last column of the first table names.

## Default levels

`[defaults] mode` decides which databases get them; as shipped, it is `warning`, so all databases get the warnings only.
One cause has one metric with a default, so that one problem is one alert.
A default is critical only if crossing it means an outage within hours on every engine that has it.
Set other levels for one database by a tag, for many by an `[[override]]`, or for all by `[metrics.<Metric>] threshold`.
A value is bad when it is above (`>`) or below (`<`) the level; the level itself is still good.

| metric | unit | bad | warning | critical | where | source | why, and what would be a false page | share of |
|---|---|---|---|---|---|---|---|---|
";

const TABLE_HEAD: &str = "
| metric | is | unit | statistic | bad | waits at least | as shipped | every | where |
|---|---|---|---|---|---|---|---|---|
";

/// The page with the rows of a selection.
#[must_use]
pub fn metrics(selection: &Selection) -> String {
    let mut page = HEAD.to_owned();
    for row in selection.metrics.iter().map(|selected| selected.row) {
        let Some(alert) = &row.alert else { continue };
        page.extend((0..alert.defaults.len()).map(|at| default_line(row, alert, at)));
    }
    for of_kind in selection.metrics.chunk_by(|left, right| left.row.kind == right.row.kind) {
        let kind = of_kind[0].row.kind;
        let _ = write!(page, "\n## Metrics of {}\n{}{ABOUT}{TABLE_HEAD}", kind.title, about(kind));
        page.extend(of_kind.iter().map(metric_line));
    }
    page
}

/// The namespace and dimensions of a kind, and the permissions that it needs.
fn about(kind: Kind) -> String {
    let quoted = |names: &[&str]| names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(" and ");
    let KindSpec { service, dimensions, lister, .. } = *kind;
    let Some(lister) = lister else {
        return format!(
            "\nNot of CloudWatch: an optional call returns them, with the label `{}`.\n",
            labels(dimensions)
        );
    };
    format!(
        "\nNamespace `{}` by the dimension {}, service `{}`; listing them needs the permission {}.\n",
        service.namespace,
        quoted(dimensions),
        kind.watched_with().name,
        quoted(lister.permissions()),
    )
}

fn labels(dimensions: &[&str]) -> String {
    dimensions.iter().map(|dimension| dimension_label(dimension)).collect::<Vec<_>>().join("`, `")
}

const ABOUT: &str = "\
Levels are compared with the statistic in the table.
A rule waits at least as long as the table shows; as shipped, it also waits so long that one datapoint followed by silence does not fire it.
Metrics without a bad side take no level.
";

/// One entry of the row's default levels.
fn default_line(row: &Row, alert: &Alert, at: usize) -> String {
    let (earlier, levels) = (&alert.defaults[..at], &alert.defaults[at]);
    let engines = engines_of(row, earlier, levels);
    let conditions = [conditions(row.when), conditions(levels.when)].concat();
    line(&[
        format!("`{}`", row.metric),
        row.unit.name().to_owned(),
        format!("`{}`", side(alert.bad)),
        level(row, levels.warning),
        level(row, levels.critical),
        where_cell(row.kind, applicability(&engines, &conditions)),
        levels.source.to_owned(),
        levels.why.to_owned(),
        alert.relative_to.map(denominator).unwrap_or_default().to_owned(),
    ])
}

fn metric_line(selected: &Selected) -> String {
    let row = selected.row;
    let conditions = conditions(row.when);
    let (bad, least, shipped) = row.alert.map_or_else(Default::default, |alert| {
        let least = Duration::from(alert.min_for);
        (format!("`{}`", side(alert.bad)), wait(least), wait(selected.rule_for))
    });
    line(&[
        format!("`{}`<br>`{}`", row.metric, series(row)),
        row.help.to_owned(),
        row.unit.name().to_owned(),
        if row.has_points() { row.statistic.to_string() } else { String::new() },
        bad,
        least,
        shipped,
        intervals(selected),
        applicability(row.engines, &conditions),
    ])
}

/// The name that its series begin with. A fact of the listing has one series; a forecast has only threshold series.
pub(super) fn series(row: &Row) -> String {
    if row.has_points() { row.base() } else { row.compared_series().unwrap_or_else(|| row.threshold_series()) }
}

pub(super) fn every(selected: &Selected) -> String {
    match selected.row.provider {
        Provider::CloudWatch => format_duration(selected.interval).to_string(),
        Provider::Describe(fact) => fact.call().map_or_else(|| "listing".to_owned(), of_call),
        Provider::Forecast(forecast) => format!("forecast from `{}`", forecast.metric()),
        Provider::Computed([one, other]) => format!("sum of `{one}` and `{other}`"),
    }
}

/// The same with the interval on databases where no alert depends on it, if that is another one.
pub(super) fn intervals(selected: &Selected) -> String {
    let usual = every(selected);
    match selected.without_level {
        Some(WithoutLevel { interval, .. }) if selected.row.is_polled() => {
            format!("{usual}, without a level {}", format_duration(interval))
        }
        _ => usual,
    }
}

fn of_call(call: OptionalCall) -> String {
    format!("{} by `{}`", format_duration(call.interval()), call.name())
}

fn line(cells: &[String]) -> String {
    format!("| {} |\n", cells.join(" | "))
}

/// The engines that get these levels: the first match applies, so engines of earlier entries do not get them.
pub(super) fn engines_of(row: &Row, earlier: &[DefaultLevels], levels: &DefaultLevels) -> Vec<Engine> {
    let engines = if levels.engines.is_empty() { row.engines } else { levels.engines };
    let served = |engine: &Engine| earlier.iter().any(|one| one.when.is_empty() && one.engines.contains(engine));
    engines.iter().filter(|engine| !served(engine)).copied().collect()
}

const fn side(bad: Side) -> char {
    match bad {
        Side::High => '>',
        Side::Low => '<',
    }
}

fn wait(duration: Duration) -> String {
    if duration.is_zero() { "nothing".to_owned() } else { format_duration(duration).to_string() }
}

/// A level as it is written in a tag.
pub(super) fn level(row: &Row, level: Option<DefaultLevel>) -> String {
    match level {
        None => String::new(),
        Some(DefaultLevel::Share(share)) => format!("`{}pct`", share * 100.0),
        Some(DefaultLevel::Both(share, value)) => {
            format!("`{}pct and {}`", share * 100.0, number(row, value))
        }
        Some(DefaultLevel::Value(value)) => format!("`{}`", number(row, value)),
    }
}

fn number(row: &Row, value: f64) -> String {
    match row.unit {
        Unit::Bytes => bytes(value),
        Unit::Seconds if !row.is_polled() => duration(value),
        _ if value >= 1e6 => format!("{value:e}"),
        _ => value.to_string(),
    }
}

fn duration(seconds: f64) -> String {
    let (length, unit) = if seconds % 86_400.0 == 0.0 { (86_400.0, "d") } else { (3_600.0, "h") };
    format!("{}{unit}", seconds / length)
}

fn bytes(value: f64) -> String {
    const MIB: f64 = 1_048_576.0;
    let (whole, unit) = if value >= 1024.0 * MIB { (value / (1024.0 * MIB), "GiB") } else { (value / MIB, "MiB") };
    format!("{}{unit}", (whole * 10.0).round() / 10.0)
}

/// Metrics of several services may have the same name; the title of the kind is omitted for the first service.
fn where_cell(kind: Kind, applicability: String) -> String {
    if *kind.service == *SERVICES[0] { applicability } else { format!("{}: {applicability}", kind.title) }
}

/// Conditions in words.
pub(super) fn conditions(conditions: &[Condition]) -> Vec<String> {
    conditions.iter().map(|condition| condition.words()).collect()
}

/// Engines, then conditions.
pub(super) fn applicability(engines: &[Engine], conditions: &[String]) -> String {
    let engines: Vec<&str> = engines.iter().map(|engine| engine.name()).collect();
    let engines = if engines.is_empty() { "every engine".to_owned() } else { engines.join(", ") };
    if conditions.is_empty() { engines } else { format!("{engines}; {}", conditions.join(", ")) }
}
