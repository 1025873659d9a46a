//! Fetches one batch of queries: all pages, merged by query.

use std::time::{Duration, Instant};

use aws_sdk_cloudwatch::operation::get_metric_data::GetMetricDataError;

use super::attempt::Attempt;
use super::cause::Cause;
use super::clients::Target;
use super::failure::Failure;
use super::permission::GET_METRIC_DATA;
use crate::plan::{Batch, BatchResult, Now};

mod body;
mod merged;
mod page;
mod wire;

use body::{Request, body};
use merged::Merged;
use page::Page;
use wire::Wire;

/// The limit of pages of one batch, whose points should fit one page. It ends a loop of tokens.
const MAX_PAGES: usize = 20;

/// Time after the first page in which further ones are requested, so that slow pages do not hold up the next round.
const PAGES_WITHIN: Duration = Duration::from_secs(20);

impl Target {
    /// One result for each query of the batch, in its order. `now` is called when the batch gets in line, and when a request
    /// is made.
    ///
    /// Queries whose results were to come on a page that failed have none.
    ///
    /// # Errors
    /// The failure of the first page, or more pages than there can be.
    pub async fn answers(&self, batch: &Batch, now: impl Fn() -> Now) -> Result<BatchResult, Failure> {
        let mut merged: Option<Merged> = None;
        let (mut token, mut since) = (None, None);
        for _ in 0..MAX_PAGES {
            // A token is valid only for the time window of the first page.
            let moment = || merged.as_ref().map_or_else(&now, Merged::requested_at);
            match (self.page(batch, moment, token.take()).await, &mut merged) {
                (Ok((requested_at, mut page)), _) => {
                    let in_time = since.get_or_insert_with(Instant::now).elapsed() < PAGES_WITHIN;
                    token = page.next_token.take().filter(|token| !token.is_empty() && in_time);
                    // Not before, because the call may wait long for its turn.
                    merged.get_or_insert_with(|| Merged::new(batch, requested_at)).add(&page);
                }
                (Err(failure), None) => return Err(failure),
                // What came before stays; the queries without a result are queried again.
                (Err(_), Some(_)) => {}
            }
            if let Some(merged) = merged.take_if(|_| token.is_none()) {
                self.check_link(&merged)?;
                return Ok(merged.finish());
            }
        }
        Err(self.exceeded(GET_METRIC_DATA, format!("more than {MAX_PAGES} pages")))
    }

    /// AWS answers a query about an account that is not linked with success, and its result is `Forbidden`.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html>
    fn check_link(&self, merged: &Merged) -> Result<(), Failure> {
        if self.source_account.is_none() || !merged.is_forbidden() {
            return Ok(());
        }
        (self.observer)(&self.account, &self.region, GET_METRIC_DATA, Attempt::Failed(Cause::Denied));
        Err(Failure::not_linked(GET_METRIC_DATA))
    }

    /// One page, and the time of its request. The window is computed after the call has waited for its permit, so that it
    /// includes all points that are complete by then.
    async fn page(&self, batch: &Batch, now: impl Fn() -> Now, token: Option<String>) -> Result<(Now, Page), Failure> {
        let points = batch.estimated_points(now().wall);
        let call = async {
            let requested_at = now();
            let window = batch.window(requested_at.wall);
            let account = self.source_account.as_deref();
            let wire = Wire::new(body(batch, Request { window, token: token.as_deref(), account }));
            let limiter = &self.limiters.cloudwatch;
            let reporter = self.reporter_to::<GetMetricDataError>(limiter, GET_METRIC_DATA, points);
            // Without queries: the wire replaces the body.
            let call = self.cloudwatch.get_metric_data().customize();
            call.interceptor(reporter).interceptor(wire.clone()).send().await?;
            Ok((requested_at, wire.take().unwrap_or_default()))
        };
        self.limiters.cloudwatch.call_for_points(GET_METRIC_DATA, points, call).await
    }
}

#[cfg(test)]
mod tests;
