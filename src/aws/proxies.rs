//! Lists proxies, and reads the tags of each by a separate call, because the listing has none.

use std::time::{Duration, Instant};

use aws_sdk_rds::operation::describe_db_proxies::DescribeDBProxiesError;
use aws_sdk_rds::operation::list_tags_for_resource::ListTagsForResourceError;
use aws_sdk_rds::types::{DbProxy, DbProxyStatus};
use tokio::time::sleep;

use super::clients::Target;
use super::failure::Failure;
use super::inventory::{ListingPage, PAGE_SIZE, next_page, operation, tag, text};
use crate::resource::{Described, Lister, Tags, described};

pub(super) const LIST_TAGS: &str = "ListTagsForResource";

/// The least time between two calls for tags. Four calls a second leave most of the API's quota to others.
const PAUSE: Duration = Duration::from_millis(250);

impl Target {
    /// One page of proxies with their tags.
    ///
    /// # Errors
    /// The failure of the page, or of the tags of a proxy without known tags, which would otherwise lose its levels.
    pub(super) async fn proxies(&self, marker: Option<String>) -> ListingPage {
        let operation = operation(Lister::Proxies);
        let reporter = self.reporter::<DescribeDBProxiesError>(operation);
        let call = self.rds.describe_db_proxies().max_records(PAGE_SIZE).set_marker(marker);
        let page = self.limiters.rds.call(operation, call.customize().interceptor(reporter).send()).await?;
        let mut proxies: Vec<Described> = page.db_proxies().iter().filter_map(proxy).collect();
        // The filters leave out the others whatever their tags are.
        for proxy in proxies.iter_mut().filter(|proxy| self.filters.can_watch(proxy)) {
            proxy.tags = self.proxy_tags(&proxy.arn).await?;
        }
        Ok((proxies, next_page(page.marker())))
    }

    /// The tags of a proxy; if they cannot be read again, the last known ones.
    async fn proxy_tags(&self, arn: &str) -> Result<Tags, Failure> {
        let (known, is_due) = self.tags_of_proxies.known(arn, Instant::now());
        if let Some(tags) = known.clone().filter(|_| !is_due) {
            return Ok(tags);
        }
        sleep(PAUSE).await;
        match self.tags(arn).await {
            Ok(tags) => {
                self.tags_of_proxies.set(arn, tags.clone(), Instant::now());
                Ok(tags)
            }
            Err(failure) => known.ok_or(failure),
        }
    }

    async fn tags(&self, arn: &str) -> Result<Tags, Failure> {
        let reporter = self.reporter::<ListTagsForResourceError>(LIST_TAGS);
        let call = self.rds.list_tags_for_resource().resource_name(arn);
        let answer = self.limiters.rds.call(LIST_TAGS, call.customize().interceptor(reporter).send()).await?;
        Ok(described::tags(answer.tag_list().iter().map(tag).collect()))
    }
}

fn proxy(answer: &DbProxy) -> Option<Described> {
    let proxy = described::Proxy {
        name: text(answer.db_proxy_name()),
        arn: text(answer.db_proxy_arn()),
        engine_family: text(answer.engine_family()),
        status: text(answer.status().map(DbProxyStatus::as_str)),
    };
    proxy.described().filter(|resource| !resource.account_id.is_empty())
}
