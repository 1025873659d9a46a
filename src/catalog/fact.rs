//! What Describe calls return besides metrics: dates, shares and states, each served as a gauge that costs nothing.
//!
//! Read off a resource, without configuration and clock. What a level makes of a date follows from its [`Form`].

use crate::resource::{Described, OptionalCall, Resource};
use crate::time::Timestamp;

/// One value that a Describe call returns with a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fact {
    /// `CertificateDetails.ValidTill`.
    CertificateExpiry,
    /// `LatestRestorableTime`.
    LatestRestorable,
    /// `BackupRetentionPeriod`.
    BackupRetention,
    /// `AllocatedStorage` as a share of `MaxAllocatedStorage`.
    StorageAutoscalingUsed,
    /// `AutomaticRestartTime`.
    AutomaticRestart,
    /// `ParameterApplyStatus` of a group is `pending-reboot`.
    PendingReboot,
    /// `ParameterApplyStatus` of a group is `failed-to-apply`.
    ParameterApplyFailed,
    /// `PendingModifiedValues` is not empty.
    PendingModifications,
    /// The first date of `DescribePendingMaintenanceActions` that nobody ordered.
    ForcedMaintenance,
    /// The end of standard support by `DescribeDBMajorEngineVersions`.
    StandardSupportEnd,
    /// Standard support has ended, and `EngineLifecycleSupport` allows Extended Support.
    ExtendedSupport,
    /// `Used` as a share of `Max` by `DescribeAccountAttributes`.
    QuotaUsed,
    /// Since when the listings have had its status, if that is one that should pass.
    StatusAge,
}

/// How a level is compared with the value that is served.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// As it is.
    Plain,
    /// The value is a time in the future, in seconds since 1970; the level is what is left until then.
    Until,
    /// The value is a time in the past, in seconds since 1970; the level is what has passed since then.
    Since,
}

const DAY_SECONDS: f64 = 86_400.0;

impl Fact {
    /// Every fact, in the order of documents.
    pub const ALL: [Self; 13] = [
        Self::CertificateExpiry,
        Self::LatestRestorable,
        Self::BackupRetention,
        Self::StorageAutoscalingUsed,
        Self::AutomaticRestart,
        Self::PendingReboot,
        Self::ParameterApplyFailed,
        Self::PendingModifications,
        Self::ForcedMaintenance,
        Self::StandardSupportEnd,
        Self::ExtendedSupport,
        Self::QuotaUsed,
        Self::StatusAge,
    ];

    /// The call that returns it, if it does not come with the listing.
    #[must_use]
    pub const fn call(self) -> Option<OptionalCall> {
        match self {
            Self::ForcedMaintenance => Some(OptionalCall::Maintenance),
            Self::StandardSupportEnd | Self::ExtendedSupport => Some(OptionalCall::Lifecycles),
            Self::QuotaUsed => Some(OptionalCall::Quotas),
            _ => None,
        }
    }

    /// Whether its absence on a running resource is a fault: a level on it cannot fire then.
    #[must_use]
    pub const fn is_expected(self) -> bool {
        match self {
            Self::CertificateExpiry
            | Self::LatestRestorable
            | Self::BackupRetention
            | Self::StorageAutoscalingUsed
            | Self::PendingReboot
            | Self::ParameterApplyFailed
            | Self::PendingModifications
            | Self::ExtendedSupport
            | Self::QuotaUsed => true,
            // There is none while the database runs, while nothing is planned, or after the end of support.
            Self::AutomaticRestart | Self::ForcedMaintenance | Self::StandardSupportEnd | Self::StatusAge => false,
        }
    }

    /// The value on a resource, if AWS returned one.
    #[must_use]
    pub fn value(self, resource: &Resource) -> Option<f64> {
        let (figures, learned) = (&resource.figures, &resource.learned);
        match self {
            Self::CertificateExpiry => figures.certificate_expiry_seconds,
            // It stands still while a database does not run.
            Self::LatestRestorable => figures.latest_restorable_seconds.filter(|_| resource.is_running()),
            Self::BackupRetention => resource.facts.backup_retention_days.map(|days| f64::from(days) * DAY_SECONDS),
            Self::StorageAutoscalingUsed => autoscaling_used(resource),
            Self::AutomaticRestart => figures.automatic_restart_seconds,
            Self::PendingReboot => figures.pending.reboot.map(state),
            Self::ParameterApplyFailed => figures.pending.parameters_failed.map(state),
            Self::PendingModifications => figures.pending.modifications.map(state),
            Self::ForcedMaintenance => learned.forced_maintenance_seconds,
            Self::StandardSupportEnd => learned.standard_support_end_seconds,
            Self::ExtendedSupport => learned.extended_support.map(state),
            Self::QuotaUsed => figures.quota_used_percent,
            Self::StatusAge => learned.transition_since_seconds,
        }
    }

    /// The name of its series behind the prefix of the service.
    #[must_use]
    pub const fn series(self) -> &'static str {
        match self {
            Self::CertificateExpiry => "certificate_expiry_timestamp_seconds",
            Self::LatestRestorable => "latest_restorable_timestamp_seconds",
            Self::BackupRetention => "backup_retention_seconds",
            Self::StorageAutoscalingUsed => "storage_autoscaling_used_percent",
            Self::AutomaticRestart => "automatic_restart_timestamp_seconds",
            Self::PendingReboot => "pending_reboot",
            Self::ParameterApplyFailed => "parameter_apply_failed",
            Self::PendingModifications => "pending_modifications",
            Self::ForcedMaintenance => "forced_maintenance_timestamp_seconds",
            Self::StandardSupportEnd => "standard_support_end_timestamp_seconds",
            Self::ExtendedSupport => "extended_support",
            Self::QuotaUsed => "quota_used_percent",
            Self::StatusAge => "transition_start_timestamp_seconds",
        }
    }

    /// The HELP text of its series.
    #[must_use]
    pub const fn help(self) -> &'static str {
        match self {
            Self::CertificateExpiry => "When the server certificate expires, as RDS describes it.",
            Self::LatestRestorable => "The latest moment to which the resource can be restored, as RDS describes it.",
            Self::BackupRetention => "How long automated backups are kept, as RDS describes it; 0 without backups.",
            Self::StorageAutoscalingUsed => {
                "Allocated storage as a share of how far storage autoscaling may go, in percent, as RDS describes it."
            }
            Self::AutomaticRestart => "When a stopped database starts by itself, as RDS describes it.",
            Self::PendingReboot => "1 while changed parameters wait for a reboot, as RDS describes it; else 0.",
            Self::ParameterApplyFailed => {
                "1 while changed parameters could not be applied, as RDS describes it; else 0."
            }
            Self::PendingModifications => "1 while modifications are not in effect yet, as RDS describes it; else 0.",
            Self::ForcedMaintenance => "When RDS applies pending maintenance that nobody ordered, as RDS describes it.",
            Self::StandardSupportEnd => {
                "When standard support of the major version ends, as RDS describes it; absent while Extended Support costs."
            }
            Self::ExtendedSupport => "1 while RDS Extended Support costs money, as RDS describes it; else 0.",
            Self::QuotaUsed => {
                "How much of a quota of the account and region is used, in percent, as RDS describes it."
            }
            Self::StatusAge => {
                "Since when the resource has been in a status that should pass, such as modifying, as far as plimsoll has seen."
            }
        }
    }

    /// How a level is compared with it.
    #[must_use]
    pub const fn form(self) -> Form {
        match self {
            Self::CertificateExpiry | Self::AutomaticRestart | Self::ForcedMaintenance | Self::StandardSupportEnd => {
                Form::Until
            }
            Self::LatestRestorable | Self::StatusAge => Form::Since,
            Self::BackupRetention
            | Self::StorageAutoscalingUsed
            | Self::PendingReboot
            | Self::ParameterApplyFailed
            | Self::PendingModifications
            | Self::ExtendedSupport
            | Self::QuotaUsed => Form::Plain,
        }
    }
}

impl Form {
    /// What a level is compared with: the value, or how far its time is from `now`, in seconds.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 are far below 2^53")]
    pub fn compared(self, value: f64, now: Timestamp) -> f64 {
        let now = now.as_second() as f64;
        match self {
            Self::Plain => value,
            Self::Until => value - now,
            Self::Since => now - value,
        }
    }
}

fn state(holds: bool) -> f64 {
    f64::from(u8::from(holds))
}

/// Of the volume that is nearest to its maximum. Autoscaling is off where the maximum is what is allocated:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIOPS.Autoscaling.html>.
fn autoscaling_used(resource: &Described) -> Option<f64> {
    let volumes = resource.facts.ordered.volumes.iter();
    let used =
        volumes.filter_map(|volume| volume.max_gib.filter(|_| volume.grows()).map(|most| 100.0 * volume.gib / most));
    used.max_by(f64::total_cmp)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::{Volume, fixture};

    #[test]
    fn a_level_is_compared_with_what_is_left_or_has_passed() {
        let check = |form: Form, expected: f64| {
            assert!((form.compared(1_000.0, Timestamp::from_second(900)) - expected).abs() < 1e-9);
        };
        check(Form::Plain, 1_000.0);
        check(Form::Until, 100.0);
        check(Form::Since, -100.0);
    }

    #[test]
    fn autoscaling_is_measured_where_it_is_on_by_the_volume_that_is_nearest_to_its_maximum() {
        let check = |volumes: &[(f64, Option<f64>)], expected: Option<f64>| {
            let mut resource = fixture::instance("orders");
            let volume =
                |(gib, max_gib): &(f64, Option<f64>)| Volume { gib: *gib, max_gib: *max_gib, ..Volume::default() };
            resource.facts.ordered.volumes = volumes.iter().map(volume).collect();
            assert_eq!(Fact::StorageAutoscalingUsed.value(&fixture::without_limits(resource)), expected, "{volumes:?}");
        };
        check(&[(100.0, None)], None);
        check(&[(100.0, Some(100.0))], None);
        check(&[(100.0, Some(400.0))], Some(25.0));
        check(&[(100.0, Some(400.0)), (300.0, Some(400.0)), (900.0, None)], Some(75.0));
    }

    #[test]
    fn the_latest_restorable_moment_counts_while_the_database_runs() {
        let check = |status: &str, expected: Option<f64>| {
            let mut resource = fixture::instance("orders");
            resource.figures.latest_restorable_seconds = Some(1.0);
            resource.status = status.into();
            assert_eq!(Fact::LatestRestorable.value(&fixture::without_limits(resource)), expected, "{status}");
        };
        check("available", Some(1.0));
        check("backing-up", Some(1.0));
        check("stopped", None);
        check("storage-full", None);
    }
}
