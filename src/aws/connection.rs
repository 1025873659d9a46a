//! Connections: one set of credentials per account, and the clients of its regions.

use std::collections::HashMap;
use std::marker::PhantomData;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use aws_config::identity::IdentityCache;
use aws_config::retry::RetryConfig;
use aws_config::stalled_stream_protection::StalledStreamProtectionConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_smithy_runtime_api::client::identity::ResolveCachedIdentity;
use tokio::sync::Semaphore;

use super::attempt::{Attempt, Attempts, Observer, Reporter};
use super::cause::Cause;
use super::clients::Target;
use super::credentials::{KeptCredentials, RENEWED_BEFORE};
use super::failure::Failure;
use super::limiter::{CallLimiter, Limiters};
use super::partition::{HOME_REGION, always_enabled};
use super::whole;
use crate::config::{Account, Config, Filters, Regions};

/// The time-out of one attempt. A full response takes about one second, and the SDK has no default.
const ATTEMPT_TIMEOUT: Duration = Duration::from_secs(10);

/// The time-out of a call with all its attempts and pauses: the deadline of its tick, less than the shortest interval by
/// default. A call that fails is made again by its round.
const OPERATION_TIMEOUT: Duration = Duration::from_secs(40);

/// Attempts of one call: the SDK's default, set so that it does not change with the SDK.
const ATTEMPTS: u32 = 3;

/// Calls in flight in the whole process: bounds memory, about half a megabyte a call.
const CALLS_PER_PROCESS: usize = 32;

/// The name of role sessions in CloudTrail, if the account has none of its own.
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

/// One account with its credentials.
pub struct Connection {
    account: Account,
    filters: Arc<Filters>,
    /// With the credentials that list resources.
    rds: SdkConfig,
    /// With the credentials that query metrics.
    cloudwatch: SdkConfig,
    /// The region of the default chain.
    chain_region: Option<String>,
    /// The region in which Account Management is called.
    home_region: String,
    pub(super) account_management: aws_sdk_account::Client,
    /// That of the calls to Account Management.
    pub(super) limiter: Arc<CallLimiter>,
    shared: Arc<Shared>,
}

/// What all connections share.
struct Shared {
    observer: Observer,
    calls: Arc<Semaphore>,
    limiters: Mutex<HashMap<AccountInRegion, Limiters>>,
}

/// The account that AWS counts calls for, `None` for that of the default chain, and the region.
type AccountInRegion = (Option<String>, String);

/// Makes connections. All that it makes share the limits of calls and the credentials of the default chain.
pub struct Connector {
    base: SdkConfig,
    shared: Arc<Shared>,
}

impl Connector {
    /// Reads the environment and profiles; makes no request.
    pub async fn new(access: &Access, observer: &Observer) -> Self {
        let base = kept(loader(access).load().await);
        let calls = Arc::new(Semaphore::new(CALLS_PER_PROCESS));
        let shared = Shared { observer: Arc::clone(observer), calls, limiters: Mutex::default() };
        Self { base, shared: Arc::new(shared) }
    }

    /// Makes a connection for each account; makes no request.
    ///
    /// # Errors
    /// An account without a region.
    pub async fn connect(&self, config: &Config) -> Result<Vec<Connection>, ConnectError> {
        let mut connections = Vec::new();
        for account in &config.accounts {
            if account.regions == Regions::OfChain && self.base.region().is_none_or(|region| region.as_ref().is_empty())
            {
                return Err(ConnectError::NoRegion(account.name.clone()));
            }
            let filters = config.filters(&account.name);
            // The future of the SDK's provider is too large for the stack of a command.
            connections.push(Box::pin(Connection::new(account, filters, &self.base, &self.shared)).await);
        }
        Ok(connections)
    }
}

/// Makes a connection for each account, once.
///
/// Reads the environment and profiles; makes no request.
///
/// # Errors
/// An account without a region.
pub async fn connect(config: &Config, access: &Access, observer: &Observer) -> Result<Vec<Connection>, ConnectError> {
    Connector::new(access, observer).await.connect(config).await
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
        .identity_cache(identity_cache());
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
async fn role_config(account: &Account, base: &SdkConfig) -> SdkConfig {
    let Some(role) = &account.role_arn else {
        return base.clone();
    };
    let session_name = account.session_name.as_deref().unwrap_or(SESSION_NAME);
    let mut provider = AssumeRoleProvider::builder(role).session_name(session_name).configure(base);
    if let Some(region) = sts_region(account, base) {
        provider = provider.region(Region::new(region));
    }
    if let Some(id) = &account.external_id {
        provider = provider.external_id(&id.0);
    }
    let credentials = SharedCredentialsProvider::new(KeptCredentials::new(provider.build().await));
    // A cache of its own: one that all accounts share would hold those of 64 accounts only.
    base.to_builder().credentials_provider(credentials).identity_cache(identity_cache()).build()
}

/// The same with credentials of the default chain that outlive an outage of their source.
fn kept(base: SdkConfig) -> SdkConfig {
    let Some(chain) = base.credentials_provider() else { return base };
    let credentials = SharedCredentialsProvider::new(KeptCredentials::new(chain));
    base.to_builder().credentials_provider(credentials).build()
}

fn identity_cache() -> impl ResolveCachedIdentity + 'static {
    IdentityCache::lazy().buffer_time(RENEWED_BEFORE).build()
}

/// The region whose STS is called, if it is not that of the default chain.
fn sts_region(account: &Account, base: &SdkConfig) -> Option<String> {
    match &account.regions {
        Regions::Named(names) => names.first().cloned(),
        Regions::OfChain => None,
        Regions::Enabled => Some(home_region(account, base)),
    }
}

/// A region of the account's partition in which Account Management can be called.
fn home_region(account: &Account, base: &SdkConfig) -> String {
    match account.role_arn.as_deref().and_then(|arn| arn.split(':').nth(1)) {
        Some("aws-cn") => "cn-north-1".to_owned(),
        Some("aws-us-gov") => "us-gov-west-1".to_owned(),
        _ => base.region().map_or(HOME_REGION, Region::as_ref).to_owned(),
    }
}

fn in_region(config: &SdkConfig, region: &str) -> SdkConfig {
    config.to_builder().region(Region::new(region.to_owned())).build()
}

impl Connection {
    async fn new(account: &Account, filters: Filters, base: &SdkConfig, shared: &Arc<Shared>) -> Self {
        let rds = role_config(account, base).await;
        let home_region = home_region(account, base);
        Self {
            account: account.clone(),
            filters: Arc::new(filters),
            cloudwatch: if account.source_account.is_some() { base.clone() } else { rds.clone() },
            account_management: aws_sdk_account::Client::new(&in_region(&rds, &home_region)),
            limiter: Limiters::new(&shared.calls).rds,
            rds,
            chain_region: base.region().map(ToString::to_string),
            home_region,
            shared: Arc::clone(shared),
        }
    }

    /// The configured account.
    #[must_use]
    pub const fn account(&self) -> &Account {
        &self.account
    }

    /// Whether another one has the same settings, so that this one with its credentials can go on in its place.
    #[must_use]
    pub fn is_same_as(&self, other: &Self) -> bool {
        self.account == other.account && self.filters == other.filters
    }

    /// The regions that the configuration or the default chain names; `None` for those that AWS lists.
    #[must_use]
    pub fn named_regions(&self) -> Option<Vec<String>> {
        match &self.account.regions {
            Regions::OfChain => Some(self.chain_region.iter().cloned().collect()),
            Regions::Named(names) => Some(names.clone()),
            Regions::Enabled => None,
        }
    }

    /// The regions that no account of the partition can disable.
    #[must_use]
    pub fn always_enabled_regions(&self) -> Vec<String> {
        always_enabled(&self.home_region).collect()
    }

    /// The clients of one region.
    #[must_use]
    pub fn target(&self, region: &str) -> Target {
        let of_role = self.account.role_arn.as_deref().and_then(account_of);
        let of_cloudwatch = of_role.filter(|_| self.account.source_account.is_none());
        let limiters = Limiters {
            cloudwatch: self.shared.limiters(of_cloudwatch, region).cloudwatch,
            rds: self.shared.limiters(of_role, region).rds,
        };
        Target {
            account: self.account.name.as_str().into(),
            region: region.into(),
            rds: aws_sdk_rds::Client::new(&in_region(&self.rds, region)),
            cloudwatch: aws_sdk_cloudwatch::Client::new(&in_region(&self.cloudwatch, region)),
            sts: aws_sdk_sts::Client::new(&in_region(&self.rds, region)),
            limiters,
            tags_of_proxies: Arc::default(),
            filters: Arc::clone(&self.filters),
            source_account: self.account.source_account.as_deref().map(Arc::from),
            observer: Arc::clone(&self.shared.observer),
        }
    }

    pub(super) fn reporter<E>(&self, operation: &'static str) -> Reporter<E> {
        Reporter {
            account: self.account.name.as_str().into(),
            region: self.home_region.as_str().into(),
            operation,
            observer: Arc::clone(&self.shared.observer),
            attempts: Attempts::new(&self.limiter, 0),
            error: PhantomData,
        }
    }

    /// Counts a failure of an operation whose responses are valid, but together exceed a limit.
    pub(super) fn exceeded(&self, operation: &'static str, limit: String) -> Failure {
        let attempt = Attempt::Failed(Cause::TooLarge);
        (self.shared.observer)(&self.account.name, &self.home_region, operation, attempt);
        Failure::too_large(operation, limit)
    }
}

impl Shared {
    /// AWS counts the calls of an account and region, whichever role makes them.
    fn limiters(&self, account: Option<&str>, region: &str) -> Limiters {
        let mut limiters = self.limiters.lock().unwrap_or_else(PoisonError::into_inner);
        let limiters = limiters.entry((account.map(str::to_owned), region.to_owned()));
        limiters.or_insert_with(|| Limiters::new(&self.calls)).clone()
    }
}

/// The account id in the ARN of a role, such as `arn:aws:iam::123456789012:role/monitoring`.
fn account_of(role_arn: &str) -> Option<&str> {
    role_arn.split(':').nth(4)
}
