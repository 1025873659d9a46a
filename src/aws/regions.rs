//! The regions that are enabled for an account.
//!
//! `account:ListRegions` lists them for any member account with the account's own credentials. RDS's
//! `DescribeSourceRegions` lists what one region can copy from, whatever the account has enabled, and AWS's reference of it
//! refers to EC2 for enabled regions:
//! <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeSourceRegions.html>. The client of EC2 is a
//! hundred times as large as that of Account Management.

use aws_sdk_account::operation::list_regions::ListRegionsError;
use aws_sdk_account::types::RegionOptStatus::{Enabled, EnabledByDefault};

use super::connection::Connection;
use super::failure::Failure;
use super::permission::LIST_REGIONS;

/// Regions per page, AWS's maximum; there are fewer.
const PAGE_SIZE: i32 = 50;

/// The limit of pages, far more regions than AWS has. It ends a loop of tokens.
const MAX_PAGES: usize = 10;

/// The region whose endpoint Account Management has, if no other is configured.
/// <https://docs.aws.amazon.com/general/latest/gr/account-management.html>
pub(super) const HOME_REGION: &str = "us-east-1";

/// The regions that no account can disable, by the beginning of a region's name in each partition: those introduced
/// before the 20th of March 2019, and all of the partitions for China and for the government of the United States.
/// <https://docs.aws.amazon.com/accounts/latest/reference/manage-acct-regions.html>
const ALWAYS_ENABLED: [(&str, &[&str]); 3] = [
    ("cn-", &["cn-north-1", "cn-northwest-1"]),
    ("us-gov-", &["us-gov-east-1", "us-gov-west-1"]),
    (
        "",
        &[
            "ap-northeast-1",
            "ap-northeast-2",
            "ap-northeast-3",
            "ap-south-1",
            "ap-southeast-1",
            "ap-southeast-2",
            "ca-central-1",
            "eu-central-1",
            "eu-north-1",
            "eu-west-1",
            "eu-west-2",
            "eu-west-3",
            "sa-east-1",
            "us-east-1",
            "us-east-2",
            "us-west-1",
            "us-west-2",
        ],
    ),
];

/// The regions that every account of the partition has, for one whose own cannot be listed.
pub(super) fn always_enabled(region: &str) -> impl Iterator<Item = String> {
    let of_partition = ALWAYS_ENABLED.iter().find(|(beginning, _)| region.starts_with(beginning));
    of_partition.into_iter().flat_map(|(_, regions)| *regions).map(|region| (*region).to_owned())
}

impl Connection {
    /// The regions that are enabled for the account.
    ///
    /// # Errors
    /// The failure of any page.
    pub async fn enabled_regions(&self) -> Result<Vec<String>, Failure> {
        let (mut regions, mut token) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let reporter = self.reporter::<ListRegionsError>(LIST_REGIONS);
            let call = self.account_management.list_regions().max_results(PAGE_SIZE).set_next_token(token);
            let call = call.region_opt_status_contains(Enabled).region_opt_status_contains(EnabledByDefault);
            let page = call.customize().interceptor(reporter).send().await;
            let page = page.map_err(|error| Failure::new(LIST_REGIONS, &error))?;
            regions.extend(page.regions().iter().filter_map(|region| region.region_name()).map(str::to_owned));
            token = page.next_token().filter(|token| !token.is_empty()).map(str::to_owned);
            if token.is_none() {
                regions.sort_unstable();
                return Ok(regions);
            }
        }
        Err(self.exceeded(LIST_REGIONS, format!("more than {MAX_PAGES} pages")))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn regions_that_cannot_be_listed_are_those_that_every_account_of_the_partition_has() {
        let check = |region, count, one: &str| {
            let regions: Vec<String> = always_enabled(region).collect();
            assert_eq!(regions.len(), count, "{region}");
            assert!(regions.iter().any(|region| region == one), "{region}");
        };
        check("eu-west-1", 17, "sa-east-1");
        check("me-central-1", 17, "us-east-1");
        check("us-gov-west-1", 2, "us-gov-east-1");
        check("cn-north-1", 2, "cn-northwest-1");
    }
}
