//! Clients: one pair per account and region, with limits of concurrent calls.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::sync::Semaphore;

use super::attempt::{Attempt, Observer, Reporter};
use super::cause::Cause;
use super::failure::Failure;
use super::proxy_tags::ProxyTags;
use crate::config::Filters;

/// Calls to one service in flight per account and region: enough to reach the quota of datapoints of `GetMetricData`, few
/// enough for 50 calls a second.
const CALLS_PER_SERVICE: usize = 25;

/// Calls in flight in the whole process: bounds memory, about half a megabyte a call.
pub(super) const CALLS_PER_PROCESS: usize = 32;

/// One account and region with its clients.
#[derive(Clone)]
pub struct Target {
    /// The account's configured name.
    pub account: Arc<str>,
    /// The region.
    pub region: Arc<str>,
    pub(super) rds: aws_sdk_rds::Client,
    pub(super) cloudwatch: aws_sdk_cloudwatch::Client,
    pub(super) rds_limiter: Arc<CallLimiter>,
    pub(super) cloudwatch_limiter: Arc<CallLimiter>,
    pub(super) tags_of_proxies: Arc<ProxyTags>,
    pub(super) filters: Arc<Filters>,
    /// The account of the metrics, if it is not that of the CloudWatch client.
    pub(super) source_account: Option<Arc<str>>,
    pub(super) observer: Observer,
}

/// Limits concurrent calls, so that a service that fails in one scope does not delay the others.
pub(super) struct CallLimiter {
    process: Arc<Semaphore>,
    service: Semaphore,
    single: Semaphore,
    is_silent: AtomicBool,
}

impl Target {
    pub(super) fn reporter<E>(&self, operation: &'static str) -> Reporter<E> {
        Reporter {
            account: Arc::clone(&self.account),
            region: Arc::clone(&self.region),
            operation,
            observer: Arc::clone(&self.observer),
            error: PhantomData,
        }
    }

    /// Counts a failure of an operation whose responses are valid, but together exceed a limit.
    pub(super) fn exceeded(&self, operation: &'static str, limit: String) -> Failure {
        (self.observer)(&self.account, &self.region, operation, Attempt::Failed(Cause::TooLarge));
        Failure::too_large(operation, limit)
    }
}

impl CallLimiter {
    pub(super) fn new(process: &Arc<Semaphore>) -> Self {
        Self {
            process: Arc::clone(process),
            service: Semaphore::new(CALLS_PER_SERVICE),
            single: Semaphore::new(1),
            is_silent: AtomicBool::new(false),
        }
    }

    /// Makes one call, as soon as the limits allow it.
    ///
    /// While the last call of the service had no response, calls are made one at a time, so that a dead region cannot use
    /// all calls of the process.
    pub(super) async fn call<T, E>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let mut permit = self.service.acquire().await;
        let mut process = self.process.acquire().await;
        // Checked after waiting, because many calls of a round wait when the first of them times out.
        if self.is_silent.load(Ordering::Relaxed) {
            drop((permit, process));
            permit = self.single.acquire().await;
            process = self.process.acquire().await;
        }
        let answer = call.await.map_err(|error| Failure::new(operation, &error));
        let is_silent = matches!(&answer, Err(failure) if failure.cause == Cause::TimeOut);
        self.is_silent.store(is_silent, Ordering::Relaxed);
        drop((permit, process));
        answer
    }
}
