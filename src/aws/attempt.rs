//! Reports every attempt of a call, so that the counters include the SDK's retries.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use aws_sdk_rds::error::{BoxError, ConnectorError, ProvideErrorMetadata};
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeTransmitInterceptorContextRef, Error, FinalizerInterceptorContextRef,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpResponse, OrchestratorError};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::DateTime;
use aws_smithy_types::config_bag::ConfigBag;
use aws_smithy_types::date_time::Format;

use super::cause::Cause;
use super::limiter::CallLimiter;
use crate::plan::Epoch;
use crate::time::Timestamp;

/// One event of an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Attempt {
    /// A request is sent.
    Sent,
    /// It failed.
    Failed(Cause),
    /// There was a response, successful or not, with this `Date`.
    Dated(Timestamp),
}

/// A function that receives the events of attempts, with account, region and operation.
pub type Observer = Arc<dyn Fn(&str, &str, &'static str, Attempt) + Send + Sync>;

/// Reports the attempts of one call whose operation fails with `E`.
pub(super) struct Reporter<E> {
    pub(super) account: Arc<str>,
    pub(super) region: Arc<str>,
    pub(super) operation: &'static str,
    pub(super) observer: Observer,
    pub(super) attempts: Attempts,
    pub(super) error: PhantomData<fn() -> E>,
}

/// The attempts of one call, as the limiter of its service counts them.
pub(super) struct Attempts {
    limiter: Arc<CallLimiter>,
    /// The estimated datapoints of each.
    points: usize,
    sent: AtomicU64,
    /// The epoch in which the last one was sent.
    epoch: AtomicU64,
}

impl Attempts {
    pub(super) fn new(limiter: &Arc<CallLimiter>, points: usize) -> Self {
        Self { limiter: Arc::clone(limiter), points, sent: AtomicU64::new(0), epoch: AtomicU64::new(0) }
    }

    /// The first attempt has the permit of the call.
    fn sent(&self) {
        if self.sent.fetch_add(1, Ordering::Relaxed) > 0 {
            self.limiter.retried(self.points);
        }
        self.epoch.store(self.limiter.epoch().0, Ordering::Relaxed);
    }

    fn failed(&self, cause: Cause) {
        if cause == Cause::Throttled {
            self.limiter.throttled(Epoch(self.epoch.load(Ordering::Relaxed)));
        }
    }
}

impl<E> Reporter<E> {
    fn report(&self, attempt: Attempt) {
        (self.observer)(&self.account, &self.region, self.operation, attempt);
    }
}

impl<E> fmt::Debug for Reporter<E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Reporter").field("operation", &self.operation).finish_non_exhaustive()
    }
}

impl<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static> Intercept for Reporter<E> {
    fn name(&self) -> &'static str {
        "Reporter"
    }

    fn read_before_transmit(
        &self,
        _context: &BeforeTransmitInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        self.attempts.sent();
        self.report(Attempt::Sent);
        Ok(())
    }

    fn read_after_attempt(
        &self,
        context: &FinalizerInterceptorContextRef<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        if let Some(date) = context.response().and_then(date) {
            self.report(Attempt::Dated(date));
        }
        if let Some(Err(error)) = context.output_or_error() {
            let status = context.response().map(|response| response.status().as_u16());
            let cause = cause::<E>(error, status);
            self.attempts.failed(cause);
            self.report(Attempt::Failed(cause));
        }
        Ok(())
    }
}

/// The time of the response by AWS's clock: <https://www.rfc-editor.org/rfc/rfc9110#section-6.6.1>.
fn date(response: &HttpResponse) -> Option<Timestamp> {
    let date = DateTime::from_str(response.headers().get("date")?, Format::HttpDate).ok()?;
    Some(Timestamp::from_second(date.secs()))
}

fn cause<E: ProvideErrorMetadata + std::error::Error + Send + Sync + 'static>(
    error: &OrchestratorError<Error>,
    status: Option<u16>,
) -> Cause {
    if error.is_timeout_error() || error.as_connector_error().is_some_and(ConnectorError::is_timeout) {
        return Cause::TimeOut;
    }
    let code =
        error.as_operation_error().and_then(|error| error.downcast_ref::<E>()).and_then(ProvideErrorMetadata::code);
    Cause::of(error, code, status)
}
