//! The simulated AWS as the real SDKs see it, and as other clients do.

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

const ACCOUNT: &str = "123456789012";
const OTHER: &str = "222222222222";
const REGION: &str = "eu-central-1";
/// 2026-11-21 12:00:30 UTC.
const NOON: i64 = 1_795_262_430;

/// A clock that stands until it is set.
#[derive(Clone)]
struct Hands(Arc<AtomicU64>);

impl Hands {
    fn at(seconds: i64) -> Self {
        Self(Arc::new(AtomicU64::new(seconds.unsigned_abs())))
    }

    fn set(&self, seconds: i64) {
        self.0.store(seconds.unsigned_abs(), Ordering::Relaxed);
    }

    fn clock(&self) -> Clock {
        let seconds = Arc::clone(&self.0);
        Arc::new(move || SystemTime::UNIX_EPOCH + Duration::from_secs(seconds.load(Ordering::Relaxed)))
    }
}

fn yace_fleet() -> Fleet {
    Fleet::from_json(include_str!("tests/yace_fleet.json")).unwrap()
}

async fn start(fleet: Fleet) -> (Sim, Hands) {
    let hands = Hands::at(NOON);
    let sim = Sim::start(fleet, Options { clock: hands.clock(), ..Options::default() }).await.unwrap();
    (sim, hands)
}

/// The SDK's own configuration with nothing changed but where it goes, and without retries.
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

type Answer = Result<Vec<MetricDataResult>, cloudwatch::Error>;

/// Asks for what lies between two ages in seconds.
async fn ask(client: &cloudwatch::Client, queries: Vec<MetricDataQuery>, from: i64, to: i64) -> Answer {
    let call = client.get_metric_data().set_metric_data_queries(Some(queries));
    let call = call.start_time(DateTime::from_secs(NOON - from)).end_time(DateTime::from_secs(NOON - to));
    Ok(call.send().await?.metric_data_results.unwrap_or_default())
}

fn points(result: &MetricDataResult) -> Vec<(i64, f64)> {
    result.timestamps().iter().map(DateTime::secs).zip(result.values().iter().copied()).collect()
}

/// Ages of the points in seconds, and their values.
async fn ages(client: &cloudwatch::Client, query: MetricDataQuery, from: i64) -> Vec<(i64, f64)> {
    let results = ask(client, vec![query], from, 0).await.unwrap();
    points(&results[0]).into_iter().map(|(at, value)| (NOON - at, value)).collect()
}

#[tokio::test]
async fn the_newest_points_come_first_aligned_and_after_the_delay() {
    let (sim, hands) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    // It is 12:00:30; two minutes late, the minute of 11:57 is the newest.
    assert_eq!(
        ages(&client, cpu("a"), 299).await,
        [(210, 12.5), (270, 12.5), (330, 12.5)],
        "the start is rounded down"
    );
    hands.set(NOON + 30);
    assert_eq!(ages(&client, cpu("a"), 270).await[0].0, 150);
    let call = client.get_metric_data().metric_data_queries(cpu("a")).scan_by(ScanBy::TimestampAscending);
    let call = call.start_time(DateTime::from_secs(NOON - 270)).end_time(DateTime::from_secs(NOON - 150));
    let answer = call.send().await.unwrap().metric_data_results.unwrap();
    let times: Vec<i64> = points(&answer[0]).iter().map(|(at, _)| NOON - at).collect();
    assert_eq!(times, [270, 210], "the start belongs to the range, the end does not");
    assert_eq!(answer[0].label(), Some("CPUUtilization"));
}

#[tokio::test]
async fn a_period_is_made_of_minutes() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let of = |stat, period| query("a", &[("DBInstanceIdentifier", "ledger")], "CPUUtilization", stat, period);
    for (stat, expected) in [("Sum", 62.5), ("SampleCount", 5.0), ("Average", 12.5), ("p90", 12.5), ("tm90", 12.5)] {
        // The period of 11:50 is the last one whose five minutes are all there; that of 11:55 still waits for two.
        let points = ages(&client, of(stat, 300), 900).await;
        assert_eq!(points.last(), Some(&(930, expected)), "{stat}");
        assert_eq!(points.iter().map(|(age, _)| *age).collect::<Vec<_>>(), [330, 630, 930], "{stat}");
    }
    assert_eq!(ages(&client, of("Sum", 300), 900).await[0], (330, 37.5));
}

#[tokio::test]
async fn dimensions_must_match_exactly() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let value = async |dimensions: &[(&str, &str)], metric| {
        let results = ask(&client, vec![query("a", dimensions, metric, "Average", 60)], 570, 0).await.unwrap();
        assert_eq!(results[0].status_code().map(cloudwatch::types::StatusCode::as_str), Some("Complete"));
        points(&results[0]).first().map(|(_, value)| *value)
    };
    assert_eq!(value(&[], "CPUUtilization").await, Some(17.0));
    assert_eq!(value(&[("Role", "WRITER"), ("DBClusterIdentifier", "web")], "CPUUtilization").await, Some(20.0));
    assert_eq!(value(&[("EngineName", "aurora-mysql")], "CPUUtilization").await, Some(15.0));
    assert_eq!(value(&[("Role", "WRITER")], "CPUUtilization").await, None);
    assert_eq!(value(&[("DBInstanceIdentifier", "ledger")], "EBSIOBalance%").await, Some(99.0));
    assert_eq!(
        value(&[("DBInstanceIdentifier", "ledger")], "FreeableMemory").await,
        None,
        "the fleet lists all there is"
    );
    assert_eq!(value(&[("DBInstanceIdentifier", "nobody")], "CPUUtilization").await, None);
}

#[tokio::test]
async fn limits_are_enforced_as_aws_does() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let refused = async |queries, from, to| {
        let error = ask(&client, queries, from, to).await.unwrap_err();
        error.code().map(str::to_owned).unwrap_or_default()
    };
    let many = |count: usize| (0..count).map(|n| cpu(&format!("q{n}"))).collect::<Vec<_>>();
    assert_eq!(refused(many(501), 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("a"), cpu("a")], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("A")], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu(&"a".repeat(256))], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("a")], 0, 600).await, "ValidationError");
    let odd = |stat, period| vec![query("a", &[], "CPUUtilization", stat, period)];
    assert_eq!(refused(odd("Average", 90), 570, 0).await, "ValidationError");
    assert_eq!(refused(odd("Mean", 60), 570, 0).await, "ValidationError");
    assert_eq!(ask(&client, many(500), 570, 0).await.unwrap().len(), 500);
    assert_eq!(sim.counts().of("GetMetricData").failed, 7);
}

#[tokio::test]
async fn pages_add_up_and_a_token_belongs_to_its_request() {
    let (sim, hands) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let call = |most| {
        let queries = vec![cpu("a"), cpu("hidden"), cpu("b")];
        let hide = |query: MetricDataQuery| {
            if query.id() == Some("hidden") { hidden(query) } else { query }
        };
        let call = client.get_metric_data().set_metric_data_queries(Some(queries.into_iter().map(hide).collect()));
        call.start_time(DateTime::from_secs(NOON - 1170)).end_time(DateTime::from_secs(NOON)).max_datapoints(most)
    };
    let whole = call(1000).send().await.unwrap().metric_data_results.unwrap();
    assert_eq!(whole.iter().map(|it| it.id().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    let mut pages = call(7).into_paginator().send();
    let (mut parts, mut statuses) = (vec![Vec::new(), Vec::new()], Vec::new());
    while let Some(page) = pages.next().await {
        for result in page.unwrap().metric_data_results.unwrap() {
            statuses.push(format!("{} {}", result.id().unwrap(), result.status_code().unwrap().as_str()));
            parts[usize::from(result.id() == Some("b"))].extend(points(&result));
        }
        hands.set(NOON + 60);
    }
    assert_eq!(parts, [points(&whole[0]), points(&whole[1])], "samples that come meanwhile change nothing");
    let expected = ["a PartialData", "a PartialData", "a Complete", "b PartialData", "b PartialData", "b Complete"];
    assert_eq!(statuses, expected);
    let token = call(7).send().await.unwrap().next_token.unwrap();
    for (most, token) in [(8, token.as_str()), (7, "junk")] {
        let error = cloudwatch::Error::from(call(most).next_token(token).send().await.unwrap_err());
        assert_eq!(error.code(), Some("InvalidNextToken"));
    }
}

fn hidden(query: MetricDataQuery) -> MetricDataQuery {
    MetricDataQuery::builder().set_id(query.id).set_metric_stat(query.metric_stat).return_data(false).build()
}

#[tokio::test]
async fn every_page_of_databases_is_listed_with_its_tags() {
    let mut fleet = Fleet::seeded(3, 250);
    fleet.instance("db-000001").unwrap().tags.insert("Team:Owner".to_owned(), "A & <B> ü".to_owned());
    let (sim, _) = start(fleet).await;
    let client = rds::Client::new(&sdk(&sim, "eu-west-1").await);
    let pages: Vec<_> = client.describe_db_instances().into_paginator().items().send().collect().await;
    let all: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.len(), 250);
    let owner = all[1].tag_list().iter().find(|tag| tag.key() == Some("Team:Owner")).and_then(|tag| tag.value());
    assert_eq!(owner, Some("A & <B> ü"));
    let ids: std::collections::BTreeSet<_> = all.iter().map(|it| it.dbi_resource_id().unwrap()).collect();
    assert_eq!(ids.len(), 250);
    assert_eq!(sim.counts().of("DescribeDBInstances").calls, 3);
    let small = client.describe_db_instances().max_records(20).into_paginator().send().collect::<Vec<_>>().await;
    assert_eq!(small.len(), 13);
    let error = client.describe_db_instances().max_records(10).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = client.describe_db_instances().db_instance_identifier("nobody").send().await.unwrap_err();
    assert!(error.into_service_error().is_db_instance_not_found_fault());
}

#[tokio::test]
async fn the_demo_fleet_says_what_aws_says() {
    let (sim, _) = start(Fleet::demo()).await;
    let client = rds::Client::new(&sdk(&sim, "eu-west-1").await);
    let instances = client.describe_db_instances().send().await.unwrap().db_instances.unwrap();
    let of = |id: &str| instances.iter().find(|it| it.db_instance_identifier() == Some(id)).unwrap();
    assert_eq!(of("orders").db_instance_arn(), Some("arn:aws:rds:eu-west-1:123456789012:db:orders"));
    assert_eq!(of("orders").max_allocated_storage(), Some(500));
    assert!(of("orders").latest_restorable_time().is_some());
    assert_eq!(of("orders-replica").read_replica_source_db_instance_identifier(), Some("orders"));
    assert_eq!(of("ledger").additional_storage_volumes()[0].allocated_storage(), Some(300));
    assert_eq!(of("ledger").processor_features()[0].value(), Some("1"));
    let newborn = of("newborn");
    assert!(
        newborn.instance_create_time().is_none()
            && newborn.endpoint().is_none()
            && newborn.certificate_details().is_none()
    );
    assert_eq!(of("scratch").tag_list().len(), 0);
    let clusters = client.describe_db_clusters().send().await.unwrap().db_clusters.unwrap();
    let names: Vec<_> = clusters.iter().filter_map(|it| it.db_cluster_identifier()).collect();
    assert_eq!(names, ["documents", "events", "graph", "web"]);
    let writers: Vec<_> =
        clusters[3].db_cluster_members().iter().map(rds::types::DbClusterMember::is_cluster_writer).collect();
    assert_eq!(writers, [Some(true), Some(false)]);
    assert_eq!(clusters[3].backtrack_window(), Some(86400));
    assert_eq!(
        clusters[1]
            .serverless_v2_scaling_configuration()
            .and_then(rds::types::ServerlessV2ScalingConfigurationInfo::max_capacity),
        Some(8.0)
    );
    let filter = rds::types::Filter::builder().name("engine").values("aurora-mysql").build();
    let found = client.describe_db_instances().filters(filter).send().await.unwrap().db_instances.unwrap();
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_role_leads_into_its_account_alone() {
    let mut fleet = yace_fleet();
    fleet.region(OTHER, REGION).instances.insert("theirs".to_owned(), Instance::of("mysql"));
    fleet.external_ids.insert(OTHER.to_owned(), "tell".to_owned());
    let sim = Sim::start(fleet, Options::default()).await.unwrap();
    let home = sdk(&sim, REGION).await;
    let role = |external_id: Option<&str>| {
        let builder = AssumeRoleProvider::builder(format!("arn:aws:iam::{OTHER}:role/reader"))
            .session_name("test")
            .configure(&home);
        if let Some(id) = external_id { builder.external_id(id) } else { builder }
    };
    let names = async |config: &aws_config::SdkConfig| {
        let answer = rds::Client::new(config).describe_db_instances().send().await.map_err(rds::Error::from)?;
        let ids = answer.db_instances.unwrap_or_default().into_iter().filter_map(|it| it.db_instance_identifier);
        Ok::<_, rds::Error>(ids.collect::<Vec<_>>())
    };
    assert_eq!(names(&home).await.unwrap().len(), 6);
    let with =
        |provider| home.clone().into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    assert_eq!(names(&with(role(Some("tell")).build().await)).await.unwrap(), ["theirs"]);
    assert!(names(&with(role(None).build().await)).await.is_err());
    assert_eq!(sim.counts().in_scope(OTHER, REGION, "DescribeDBInstances").calls, 1);
    assert_eq!(sim.counts().of("AssumeRole").failed, 1);
    assert_eq!(names(&sdk(&sim, "us-east-1").await).await.unwrap().len(), 0, "another region is another world");
}

#[tokio::test]
async fn faults_look_like_aws() {
    let (sim, _) = start(yace_fleet()).await;
    let (metrics, databases) = (cloudwatch_of(&sim).await, rds::Client::new(&sdk(&sim, REGION).await));
    for (effect, metrics_code, databases_code) in [
        (Effect::Throttle, Some("Throttling"), Some("Throttling")),
        (Effect::Denied, Some("AccessDenied"), Some("AccessDenied")),
        (Effect::Expired, Some("ExpiredToken"), Some("ExpiredToken")),
        (Effect::ServerError500, Some("InternalServiceError"), Some("InternalServiceError")),
        (Effect::Html503, None, None),
    ] {
        let id = sim.fault(Fault::new(effect).region(REGION));
        let error = ask(&metrics, vec![cpu("a")], 570, 0).await.unwrap_err();
        assert_eq!(error.code(), metrics_code, "{effect:?}");
        let error = databases.describe_db_instances().send().await.unwrap_err();
        assert_eq!(error.code(), databases_code, "{effect:?}");
        sim.lift(id);
    }
    sim.fault(Fault::new(Effect::Disconnect).times(1));
    assert!(databases.describe_db_instances().send().await.is_err());
    assert!(databases.describe_db_instances().send().await.is_ok());
}

#[tokio::test]
async fn a_silent_server_is_the_clients_problem() {
    let (sim, _) = start(yace_fleet()).await;
    let timeouts = aws_config::timeout::TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let config = sdk(&sim, REGION).await.into_builder().timeout_config(timeouts).build();
    let client = cloudwatch::Client::new(&config);
    for effect in [Effect::Hang, Effect::Stall] {
        let id = sim.fault(Fault::new(effect).operation("GetMetricData"));
        assert!(ask(&client, vec![cpu("a")], 570, 0).await.is_err());
        sim.lift(id);
    }
    sim.stop().await;
}

#[tokio::test]
async fn one_batch_or_one_result_can_fail_alone() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let other = || query("b", &[("DBInstanceIdentifier", "bare")], "CPUUtilization", "Average", 60);
    sim.fault(Fault::new(Effect::ServerError500).dimension_value("ledger"));
    assert!(ask(&client, vec![cpu("a"), other()], 570, 0).await.is_err());
    assert!(ask(&client, vec![other()], 570, 0).await.is_ok());
    sim.clear();
    for (effect, code, left) in [
        (Effect::PartialData, "PartialData", 3),
        (Effect::InternalErrorResult, "InternalError", 0),
        (Effect::ForbiddenResult, "Forbidden", 0),
    ] {
        sim.fault(Fault::new(effect).dimension_value("ledger"));
        let results = ask(&client, vec![cpu("a"), other()], 570, 0).await.unwrap();
        let seen = results.iter().map(|it| (it.status_code().unwrap().as_str(), it.values().len())).collect::<Vec<_>>();
        assert_eq!(seen, [(code, left), ("Complete", 7)]);
        sim.clear();
    }
}

#[tokio::test]
async fn pins_move_a_metric_at_once() {
    let (sim, hands) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let dimensions = "DBInstanceIdentifier=ledger";
    sim.pin(ACCOUNT, REGION, dimensions, "CPUUtilization", Some(91.0));
    assert_eq!(ages(&client, cpu("a"), 300).await, [(210, 91.0), (270, 91.0), (330, 91.0)]);
    sim.pin(ACCOUNT, REGION, dimensions, "CPUUtilization", None);
    hands.set(NOON + 600);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 91.0), (150, 91.0)], "the minutes before the silence stay");
    sim.unpin(ACCOUNT, REGION, dimensions, "CPUUtilization");
    assert_eq!(ages(&client, cpu("a"), 90).await, [(30, 12.5), (90, 12.5)]);
    hands.set(NOON);
    sim.point_once(ACCOUNT, REGION, dimensions, "CPUUtilization", 5.0, Duration::from_secs(20));
    assert_eq!(ages(&client, cpu("a"), 600).await, [(90, 5.0)]);
}

#[tokio::test]
async fn a_stopped_database_falls_silent_and_a_started_one_begins_anew() {
    let (sim, hands) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let status = |status: &str| sim.change(|fleet| fleet.instance("ledger").unwrap().status = status.to_owned());
    status("stopped");
    hands.set(NOON + 300);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 12.5), (150, 12.5)]);
    status("available");
    hands.set(NOON + 600);
    assert_eq!(ages(&client, cpu("a"), 150).await, [(90, 12.5), (150, 12.5)]);
    let results = ask(&client, vec![cpu("a")], 0, -600).await.unwrap();
    assert_eq!(points(&results[0]).last(), Some(&(NOON + 330, 12.5)));
}

#[tokio::test]
async fn calls_are_counted_as_they_are_billed() {
    let (sim, _) = start(yace_fleet()).await;
    let config = sdk(&sim, REGION).await.into_builder();
    let retry = aws_config::retry::RetryConfig::standard().with_initial_backoff(Duration::from_millis(1));
    let client = cloudwatch::Client::new(&config.retry_config(retry).build());
    sim.fault(Fault::new(Effect::Throttle).times(2));
    let of = |id, stat| query(id, &[("DBInstanceIdentifier", "ledger")], "CPUUtilization", stat, 60);
    let stats =
        [("a", "Average"), ("b", "Minimum"), ("c", "Maximum"), ("d", "Sum"), ("e", "SampleCount"), ("f", "p90")];
    let mut queries = stats.map(|(id, stat)| of(id, stat)).to_vec();
    queries.push(query("none", &[("DBInstanceIdentifier", "ledger")], "Nothing", "Sum", 60));
    ask(&client, queries, 570, 0).await.unwrap();
    let expected =
        Tally { calls: 1, attempts: 3, failed: 2, queries: 7, metrics: 2, billed: 3, datapoints: 42, empty: 1 };
    assert_eq!(sim.counts().of("GetMetricData"), expected);
    assert_eq!(sim.reset_counts().total(), expected);
    assert_eq!(sim.counts().total(), Tally::default());
}

#[tokio::test]
async fn a_live_curve_moves_between_two_samples() {
    let mut fleet = yace_fleet();
    let incident = Incident { start_s: 10.0, rise_s: 10.0, hold_s: 600.0, fall_s: 1.0, value: 90.0, repeat_s: None };
    let curve = Curve { incidents: vec![incident], ..Curve::constant(50.0) };
    let metrics = fleet.region(ACCOUNT, REGION).metrics.get_mut("DBInstanceIdentifier=ledger").unwrap();
    metrics.insert("CPUUtilization".to_owned(), curve);
    let hands = Hands::at(NOON);
    let delay = Some(Duration::ZERO);
    let options = Options { clock: hands.clock(), live: true, publication_delay: delay, ..Options::default() };
    let sim = Sim::start(fleet, options).await.unwrap();
    let client = cloudwatch_of(&sim).await;
    for (seconds, expected) in [(0, 50.0), (15, 70.0), (25, 90.0)] {
        hands.set(NOON + seconds);
        assert_eq!(ages(&client, cpu("a"), 150).await, [(90, expected), (150, 50.0)], "after {seconds} s");
    }
}

/// One request as any HTTP client sends it; status line and body come back.
async fn raw(sim: &Sim, headers: &str, body: &str) -> (String, String) {
    let mut stream = tokio::net::TcpStream::connect(sim.address).await.unwrap();
    let length = body.len();
    let request = format!(
        "POST / HTTP/1.1\r\nhost: aws\r\nconnection: close\r\ncontent-length: {length}\r\n{headers}\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    (head.to_ascii_lowercase(), body.to_owned())
}

const SIGNED: &str = "authorization: AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20261121/eu-central-1/any/aws4_request";

#[tokio::test]
async fn other_vendors_tools_are_served_too() {
    let (sim, _) = start(yace_fleet()).await;
    let target = |name: &str| format!("{SIGNED}\r\nx-amz-target: {name}");
    let list = target("GraniteServiceVersion20100801.ListMetrics");
    let (_, body) = raw(&sim, &list, r#"{"Namespace":"AWS/RDS","MetricName":"VolumeBytesUsed"}"#).await;
    let expected = r#"{"Metrics":[{"Dimensions":[{"Name":"DBClusterIdentifier","Value":"web"}],"MetricName":"VolumeBytesUsed","Namespace":"AWS/RDS"}]}"#;
    assert_eq!(body, expected);
    let resources = target("ResourceGroupsTaggingAPI_20170126.GetResources");
    let (_, body) =
        raw(&sim, &resources, r#"{"ResourceTypeFilters":["rds:db"],"TagFilters":[{"Key":"cost-center"}]}"#).await;
    assert!(body.contains("arn:aws:rds:eu-central-1:123456789012:db:ledger") && !body.contains("burst"), "{body}");
    let data = target("GraniteServiceVersion20100801.GetMetricData");
    let (head, body) = raw(&sim, &data, r#"{"StartTime":1,"EndTime":0,"MetricDataQueries":[{"Id":"a"}]}"#).await;
    assert!(head.contains("400 bad request") && head.contains("x-amzn-query-error: validationerror;sender"), "{head}");
    assert!(body.contains("StartTime must be less"), "{body}");
    let (_, body) = raw(&sim, SIGNED, "Action=GetCallerIdentity&Version=2011-06-15").await;
    assert!(body.contains("<Account>123456789012</Account>"), "{body}");
    let (head, body) = raw(&sim, "accept: */*", "Action=DescribeDBInstances").await;
    assert!(head.contains("403") && body.contains("<Code>MissingAuthenticationToken</Code>"), "{head}{body}");
    let (head, _) = raw(&sim, SIGNED, "Action=DeleteDBInstance").await;
    assert!(head.contains("400"), "{head}");
}

#[test]
fn a_fleet_file_is_checked() {
    let check = |inner: &str, expected: &str| {
        let text = format!(r#"{{"home_account":"1","accounts":{{"1":{{"eu-west-1":{{{inner}}}}}}}}}"#);
        let error = Fleet::from_json(&text).unwrap_err();
        let words =
            format!("{error} {}", std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default());
        assert!(words.contains(expected), "{words}");
    };
    check(r#""instances":{"a":{"engine":"mysql","cluster":"c"}}"#, "`a` in the fleet file names the cluster `c`");
    check(r#""instances":{"a":{"engine":"mysql","source":"b"}}"#, "names the source `b`");
    check(r#""instances":{"a":{}}"#, "`a` in the fleet file has no engine");
    check(r#""instances":{"a":{"engin":"mysql"}}"#, "unknown field `engin`");
    check(r#""clusters":{"c":{"engine":"aurora-mysql","writer":"w"}}"#, "names the writer `w`");
    check(r#""metrics":{"ledger":{}}"#, "`ledger`");
}

#[test]
fn a_seeded_fleet_is_mixed_and_the_same_for_the_same_seed() {
    let fleet = Fleet::seeded(1, 1000);
    assert_eq!(fleet, Fleet::seeded(1, 1000));
    assert_ne!(fleet, Fleet::seeded(2, 1000));
    let region = &fleet.accounts[ACCOUNT]["eu-west-1"];
    assert_eq!(region.instances.len(), 1000);
    let share = |wanted: fn(&Instance) -> bool| region.instances.values().filter(|it| wanted(it)).count();
    let near = |count: usize, expected: usize| count.abs_diff(expected) <= 50;
    assert!(near(share(|it| it.engine == "postgres"), 350), "{}", share(|it| it.engine == "postgres"));
    assert!(near(share(|it| it.engine == "mysql"), 250), "{}", share(|it| it.engine == "mysql"));
    assert!(near(share(|it| it.cluster.is_some()), 280), "{}", share(|it| it.cluster.is_some()));
    assert!(share(|it| it.status == "stopped") > 0 && share(|it| it.source.is_some()) > 0);
}

#[test]
fn the_demo_shows_one_database_over_its_own_line_and_its_neighbour_below() {
    let fleet = Fleet::demo();
    let timing = Timing { started: NOON, speed: fleet.speed, delay: 0, live: true };
    let world = World::new(fleet, timing);
    let scope = Scope { account: ACCOUNT.to_owned(), region: "eu-west-1".to_owned() };
    let value = |id: &str, after: i64| {
        let now = NOON + after;
        let series = world.series(&scope, &format!("DBInstanceIdentifier={id}"), "CPUUtilization").unwrap();
        series.sample(now.div_euclid(60) * 60 - 60, now).unwrap()
    };
    for (after, range) in
        [(0, 60.0..64.0), (30, 80.0..90.0), (55, 80.0..90.0), (90, 90.0..97.0), (170, 90.0..97.0), (250, 60.0..64.0)]
    {
        assert!(range.contains(&value("orders", after)), "orders after {after} s: {}", value("orders", after));
        assert!(value("billing", after) < 97.0);
    }
}
