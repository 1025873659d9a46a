//! Reads until when major versions of engines are supported.

use aws_sdk_rds::operation::describe_db_major_engine_versions::DescribeDBMajorEngineVersionsError;
use aws_sdk_rds::primitives::DateTime;
use aws_sdk_rds::types::{DbMajorEngineVersion, LifecycleSupportName};

use super::pages::Page;
use crate::aws::clients::Target;
use crate::aws::failure::Failure;
use crate::aws::inventory::{PAGE_SIZE, text};
use crate::resource::Lifecycle;

pub(super) const OPERATION: &str = "DescribeDBMajorEngineVersions";

impl Target {
    /// Every major version whose standard support ends.
    pub(super) async fn lifecycles(&self) -> Result<Vec<Lifecycle>, Failure> {
        let versions = self.pages(OPERATION, |marker| self.versions_page(marker)).await?;
        Ok(versions.iter().filter_map(lifecycle).collect())
    }

    async fn versions_page(&self, marker: Option<String>) -> Page<DbMajorEngineVersion> {
        let reporter = self.reporter::<DescribeDBMajorEngineVersionsError>(OPERATION);
        let call = self.rds.describe_db_major_engine_versions().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
        Ok((page.db_major_engine_versions.unwrap_or_default(), page.marker))
    }
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_SupportedEngineLifecycle.html>
fn lifecycle(version: &DbMajorEngineVersion) -> Option<Lifecycle> {
    let standard = Some(&LifecycleSupportName::OpenSourceRdsStandardSupport);
    let mut supports = version.supported_engine_lifecycles().iter();
    let end = supports.find(|support| support.lifecycle_support_name() == standard)?.lifecycle_support_end_date();
    Some(Lifecycle {
        engine: text(version.engine())?,
        version: text(version.major_engine_version())?,
        standard_support_end: end.map(DateTime::as_secs_f64)?,
    })
}
