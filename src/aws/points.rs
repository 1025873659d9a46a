//! Fetches one batch of queries: all pages, merged by id, and the newest complete point of each query.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use aws_sdk_cloudwatch::operation::get_metric_data::{GetMetricDataError, GetMetricDataOutput};
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, StatusCode};
use aws_smithy_types::DateTime;

use super::attempt::Attempt;
use super::cause::Cause;
use super::clients::Target;
use super::failure::Failure;
use super::permission::GET_METRIC_DATA;
use crate::config::Timing;
use crate::plan::{Batch, BatchResult, Now, Query, QueryResult, ResponseCounts, Window, is_stored, newest};
use crate::time::{Period, Seconds, Timestamp};

/// The limit of pages of one batch, whose points should fit one page. It ends a loop of tokens.
const MAX_PAGES: usize = 20;

/// Time after the first page in which further ones are requested, so that slow pages do not hold up the next round.
const PAGES_WITHIN: Duration = Duration::from_secs(20);

/// The points of one query so far.
#[derive(Default)]
struct Merged {
    points: Vec<(Timestamp, f64)>,
    complete: bool,
    forbidden: bool,
}

impl Target {
    /// One result for each query of the batch, in its order. `now` is called when the first request is made.
    ///
    /// Queries whose results were to come on a page that failed have none.
    ///
    /// # Errors
    /// The failure of the first page, or more pages than there can be.
    pub async fn answers(&self, batch: &Batch, now: impl Fn() -> Now) -> Result<BatchResult, Failure> {
        let mut merged: HashMap<String, Merged> = HashMap::new();
        let (mut first_request, mut token, mut pages, mut since) = (None, None, 0, None);
        for _ in 0..MAX_PAGES {
            // A token is valid only for the time window of the first page.
            let moment = || first_request.unwrap_or_else(&now);
            let requested_at = match (self.page(batch, moment, token.take()).await, first_request) {
                (Ok((requested_at, page)), _) => {
                    let in_time = since.get_or_insert_with(Instant::now).elapsed() < PAGES_WITHIN;
                    token = page.next_token().filter(|token| !token.is_empty() && in_time).map(str::to_owned);
                    // Not before, because the call may wait long for its turn.
                    merged.reserve(batch.queries.len());
                    page.metric_data_results().iter().for_each(|result| merge(&mut merged, result));
                    pages += 1;
                    requested_at
                }
                (Err(failure), None) => return Err(failure),
                // What came before stays; the queries without a result are queried again.
                (Err(_), Some(first_request)) => first_request,
            };
            first_request = Some(requested_at);
            if token.is_none() {
                self.check_link(&merged)?;
                let timing = batch.poll_group.timing;
                let window = Window::of(timing, requested_at.wall);
                let (future, invalid) = (future(&merged, timing, requested_at), invalid(&merged));
                let counts = ResponseCounts { pages, future, invalid };
                let answer = |index| answer(merged.remove(&id(index)), timing, window);
                let answers = (0..batch.queries.len()).map(answer).collect();
                return Ok(BatchResult { requested_at, answers, counts });
            }
        }
        Err(self.exceeded(GET_METRIC_DATA, format!("more than {MAX_PAGES} pages")))
    }

    /// AWS answers a query about an account that is not linked with success, and its result is `Forbidden`.
    ///
    /// <https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_MetricDataResult.html>
    fn check_link(&self, merged: &HashMap<String, Merged>) -> Result<(), Failure> {
        let is_refused = !merged.is_empty() && merged.values().all(|result| result.forbidden);
        if self.source_account.is_none() || !is_refused {
            return Ok(());
        }
        (self.observer)(&self.account, &self.region, GET_METRIC_DATA, Attempt::Failed(Cause::Denied));
        Err(Failure::not_linked(GET_METRIC_DATA))
    }

    /// One page, and the time of its request. The window is computed after the call has waited for its permit, so that it
    /// includes all points that are complete by then.
    async fn page(
        &self,
        batch: &Batch,
        now: impl Fn() -> Now,
        token: Option<String>,
    ) -> Result<(Now, GetMetricDataOutput), Failure> {
        let timing = batch.poll_group.timing;
        let call = async {
            let requested_at = now();
            let window = Window::of(timing, requested_at.wall);
            let queries = batch.queries.iter().enumerate();
            let source_account = self.source_account.as_deref();
            let of_account = |(index, query)| metric_query(index, query, timing.period, source_account);
            let queries = queries.map(of_account).collect();
            let call = self
                .cloudwatch
                .get_metric_data()
                .set_metric_data_queries(Some(queries))
                .start_time(DateTime::from_secs(window.start.as_second()))
                .end_time(DateTime::from_secs(window.end.as_second()))
                .set_next_token(token);
            let limiter = &self.limiters.cloudwatch;
            let reporter = self.reporter_to::<GetMetricDataError>(limiter, GET_METRIC_DATA, batch.estimated_points());
            Ok((requested_at, call.customize().interceptor(reporter).send().await?))
        };
        self.limiters.cloudwatch.call_for_points(GET_METRIC_DATA, batch.estimated_points(), call).await
    }
}

/// Ids must begin with a lower-case letter and be unique in the call.
fn id(index: usize) -> String {
    format!("q{index}")
}

/// Without an account, the metric is looked for in that of the caller.
fn metric_query(index: usize, query: &Query, period: Period, account: Option<&str>) -> MetricDataQuery {
    let role = query.role.map(|role| ("Role", role.dimension_value()));
    let values = query.resource.dimensions().map(|(_, value)| value);
    let dimensions = query.dimensions.iter().copied().zip(values).chain(role);
    let dimensions = dimensions.map(|(name, value)| Dimension::builder().name(name).value(value).build()).collect();
    let namespace = query.resource.kind.service.namespace;
    let metric =
        Metric::builder().namespace(namespace).metric_name(query.metric).set_dimensions(Some(dimensions)).build();
    let statistic = MetricStat::builder()
        .metric(metric)
        .period(i32::try_from(period.seconds()).unwrap_or(i32::MAX))
        .stat(query.statistic.to_string())
        .build();
    let builder = MetricDataQuery::builder().id(id(index)).metric_stat(statistic);
    builder.set_account_id(account.map(str::to_owned)).build()
}

fn merge(merged: &mut HashMap<String, Merged>, result: &MetricDataResult) {
    let Some(id) = result.id() else { return };
    let entry = merged.entry(id.to_owned()).or_default();
    let times = result.timestamps().iter().map(|time| Timestamp::from_second(time.secs()));
    entry.points.extend(times.zip(result.values().iter().copied()));
    entry.forbidden |= matches!(result.status_code(), Some(StatusCode::Forbidden));
    entry.complete |= matches!(result.status_code(), Some(StatusCode::Complete) | None);
}

/// The number of points that end after the time of the request. They are outside the window, so that CloudWatch should
/// send none.
fn future(merged: &HashMap<String, Merged>, timing: Timing, requested_at: Now) -> usize {
    let last_start = requested_at.wall - Seconds::from(timing.period);
    merged.values().flat_map(|merged| &merged.points).filter(|(start, _)| *start > last_start).count()
}

/// The number of points with a value that CloudWatch cannot have stored.
fn invalid(merged: &HashMap<String, Merged>) -> usize {
    merged.values().flat_map(|merged| &merged.points).filter(|(_, value)| !is_stored(*value)).count()
}

/// The newest point, also of a partial result. A partial result without points counts as missing, not as empty.
fn answer(merged: Option<Merged>, timing: Timing, window: Window) -> QueryResult {
    let Some(merged) = merged else {
        return QueryResult::Missing;
    };
    match newest(merged.points, timing, window) {
        QueryResult::Empty if !merged.complete => QueryResult::Missing,
        answer => answer,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_that_end_after_now_are_counted_and_none_is_the_newest() {
        let timing = Timing {
            period: Period::Minute,
            look_back: Seconds::new(600),
            age_limit: Seconds::new(420),
            settle: Seconds::ZERO,
            poll_delay: Seconds::new(125),
        };
        let check = |starts: &[i64], expected: usize, newest_end: Option<i64>| {
            let points = starts.iter().map(|start| (Timestamp::from_second(*start), 1.0)).collect();
            let mut merged = HashMap::from([(id(0), Merged { points, complete: true, ..Merged::default() })]);
            let requested_at = Now::at(Timestamp::from_second(6_000));
            assert_eq!(future(&merged, timing, requested_at), expected, "{starts:?}");
            let answer = answer(merged.remove(&id(0)), timing, Window::of(timing, requested_at.wall));
            assert_eq!(answer.point().map(|point| point.end.as_second()), newest_end, "{starts:?}");
        };
        check(&[5_820, 5_880], 0, Some(5_940));
        check(&[5_880, 5_940], 0, Some(6_000));
        check(&[5_880, 5_941], 1, Some(5_940));
        check(&[5_880, 6_000 + 3_600, 6_000 + 86_400], 2, Some(5_940));
    }
}
