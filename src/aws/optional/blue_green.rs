//! Reads which databases are members of blue/green deployments.

use std::collections::BTreeSet;

use aws_sdk_rds::operation::describe_blue_green_deployments::DescribeBlueGreenDeploymentsError;
use aws_sdk_rds::types::BlueGreenDeployment;

use super::pages::Page;
use crate::aws::clients::Target;
use crate::aws::failure::Failure;
use crate::aws::inventory::{PAGE_SIZE, text};
use crate::resource::BlueGreenDeployments;

pub(super) const OPERATION: &str = "DescribeBlueGreenDeployments";

impl Target {
    /// Every deployment that has not been deleted, whether it was switched over or not.
    pub(super) async fn blue_green(&self) -> Result<BlueGreenDeployments, Failure> {
        let deployments = self.pages(OPERATION, |marker| self.blue_green_page(marker)).await?;
        let with_id = deployments.iter().map(|one| Some((text(one.blue_green_deployment_identifier())?, members(one))));
        Ok(with_id.flatten().collect())
    }

    async fn blue_green_page(&self, marker: Option<String>) -> Page<BlueGreenDeployment> {
        let reporter = self.reporter::<DescribeBlueGreenDeploymentsError>(OPERATION);
        let call = self.rds.describe_blue_green_deployments().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
        Ok((page.blue_green_deployments.unwrap_or_default(), page.marker))
    }
}

/// `SwitchoverDetails` has all members, replicas and instances of clusters among them; a deployment that AWS has only
/// begun to create may have no target yet.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_BlueGreenDeployment.html>
fn members(deployment: &BlueGreenDeployment) -> BTreeSet<(String, String)> {
    let details = deployment.switchover_details().iter();
    let members = details.filter_map(|one| Some((text(one.source_member())?, text(one.target_member())?)));
    members.collect()
}
