//! The metrics of DB instances, one row each.

use super::{Alert, DefaultLevel, DefaultLevels, IntervalClass, Row, Sentinel, Side, Statistic, Unit};
use crate::resource::Kind;

/// Every metric published with the dimension `DBInstanceIdentifier` alone.
pub(super) const ROWS: &[Row] = &[Row {
    metric: "CPUUtilization",
    help: "Share of the processor in use",
    unit: Unit::Percent,
    kind: Kind::DbInstance,
    engines: &[],
    when: &[],
    interval: IntervalClass::Fast,
    statistic: Statistic::Average,
    shown: &[Statistic::Average, Statistic::Maximum],
    alert: Some(Alert {
        bad: Side::High,
        plausible: (1.0, 100.0),
        relative_to: None,
        defaults: &[DefaultLevels {
            engines: &[],
            when: &[],
            warning: Some(DefaultLevel::Value(80.0)),
            critical: Some(DefaultLevel::Value(90.0)),
            source: "AWS recommended alarms",
        }],
        min_for_seconds: 300,
        keep_firing_seconds: 0,
    }),
    sentinel: Sentinel::None,
}];
