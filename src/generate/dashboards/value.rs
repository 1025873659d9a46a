//! The expressions of one row of the catalogue: its value, its levels and what its levels are a share of.

use super::query::Resources;
use crate::catalog::{Denominator, Forecast, Form, Provider, Row, Side, Statistic};

/// How far back a trend looks. Shorter, it follows each burst of writes; longer, it misses the load of today.
const TREND: &str = "6h";

/// An end that is farther away than a year is none: nobody acts on it.
const FARTHEST_SECONDS: u32 = 365 * 86_400;

/// One statistic, by resource.
pub(super) fn statistic(resources: &Resources, row: &Row, statistic: Statistic) -> String {
    format!("{} by ({}) ({})", worst(row), resources.ids(), resources.series(&row.series(statistic), ""))
}

/// What levels are compared with, by resource: of a date what is left or has passed, in seconds.
pub(super) fn compared(resources: &Resources, row: &Row) -> Option<String> {
    if let Provider::Forecast(forecast) = row.provider {
        return until_end(resources, forecast);
    }
    let (ids, series) = (resources.ids(), resources.series(&row.compared_series()?, ""));
    Some(match row.provider.form() {
        Form::Plain => format!("{} by ({ids}) ({series})", worst(row)),
        Form::Until => format!("min by ({ids}) ({series}) - time()"),
        Form::Since => format!("time() - max by ({ids}) ({series})"),
    })
}

/// The levels, by resource and severity: where replicas disagree, the stricter one.
pub(super) fn levels(resources: &Resources, row: &Row) -> Option<String> {
    let strictest = match row.alert?.bad {
        Side::High => "min",
        Side::Low => "max",
    };
    Some(format!("{strictest} by ({}, severity) ({})", resources.ids(), resources.series(&row.threshold_series(), "")))
}

/// What relative levels are a share of, by resource.
pub(super) fn denominator(resources: &Resources, row: &Row) -> Option<String> {
    let name = format!("{}_{}", row.kind.service.prefix, capacity(row.alert?.relative_to?));
    Some(format!("max by ({}) ({})", resources.ids(), resources.series(&name, "")))
}

/// Picks the worst of several values.
const fn worst(row: &Row) -> &'static str {
    match row.alert {
        Some(alert) if matches!(alert.bad, Side::Low) => "min",
        _ => "max",
    }
}

/// The series of a capacity behind the prefix of the service.
const fn capacity(denominator: Denominator) -> &'static str {
    match denominator {
        Denominator::AllocatedStorage | Denominator::LogStorage => "allocated_storage",
        Denominator::LogVolumeSize => "log_volume_storage",
        Denominator::LocalStorage => "local_storage",
        Denominator::InstanceMemory => "instance_memory",
        Denominator::MaxConnections => "max_connections",
        Denominator::Vcpus => "vcpus",
        Denominator::MaxAcu => "max_capacity_units",
        Denominator::ProvisionedIops => "provisioned_iops",
        Denominator::ProvisionedThroughput => "provisioned_throughput",
        Denominator::NetworkBandwidth => "network_bandwidth",
    }
}

/// Seconds until a metric comes to its end, along a straight line through the values of late; nothing where it does not
/// approach its end or the end is far away.
fn until_end(resources: &Resources, forecast: Forecast) -> Option<String> {
    let row = forecast.row()?;
    let now = statistic(resources, row, row.statistic);
    let series = resources.series(&row.series(row.statistic), "");
    let (rest, speed) = match forecast.end() {
        Some(end) => (format!("({end} - {now})"), format!("deriv({series}[{TREND}])")),
        None => (now.clone(), format!("-deriv({series}[{TREND}])")),
    };
    let counts = forecast.counts_from().map(|least| format!(" and {now} > {least}")).unwrap_or_default();
    Some(format!("{rest} / (max by ({}) ({speed}) > 0) < {FARTHEST_SECONDS}{counts}", resources.ids()))
}
