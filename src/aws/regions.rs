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
            let page = self.limiter.call(LIST_REGIONS, call.customize().interceptor(reporter).send()).await?;
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
