//! Reads when AWS applies pending maintenance.

use std::collections::BTreeMap;

use aws_sdk_rds::operation::describe_pending_maintenance_actions::DescribePendingMaintenanceActionsError;
use aws_sdk_rds::primitives::DateTime;
use aws_sdk_rds::types::{PendingMaintenanceAction, ResourcePendingMaintenanceActions};

use super::pages::Page;
use crate::aws::clients::Target;
use crate::aws::failure::Failure;
use crate::aws::inventory::{PAGE_SIZE, text};

pub(super) const OPERATION: &str = "DescribePendingMaintenanceActions";

/// What `OptInStatus` holds where somebody ordered the maintenance.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ApplyPendingMaintenanceAction.html>
const ORDERED: [&str; 2] = ["immediate", "next-maintenance"];

/// The action that upgrades the engine.
const UPGRADE: &str = "db-upgrade";

impl Target {
    /// By ARN, when the first maintenance that nobody ordered is applied, in seconds since 1970.
    pub(super) async fn maintenance(&self) -> Result<BTreeMap<String, f64>, Failure> {
        let pending = self.pages(OPERATION, |marker| self.maintenance_page(marker)).await?;
        Ok(pending
            .iter()
            .filter_map(|resource| Some((text(resource.resource_identifier())?, first(resource)?)))
            .collect())
    }

    async fn maintenance_page(&self, marker: Option<String>) -> Page<ResourcePendingMaintenanceActions> {
        let reporter = self.reporter::<DescribePendingMaintenanceActionsError>(OPERATION);
        let call = self.rds.describe_pending_maintenance_actions().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
        Ok((page.pending_maintenance_actions.unwrap_or_default(), page.marker))
    }
}

fn first(resource: &ResourcePendingMaintenanceActions) -> Option<f64> {
    resource.pending_maintenance_action_details().iter().filter_map(forced).reduce(f64::min)
}

/// When AWS applies an action of its own accord: the earliest of its dates. `AutoAppliedAfterDate` begins the first
/// maintenance window in which it is applied, `ForcedApplyDate` the days in which it is applied outside of windows, and
/// `CurrentApplyDate` is what AWS makes of both.
///
/// Nothing is forced on somebody who ordered the action, nor is an upgrade without `ForcedApplyDate`: that is an automatic
/// minor version upgrade, which `AutoMinorVersionUpgrade` orders.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_PendingMaintenanceAction.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_UpgradeDBInstance.Upgrading.html>
fn forced(action: &PendingMaintenanceAction) -> Option<f64> {
    let is_ordered = action.opt_in_status().is_some_and(|status| ORDERED.contains(&status));
    let is_automatic = action.action() == Some(UPGRADE) && action.forced_apply_date().is_none();
    if is_ordered || is_automatic {
        return None;
    }
    let dates = [action.auto_applied_after_date(), action.forced_apply_date(), action.current_apply_date()];
    dates.into_iter().flatten().map(DateTime::as_secs_f64).reduce(f64::min)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The dates are those of `AutoAppliedAfterDate`, `ForcedApplyDate` and `CurrentApplyDate`.
    #[track_caller]
    fn check(action: &str, opt_in: Option<&str>, dates: [Option<i64>; 3], expected: Option<f64>) {
        let [automatic, forced_date, current] = dates.map(|date| date.map(DateTime::from_secs));
        let action = PendingMaintenanceAction::builder()
            .action(action)
            .set_opt_in_status(opt_in.map(str::to_owned))
            .set_auto_applied_after_date(automatic)
            .set_forced_apply_date(forced_date)
            .set_current_apply_date(current);
        assert_eq!(forced(&action.build()), expected, "{opt_in:?} {dates:?}");
    }

    #[test]
    fn maintenance_is_forced_from_its_earliest_date_unless_somebody_ordered_it() {
        check("system-update", None, [None, None, None], None);
        check("system-update", None, [Some(10), None, None], Some(10.0));
        check("system-update", None, [Some(10), Some(20), Some(15)], Some(10.0));
        check("system-update", None, [None, Some(20), Some(25)], Some(20.0));
        check("system-update", Some("undo-opt-in"), [Some(10), None, None], Some(10.0));
        check("system-update", Some("next-maintenance"), [Some(10), Some(20), Some(5)], None);
        check("system-update", Some("immediate"), [None, None, Some(5)], None);
        check("db-upgrade", None, [Some(10), None, Some(10)], None);
        check("db-upgrade", None, [Some(10), Some(20), Some(10)], Some(10.0));
    }
}
