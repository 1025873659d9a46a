//! Clients: one set of credentials per account, one pair of clients per account and region.

use std::marker::PhantomData;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_rds::error::{ProvideErrorMetadata, SdkError};
use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use tokio::sync::Semaphore;

use super::attempt::{Attempt, Observer, Reporter};
use super::cause::Cause;
use super::failure::Failure;
use super::proxy_tags::ProxyTags;
use super::whole;
use crate::config::Account;

/// The time-out of one attempt. A full response takes about one second, and the SDK has no default.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The time-out of a call with all its attempts and pauses.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(40);

/// Attempts of one call: the SDK's default, set so that it does not change with the SDK.
const ATTEMPTS: u32 = 3;

/// Calls to one service in flight per account and region: enough to reach the quota of datapoints of `GetMetricData`, few
/// enough for 50 calls a second.
const CALLS_PER_SERVICE: usize = 25;

/// Calls in flight in the whole process: bounds memory, about half a megabyte a call.
const CALLS_PER_PROCESS: usize = 32;

/// The name of the role session in CloudTrail.
const SESSION_NAME: &str = "plimsoll";

/// Settings that replace those of the SDK's configuration.
#[derive(Debug, Clone, Default)]
pub struct Access {
    /// Endpoint of every service.
    pub endpoint: Option<String>,
    /// Access key and secret.
    pub credentials: Option<(String, String)>,
    /// The region.
    pub region: Option<String>,
}

/// Why no client can be made.
#[derive(Debug, thiserror::Error)]
pub enum ConnectError {
    /// Neither configuration nor the default chain names a region.
    #[error(
        "account `{0}` has no region: set `regions` in the configuration, or AWS_REGION, or a region in the AWS profile"
    )]
    NoRegion(String),
}

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
    observer: Observer,
}

/// Limits concurrent calls, so that a service that fails in one scope does not delay the others.
pub(super) struct CallLimiter {
    process: Arc<Semaphore>,
    service: Semaphore,
    single: Semaphore,
    is_silent: AtomicBool,
}

/// Makes the clients of every account and region.
///
/// Reads the environment and profiles; makes no request.
///
/// # Errors
/// An account without a region.
pub async fn connect(accounts: &[Account], access: &Access, observer: &Observer) -> Result<Vec<Target>, ConnectError> {
    let base = loader(access).load().await;
    let process = Arc::new(Semaphore::new(CALLS_PER_PROCESS));
    let mut targets = Vec::new();
    for account in accounts {
        let config = account_config(account, &base).await;
        for region in regions(account, &base)? {
            targets.push(Target::new(&account.name, region, &config, observer, &process));
        }
    }
    Ok(targets)
}

fn loader(access: &Access) -> ConfigLoader {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12())
        .http_client(whole::client())
        .retry_config(RetryConfig::standard().with_max_attempts(ATTEMPTS))
        .timeout_config(
            TimeoutConfig::builder()
                .operation_attempt_timeout(ATTEMPT_TIMEOUT)
                .operation_timeout(OPERATION_TIMEOUT)
                .build(),
        )
        // The attempt's time-out covers the body, too, and its error is the clearer one.
        .stalled_stream_protection(StalledStreamProtectionConfig::disabled())
        .identity_cache(IdentityCache::lazy().build());
    if let Some(endpoint) = &access.endpoint {
        loader = loader.endpoint_url(endpoint);
    }
    if let Some((key, secret)) = &access.credentials {
        loader = loader.credentials_provider(Credentials::new(key, secret, None, None, "given"));
    }
    if let Some(region) = &access.region {
        loader = loader.region(Region::new(region.clone()));
    }
    loader
}

/// The base configuration, or the same with an assumed role whose credentials all regions share.
async fn account_config(account: &Account, base: &SdkConfig) -> SdkConfig {
    let Some(role) = &account.role_arn else {
        return base.clone();
    };
    let mut provider = AssumeRoleProvider::builder(role).session_name(SESSION_NAME).configure(base);
    if let Some(region) = account.regions.first() {
        provider = provider.region(Region::new(region.clone()));
    }
    if let Some(id) = &account.external_id {
        provider = provider.external_id(id);
    }
    let credentials = SharedCredentialsProvider::new(provider.build().await);
    base.to_builder().credentials_provider(credentials).build()
}

fn regions(account: &Account, base: &SdkConfig) -> Result<Vec<String>, ConnectError> {
    if !account.regions.is_empty() {
        return Ok(account.regions.clone());
    }
    let region = base.region().ok_or_else(|| ConnectError::NoRegion(account.name.clone()))?;
    Ok(vec![region.to_string()])
}

impl Target {
    fn new(account: &str, region: String, config: &SdkConfig, observer: &Observer, process: &Arc<Semaphore>) -> Self {
        let config = config.to_builder().region(Region::new(region.clone())).build();
        Self {
            account: account.into(),
            region: region.into(),
            rds: aws_sdk_rds::Client::new(&config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
            rds_limiter: Arc::new(CallLimiter::new(process)),
            cloudwatch_limiter: Arc::new(CallLimiter::new(process)),
            tags_of_proxies: Arc::default(),
            observer: Arc::clone(observer),
        }
    }

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
    fn new(process: &Arc<Semaphore>) -> Self {
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
