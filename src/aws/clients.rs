//! Clients: one pair per account and region, with limits of concurrent calls.

use std::marker::PhantomData;
use std::sync::Arc;

use super::attempt::{Attempt, Attempts, Observer, Reporter};
use super::cause::Cause;
use super::failure::Failure;
use super::limiter::{CallLimiter, LimiterStatus, Limiters};
use super::proxy_tags::ProxyTags;
use crate::config::Filters;

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
    pub(super) filters: Arc<Filters>,
    /// The account of the metrics, if it is not that of the CloudWatch client.
    pub(super) source_account: Option<Arc<str>>,
    pub(super) observer: Observer,
}

impl Target {
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
