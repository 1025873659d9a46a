//! Tests of the simulated AWS with the real SDKs: what they share.

use std::sync::atomic::{AtomicU64, Ordering};

use aws_config::sts::AssumeRoleProvider;
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_sdk_cloudwatch as cloudwatch;
use aws_sdk_cloudwatch::error::ProvideErrorMetadata;
use aws_sdk_cloudwatch::types::{Dimension, Metric, MetricDataQuery, MetricDataResult, MetricStat, ScanBy};
use aws_sdk_rds as rds;
use cloudwatch::primitives::DateTime;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::*;

mod databases;
mod faults;
mod fleets;
mod handle;
mod metrics;
mod protocols;

const ACCOUNT: &str = "123456789012";
const OTHER: &str = "222222222222";
const REGION: &str = "eu-central-1";
/// 2026-11-21 12:00:30 UTC.
const NOON: i64 = 1_795_262_430;

/// A clock that a test sets.
#[derive(Clone)]
struct TestClock(Arc<AtomicU64>);

impl TestClock {
    fn at(seconds: i64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds.unsigned_abs())))
    }

    fn set(&self, seconds: i64) {
        self.0.store(seconds.unsigned_abs(), Ordering::Relaxed);
    }

    fn as_clock(&self) -> Clock {
        let seconds = Arc::clone(&self.0);
        Arc::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed)))
    }
}

fn yace_fleet() -> Fleet {
    Fleet::from_json(include_str!("../../tests/fixtures/yace/fleet.json")).unwrap()
}

async fn start(fleet: Fleet) -> (Sim, TestClock) {
    let clock = TestClock::at(NOON);
    let sim = Sim::start(fleet, Options { clock: clock.as_clock(), ..Options::default() }).await.unwrap();
    (sim, clock)
}

/// The default configuration of the SDK with the endpoint of the simulated AWS, without retries.
async fn sdk(sim: &Sim, region: &'static str) -> aws_config::SdkConfig {
    aws_config::defaults(aws_config::BehaviorVersion::latest())
        .region(region)
        .endpoint_url(sim.endpoint())
        .retry_config(aws_config::retry::RetryConfig::disabled())
        .credentials_provider(Credentials::new("AKIDEXAMPLE", "secret", None, None, "test"))
        .load()
        .await
}

async fn cloudwatch_of(sim: &Sim) -> cloudwatch::Client {
    cloudwatch::Client::new(&sdk(sim, REGION).await)
}

fn query(id: &str, dimensions: &[(&str, &str)], metric: &str, stat: &str, period: i32) -> MetricDataQuery {
    let dimension = |(name, value): &(&str, &str)| Dimension::builder().name(*name).value(*value).build();
    let dimensions = dimensions.iter().map(dimension).collect();
    let metric = Metric::builder().namespace("AWS/RDS").metric_name(metric).set_dimensions(Some(dimensions)).build();
    let stat = MetricStat::builder().metric(metric).period(period).stat(stat).build();
    MetricDataQuery::builder().id(id).metric_stat(stat).build()
}

fn cpu(id: &str) -> MetricDataQuery {
    query(id, &[("DBInstanceIdentifier", "ledger")], "CPUUtilization", "Average", 60)
}

type DataResult = Result<Vec<MetricDataResult>, cloudwatch::Error>;

/// Queries the points between two ages in seconds.
async fn get_points(client: &cloudwatch::Client, queries: Vec<MetricDataQuery>, from: i64, to: i64) -> DataResult {
    let call = client.get_metric_data().set_metric_data_queries(Some(queries));
    let call = call.start_time(DateTime::from_secs(NOON - from)).end_time(DateTime::from_secs(NOON - to));
    Ok(call.send().await?.metric_data_results.unwrap_or_default())
}

fn points(result: &MetricDataResult) -> Vec<(i64, f64)> {
    result.timestamps().iter().map(DateTime::secs).zip(result.values().iter().copied()).collect()
}

/// Ages of the points in seconds, and their values.
async fn ages(client: &cloudwatch::Client, query: MetricDataQuery, from: i64) -> Vec<(i64, f64)> {
    let results = get_points(client, vec![query], from, 0).await.unwrap();
    points(&results[0]).into_iter().map(|(at, value)| (NOON - at, value)).collect()
}
