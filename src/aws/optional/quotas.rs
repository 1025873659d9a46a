//! Reads how much of the quotas of the account and region is used.

use std::collections::BTreeMap;

use aws_sdk_rds::operation::describe_account_attributes::DescribeAccountAttributesError;
use aws_sdk_rds::types::AccountQuota;

use crate::aws::clients::Target;
use crate::aws::failure::Failure;

pub(super) const OPERATION: &str = "DescribeAccountAttributes";

/// The quotas that end the growth of a fleet. The others limit one resource, or what costs nothing to do without.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AccountQuota.html>
const WATCHED: [&str; 5] =
    ["AllocatedStorage", "DBClusters", "DBInstances", "ManualClusterSnapshots", "ManualSnapshots"];

impl Target {
    /// By name, in percent. The operation has no pages.
    pub(super) async fn quotas(&self) -> Result<BTreeMap<String, f64>, Failure> {
        let reporter = self.reporter::<DescribeAccountAttributesError>(OPERATION);
        let call = self.rds.describe_account_attributes();
        let answer = self.limiters.rds.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
        Ok(answer.account_quotas().iter().filter_map(used).collect())
    }
}

#[expect(clippy::cast_precision_loss, reason = "quotas are far below 2^53")]
fn used(quota: &AccountQuota) -> Option<(String, f64)> {
    let name = quota.account_quota_name().filter(|name| WATCHED.contains(name))?;
    let (used, max) = (quota.used()?, quota.max().filter(|max| *max > 0)?);
    Some((name.to_owned(), 100.0 * used as f64 / max as f64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quota_is_used_in_percent() {
        let check = |name: &str, used_count: Option<i64>, max: Option<i64>, expected: Option<f64>| {
            let quota = AccountQuota::builder().account_quota_name(name).set_used(used_count).set_max(max).build();
            assert_eq!(
                used(&quota),
                expected.map(|percent| (name.to_owned(), percent)),
                "{name} {used_count:?} {max:?}"
            );
        };
        check("DBInstances", Some(30), Some(40), Some(75.0));
        check("AllocatedStorage", Some(0), Some(100_000), Some(0.0));
        check("DBInstances", Some(30), Some(0), None);
        check("DBInstances", None, Some(40), None);
        check("DBInstances", Some(30), None, None);
        check("DBSubnetGroups", Some(30), Some(40), None);
    }
}
