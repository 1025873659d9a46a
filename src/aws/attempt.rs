//! Reports every attempt of a call, so that the counters include the SDK's retries.

use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

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
    pub(super) error: PhantomData<fn() -> E>,
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
            self.report(Attempt::Failed(cause::<E>(error, status)));
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
