//! What the runbook of a quota advises: a quota has no tags, no events and no dashboard of its own.

use crate::catalog::Row;
use crate::catalog::name::dimension_label;

/// The steps that come before any thought about causes.
pub(super) fn first_steps(row: &Row) -> String {
    format!(
        "1. Run `plimsoll explain <id> --metric {}`, with the name from the label `{}`.\n   \
         It shows the value, every level, who set it, and what it overrides.\n   \
         Where plimsoll does not run on this machine, add `--url http://<plimsoll>:10754`.\n\
         2. Open the [dashboard](../dashboards.md) of the fleet, \
         `https://<grafana>/d/plimsoll-fleet?var-account=<account_id>&var-region=<region>`: which databases are new, and \
         whose storage grew?\n\
         3. Run `aws rds describe-account-attributes` in the account and region: it shows how much is used, and the maximum.",
        row.metric,
        label(row)
    )
}

/// The label that names a quota.
fn label(row: &Row) -> String {
    row.kind.dimensions.iter().map(|dimension| dimension_label(dimension)).collect()
}

/// How a person sets another level.
pub(super) fn change(row: &Row, levels: &str) -> String {
    let metric = row.metric;
    format!(
        "A quota has no tags, so its levels are in the configuration, least severe first, in percent.\n\
         For the quotas of one account and region, write an `[[override]]`:\n\
         \n```toml\n[[override]]\naccount_id = \"123456789012\"\nregion = \"eu-west-1\"\n\
         thresholds = {{ {metric} = \"{levels}\" }}\n```\n\n\
         For all quotas, write `[metrics.{metric}] threshold`.\n\
         The value `off` removes every level of the metric.\n\
         A changed configuration takes effect with the next start of plimsoll.\n\
         [Configuration](../configuration.md#override) describes every key."
    )
}

/// How a person silences the alert for a time.
pub(super) fn mute(row: &Row, alert: &str) -> String {
    let label = label(row);
    format!(
        "A quota has no tags, so a silence of Alertmanager is the way to mute it:\n\
         \n```sh\namtool silence add alertname={alert} account_id=<account_id> region=<region> {label}=<id> \
         --duration=2h --comment='<why>'\n```"
    )
}
