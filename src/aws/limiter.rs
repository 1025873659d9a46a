//! Makes calls wait for the limits of their service, and for those of the process.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::sync::{Mutex, Notify, Semaphore, SemaphorePermit};
use tokio::time::sleep;

use super::cause::Cause;
use super::failure::Failure;
use crate::plan::{Epoch, Limiter, Quota, Wait};

/// The limits of one service in one account and region, shared by everything that calls it.
pub(super) struct CallLimiter {
    process: Arc<Semaphore>,
    /// Calls start in the order in which they came; the first in line holds it.
    line: Mutex<()>,
    state: StdMutex<Limiter>,
    /// Wakes the first in line when a call has ended.
    ended: Notify,
    since: Instant,
    waited_ms: AtomicU64,
}

/// The limiters of one account and region, by service: the values of the label `service`.
#[derive(Clone)]
pub(super) struct Limiters {
    pub(super) cloudwatch: Arc<CallLimiter>,
    pub(super) rds: Arc<CallLimiter>,
}

impl Limiters {
    pub(super) fn new(process: &Arc<Semaphore>) -> Self {
        let limiter = |quota| Arc::new(CallLimiter::new(quota, process));
        Self { cloudwatch: limiter(Quota::METRIC_DATA), rds: limiter(Quota::RDS) }
    }

    pub(super) fn status(&self) -> [(&'static str, LimiterStatus); 2] {
        [("cloudwatch", self.cloudwatch.status()), ("rds", self.rds.status())]
    }
}

/// What a limiter does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LimiterStatus {
    /// How many calls may be under way now.
    pub limit: usize,
    /// How long calls have waited since the start, all together.
    pub waited: Duration,
}

/// The permission to make one call; it ends when it is dropped.
struct Permit<'a> {
    limiter: &'a CallLimiter,
    /// It is an error only if the semaphore is closed, which nobody does.
    _process: Option<SemaphorePermit<'a>>,
}

impl CallLimiter {
    fn new(quota: Quota, process: &Arc<Semaphore>) -> Self {
        Self {
            process: Arc::clone(process),
            line: Mutex::new(()),
            state: StdMutex::new(Limiter::new(quota)),
            ended: Notify::new(),
            since: Instant::now(),
            waited_ms: AtomicU64::new(0),
        }
    }

    /// Makes one call that returns no datapoints, as soon as the limits allow it.
    pub(super) async fn call<T, E>(
        &self,
        operation: &'static str,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        self.call_for_points(operation, 0, call).await
    }

    /// Makes one call for so many estimated datapoints, as soon as the limits allow it.
    pub(super) async fn call_for_points<T, E>(
        &self,
        operation: &'static str,
        points: usize,
        call: impl Future<Output = Result<T, SdkError<E, HttpResponse>>>,
    ) -> Result<T, Failure>
    where
        E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static,
    {
        let _permit = self.permit(points).await;
        let answer = call.await.map_err(|error| Failure::new(operation, &error));
        match &answer {
            Ok(_) => self.state().succeeded(),
            Err(failure) if failure.cause == Cause::TimeOut => self.state().timed_out(),
            Err(_) => {}
        }
        answer
    }

    /// The epoch of a request that is sent now.
    pub(super) fn epoch(&self) -> Epoch {
        self.state().epoch()
    }

    /// Counts a retry, which the SDK makes without a permit of its own.
    pub(super) fn retried(&self, points: usize) {
        self.state().requested(points, self.since.elapsed());
    }

    /// A request of this epoch was throttled.
    pub(super) fn throttled(&self, sent: Epoch) {
        self.state().throttled(sent);
    }

    fn status(&self) -> LimiterStatus {
        let waited = Duration::from_millis(self.waited_ms.load(Ordering::Relaxed));
        LimiterStatus { limit: self.state().limit(), waited }
    }

    async fn permit(&self, points: usize) -> Permit<'_> {
        let since = Instant::now();
        let _first = self.line.lock().await;
        loop {
            self.until_ready().await;
            // Taken last, because calls that wait for their own service must not keep others from the process's.
            let process = self.process.acquire().await.ok();
            if self.state().start(points, self.since.elapsed()) {
                let waited = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
                self.waited_ms.fetch_add(waited, Ordering::Relaxed);
                return Permit { limiter: self, _process: process };
            }
        }
    }

    async fn until_ready(&self) {
        loop {
            let now = self.since.elapsed();
            let wait = self.state().wait(now);
            match wait {
                Wait::Nothing => return,
                Wait::Until(start) => sleep(start.saturating_sub(now)).await,
                Wait::ForAnEnd => self.ended.notified().await,
            }
        }
    }

    fn state(&self) -> MutexGuard<'_, Limiter> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Permit<'_> {
    fn drop(&mut self) {
        self.limiter.state().ended();
        // Kept for the next one that waits if nobody does now.
        self.limiter.ended.notify_one();
    }
}
