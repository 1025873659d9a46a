//! Clients: one set of credentials per account, one pair of clients per account and region.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::Arc;
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use tokio::sync::Semaphore;

use super::attempt::{Attempt, Attempts, Observer, Reporter};
use super::cause::Cause;
use super::failure::Failure;
use super::limiter::{CallLimiter, LimiterStatus, Limiters};
use super::proxy_tags::ProxyTags;
use super::whole;
use crate::config::Account;

/// The time-out of one attempt. A full response takes about one second, and the SDK has no default.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The time-out of a call with all its attempts and pauses: the deadline of its tick, less than the shortest interval by
/// default. A call that fails is made again by its round.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(40);

/// Attempts of one call: the SDK's default, set so that it does not change with the SDK.
const ATTEMPTS: u32 = 3;

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
    pub(super) sts: aws_sdk_sts::Client,
    pub(super) limiters: Limiters,
    pub(super) tags_of_proxies: Arc<ProxyTags>,
    observer: Observer,
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
    let (mut targets, mut limiters) = (Vec::new(), HashMap::new());
    for account in accounts {
        let config = account_config(account, &base).await;
        for region in regions(account, &base)? {
            // AWS counts the calls of an account and region, whichever role makes them.
            let key = (account.role_arn.as_deref().and_then(account_of), region.clone());
            let limiters = limiters.entry(key).or_insert_with(|| Limiters::new(&process)).clone();
            targets.push(Target::new(&account.name, region, &config, observer, limiters));
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

/// The account id in the ARN of a role, such as `arn:aws:iam::123456789012:role/monitoring`.
fn account_of(role_arn: &str) -> Option<&str> {
    role_arn.split(':').nth(4)
}

fn regions(account: &Account, base: &SdkConfig) -> Result<Vec<String>, ConnectError> {
    if !account.regions.is_empty() {
        return Ok(account.regions.clone());
    }
    let region = base.region().ok_or_else(|| ConnectError::NoRegion(account.name.clone()))?;
    Ok(vec![region.to_string()])
}

impl Target {
    fn new(account: &str, region: String, config: &SdkConfig, observer: &Observer, limiters: Limiters) -> Self {
        let config = config.to_builder().region(Region::new(region.clone())).build();
        Self {
            account: account.into(),
            region: region.into(),
            rds: aws_sdk_rds::Client::new(&config),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&config),
            sts: aws_sdk_sts::Client::new(&config),
            limiters,
            tags_of_proxies: Arc::default(),
            observer: Arc::clone(observer),
        }
    }

    /// What the limiters of its services do.
    #[must_use]
    pub fn limiters(&self) -> [(&'static str, LimiterStatus); 2] {
        self.limiters.status()
    }

    /// Reports the attempts of a call to RDS.
    pub(super) fn reporter<E>(&self, operation: &'static str) -> Reporter<E> {
        self.reporter_to(&self.limiters.rds, operation, 0)
    }

    /// Reports the attempts of a call to a limiter, too; each of them is for so many datapoints.
    pub(super) fn reporter_to<E>(
        &self,
        limiter: &Arc<CallLimiter>,
        operation: &'static str,
        points: usize,
    ) -> Reporter<E> {
        Reporter {
            attempts: Attempts::new(limiter, points),
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
