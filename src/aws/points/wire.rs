//! Takes the place of the SDK's writer and reader in one call: the SDK resolves, signs, sends and retries it as any other.

use std::sync::{Arc, Mutex, PoisonError};

use aws_sdk_cloudwatch::error::BoxError;
use aws_smithy_runtime_api::client::interceptors::Intercept;
use aws_smithy_runtime_api::client::interceptors::context::{
    BeforeDeserializationInterceptorContextMut, BeforeTransmitInterceptorContextMut,
};
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use aws_smithy_types::config_bag::ConfigBag;
use bytes::Bytes;

use super::page::Page;

/// An empty map in CBOR: all that is left for the SDK to read.
const EMPTY: &[u8] = &[0xa0];

/// Sends a body as it is, and keeps the page that comes back.
#[derive(Debug, Clone)]
pub(super) struct Wire {
    body: Bytes,
    page: Arc<Mutex<Option<Page>>>,
}

impl Wire {
    pub(super) fn new(body: Vec<u8>) -> Self {
        Self { body: body.into(), page: Arc::default() }
    }

    /// The page of the attempt that succeeded.
    pub(super) fn take(&self) -> Option<Page> {
        self.page.lock().unwrap_or_else(PoisonError::into_inner).take()
    }
}

impl Intercept for Wire {
    fn name(&self) -> &'static str {
        "Wire"
    }

    fn modify_before_signing(
        &self,
        context: &mut BeforeTransmitInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let request = context.request_mut();
        request.headers_mut().insert("content-length", self.body.len().to_string());
        *request.body_mut() = SdkBody::from(self.body.clone());
        Ok(())
    }

    /// A body that cannot be read fails the call, also one that the SDK can read: its values would be missing without an error.
    fn modify_before_deserialization(
        &self,
        context: &mut BeforeDeserializationInterceptorContextMut<'_>,
        _components: &RuntimeComponents,
        _config: &mut ConfigBag,
    ) -> Result<(), BoxError> {
        let response = context.response_mut();
        if !response.status().is_success() {
            return Ok(());
        }
        let page = Page::read(response.body().bytes().unwrap_or_default())?;
        *self.page.lock().unwrap_or_else(PoisonError::into_inner) = Some(page);
        *response.body_mut() = SdkBody::from(EMPTY);
        Ok(())
    }
}
