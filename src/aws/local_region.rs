//! The region that environment or profile name, found without any request.

use aws_config::environment::EnvironmentVariableRegionProvider;
use aws_config::meta::region::RegionProviderChain;
use aws_config::profile::ProfileFileRegionProvider;

/// Whether `AWS_REGION`, `AWS_DEFAULT_REGION` or the AWS profile names a region. Unlike a start, this does not query the
/// metadata of an EC2 instance.
pub async fn has_local_region() -> bool {
    let chain = RegionProviderChain::first_try(EnvironmentVariableRegionProvider::new());
    chain.or_else(ProfileFileRegionProvider::new()).region().await.is_some_and(|region| !region.as_ref().is_empty())
}
