//! The simulated AWS compared with software that this project did not write.
//!
//! boto3 reads its answers in every protocol, and the exporter serves the same series for one fleet in `MiniStack` and in
//! the simulated AWS.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use plimsoll::sim::{Cluster, Effect, Fault, Fleet, Instance, Options};
use serde_json::{Value, json};

use super::{create, create_cluster, create_member, put, settled};
use crate::support::boto::{Boto, Call};
use crate::support::databases::REGION;
use crate::support::emulator::Emulator;
use crate::support::exporter::Launch;
use crate::support::scrape::{Scrape, Series};
use crate::support::simulated::SimulatedAws;

/// The account of all callers in `MiniStack`.
const ACCOUNT: &str = "000000000000";
const CBOR: &str = "smithy-rpc-v2-cbor";
const FIVE_MINUTES: u64 = 300;
/// The newest minute may be seven minutes old when a test begins.
const PATIENT: &str = "[polling.age_limit]\nminute = \"14m\"\n";
/// As far as any query of an instance's metrics looks back, and of a cluster's.
const PAST: u64 = 20 * 60;
const PAST_OF_CLUSTERS: u64 = 5 * 3600;

const ORDERS: &[(&str, &str)] = &[("plimsoll/CPUUtilization", "80/90"), ("plimsoll/FreeStorageSpace", "20GiB/10GiB")];
const REPLICA: &[(&str, &str)] = &[("plimsoll/ReplicaLag", "30s/5m")];
const SHOP: &[(&str, &str)] = &[("plimsoll/BurstBalance", "40/20"), ("plimsoll/CPUUtilization", "eighty")];
const WEB: &[(&str, &str)] = &[("plimsoll/CPUUtilization", "70/85"), ("team", "web")];
const WEB_1: &[(&str, &str)] = &[("plimsoll/CPUUtilization/critical", "95")];

fn tagged(instance: Instance, tags: &[(&str, &str)]) -> Instance {
    Instance { tags: owned(tags), ..instance }
}

fn owned(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

/// One fleet for the simulated AWS.
fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let replica = Instance { source: Some("orders".to_owned()), ..Instance::of("postgres") };
    let burst =
        Instance { class: "db.t3.medium".to_owned(), storage_type: Some("gp2".to_owned()), ..Instance::of("mysql") };
    let member =
        Instance { class: "db.r6g.large".to_owned(), cluster: Some("web".to_owned()), ..Instance::of("aurora-mysql") };
    let instances = [
        ("orders", tagged(Instance::of("postgres"), ORDERS)),
        ("orders-replica", tagged(replica, REPLICA)),
        ("shop", tagged(burst, SHOP)),
        ("web-1", tagged(member.clone(), WEB_1)),
        ("web-2", member),
    ];
    region.instances.extend(instances.map(|(id, instance)| (id.to_owned(), instance)));
    let web = Cluster { engine: "aurora-mysql".to_owned(), tags: owned(WEB), ..Cluster::default() };
    region.clusters.insert("web".to_owned(), web);
    fleet
}

/// The calls that create the same fleet in `MiniStack`, with the versions of the simulated AWS.
fn created(described: &Value) -> Vec<Call<'static>> {
    let version = |id: &str| {
        let instances = described["DBInstances"].as_array().unwrap();
        instances.iter().find(|it| it["DBInstanceIdentifier"] == id).unwrap()["EngineVersion"].clone()
    };
    let rds = |id, storage_type, class| json!({"EngineVersion": version(id), "StorageType": storage_type, "DBInstanceClass": class});
    let replica = json!({
        "DBInstanceIdentifier": "orders-replica", "SourceDBInstanceIdentifier": "orders",
        "DBInstanceClass": "db.m6g.large", "StorageType": "gp3", "Tags": super::tag_list(REPLICA),
    });
    let mut web = create_cluster("web", "aurora-mysql", WEB);
    web.arguments["EngineVersion"] = version("web-1");
    vec![
        create("orders", "postgres", ORDERS, rds("orders", "gp3", "db.m6g.large")),
        Call { service: "rds", operation: "create_db_instance_read_replica", arguments: replica },
        create("shop", "mysql", SHOP, rds("shop", "gp2", "db.t3.medium")),
        web,
        create_member("web-1", "web", WEB_1),
        create_member("web-2", "web", &[]),
    ]
}

/// The simulated AWS with a clock that stands still, so that both sides have the same data however long a test takes.
fn at(moment: u64) -> SimulatedAws {
    let clock = move || SystemTime::UNIX_EPOCH + Duration::from_secs(moment);
    let options = Options { clock: Arc::new(clock), publication_delay: Some(Duration::ZERO), ..Options::default() };
    SimulatedAws::start(fleet(), options)
}

fn describe(operation: &str) -> Call<'_> {
    Call { service: "rds", operation, arguments: json!({}) }
}

fn list_metrics() -> Call<'static> {
    Call { service: "cloudwatch", operation: "list_metrics", arguments: json!({"Namespace": "AWS/RDS"}) }
}

/// Every minute of each of these metrics.
fn get_metric_data(metrics: &[Value], moment: u64, past: u64) -> Call<'static> {
    let query = |(number, metric)| json!({"Id": format!("q{number}"), "MetricStat": {"Metric": metric, "Period": 60, "Stat": "Average"}});
    let queries: Vec<Value> = metrics.iter().enumerate().map(query).collect();
    let arguments = json!({"MetricDataQueries": queries, "StartTime": moment - past, "EndTime": moment});
    Call { service: "cloudwatch", operation: "get_metric_data", arguments }
}

/// The metrics of all resources with this dimension.
fn metrics_of(dimension: &str, listed: &Value) -> Vec<Value> {
    assert!(listed.get("NextToken").is_none(), "more than one page");
    let metrics = listed["Metrics"].as_array().unwrap();
    let is_of_kind = |metric: &&Value| metric["Dimensions"][0]["Name"] == dimension;
    metrics.iter().filter(is_of_kind).cloned().collect()
}

/// The data of one side as `PutMetricData` of the other.
fn copied(metrics: &[Value], data: &Value) -> Vec<Value> {
    let results = data["MetricDataResults"].as_array().unwrap();
    assert_eq!(results.len(), metrics.len());
    let datum = |metric: &Value, (at, value): (&Value, &Value)| {
        let (name, dimensions) = (&metric["MetricName"], &metric["Dimensions"]);
        json!({"MetricName": name, "Dimensions": dimensions, "Timestamp": at, "Value": value})
    };
    let of_one = |(metric, result): (&Value, &Value)| -> Vec<Value> {
        let (times, values) = (result["Timestamps"].as_array().unwrap(), result["Values"].as_array().unwrap());
        times.iter().zip(values).map(|point| datum(metric, point)).collect()
    };
    metrics.iter().zip(results).flat_map(of_one).collect()
}

/// Without the settings of the info series that the fleet leaves to each side.
fn of_fleet_only(labels: &BTreeMap<String, String>) -> BTreeMap<&str, &str> {
    let invented = [
        "auto_minor",
        "backup_retention",
        "ca",
        "deletion_protection",
        "encrypted",
        "multi_az",
        "public",
        "storage_type",
    ];
    let kept = labels.iter().filter(|(name, _)| !invented.contains(&name.as_str()));
    kept.map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

/// All series except timestamps and values that each side invents. `MiniStack` gives replicas without backups a time to
/// which they can be restored, and with it a default level.
fn comparable(page: &Scrape) -> BTreeMap<String, f64> {
    let differs = [
        "aws_rds_backup_retention_seconds",
        "aws_rds_certificate_expiry_timestamp_seconds",
        "aws_rds_latest_restorable_timestamp_seconds",
        "aws_rds_restorable_lag_threshold",
    ];
    let of_fleet = |series: &&Series| {
        let own = ["plimsoll_resource_info", "plimsoll_resource_status", "plimsoll_threshold_issue"];
        series.name.starts_with("aws_rds_") || own.contains(&series.name.as_str())
    };
    let series = page.series.iter().filter(of_fleet).filter(|series| !differs.contains(&series.name.as_str()));
    series.map(|series| (format!("{} {:?}", series.name, of_fleet_only(&series.labels)), series.value)).collect()
}

#[track_caller]
fn series_from(endpoint: &str) -> BTreeMap<String, f64> {
    let exporter = Launch::against(endpoint).config(PATIENT).start();
    exporter.wait_until_ready();
    comparable(&exporter.metrics())
}

#[test]
fn one_fleet_has_the_same_series_in_ministack_and_in_the_simulated_aws() {
    let moment = settled(FIVE_MINUTES);
    let (ours, theirs) = (at(moment), Emulator::ministack());
    let boto = Boto::at(&ours.endpoint());
    let answers = boto.call(&[describe("describe_db_instances"), list_metrics()]);
    let mut calls = created(&answers[0]);
    for (dimension, past) in [("DBInstanceIdentifier", PAST), ("DBClusterIdentifier", PAST_OF_CLUSTERS)] {
        let metrics = metrics_of(dimension, &answers[1]);
        let data = boto.call(&[get_metric_data(&metrics, moment, past)]);
        calls.push(put(&copied(&metrics, &data[0])));
    }
    theirs.boto().call(&calls);

    let (ours, theirs) = (series_from(&ours.endpoint()), series_from(&theirs.endpoint()));
    let names = |series: &BTreeMap<String, f64>| series.keys().cloned().collect::<Vec<_>>();
    snapbox::assert_data_eq!(names(&ours).join("\n"), snapbox::Data::text(names(&theirs).join("\n")).raw());
    assert!(ours.len() > 150, "{}", ours.len());
    for (series, value) in &ours {
        let theirs = theirs[series];
        assert!((value - theirs).abs() <= 1e-9 * value.abs(), "{series}: {value} here, {theirs} there");
    }
}

#[test]
fn boto3_reads_the_same_answers_in_every_protocol() {
    let moment = settled(FIVE_MINUTES);
    let aws = at(moment);
    let json = Boto::at(&aws.endpoint());
    let cbor = Boto::at(&aws.endpoint()).with_protocol(CBOR);
    let metrics = metrics_of("DBInstanceIdentifier", &json.call(&[list_metrics()])[0]);
    let calls = [list_metrics(), get_metric_data(&metrics, moment, PAST)];
    let (in_json, in_cbor) = (json.call(&calls), cbor.call(&calls));
    assert_eq!(in_json, in_cbor);
    let results = in_cbor[1]["MetricDataResults"].as_array().unwrap();
    assert_eq!(results.len(), metrics.len());
    assert!(results.iter().all(|result| result["StatusCode"] == "Complete"));
    assert!(results.iter().any(|result| result["Values"].as_array().unwrap().len() == 20));
}

#[test]
fn boto3_reads_descriptions() {
    let aws = at(settled(FIVE_MINUTES));
    let boto = Boto::at(&aws.endpoint());
    let who = Call { service: "sts", operation: "get_caller_identity", arguments: json!({}) };
    let answers = boto.call(&[describe("describe_db_instances"), describe("describe_db_clusters"), who]);
    let instances = answers[0]["DBInstances"].as_array().unwrap();
    let orders = instances.iter().find(|it| it["DBInstanceIdentifier"] == "orders").unwrap();
    assert_eq!(orders["DBInstanceArn"], "arn:aws:rds:eu-west-1:000000000000:db:orders");
    assert_eq!(orders["AllocatedStorage"], 100);
    assert_eq!(orders["TagList"], super::tag_list(ORDERS));
    assert!(orders["InstanceCreateTime"].is_f64(), "a time: {orders}");
    let replica = instances.iter().find(|it| it["DBInstanceIdentifier"] == "orders-replica").unwrap();
    assert_eq!(replica["ReadReplicaSourceDBInstanceIdentifier"], "orders");
    let members = answers[1]["DBClusters"][0]["DBClusterMembers"].as_array().unwrap();
    let writers: Vec<_> = members.iter().filter(|it| it["IsClusterWriter"] == true).collect();
    assert_eq!((members.len(), writers.len()), (2, 1));
    assert_eq!(answers[2]["Account"], ACCOUNT);
}

#[test]
fn boto3_reads_errors() {
    let aws = at(settled(FIVE_MINUTES));
    let protocols = [Boto::at(&aws.endpoint()), Boto::at(&aws.endpoint()).with_protocol(CBOR)];
    let errors = [
        (Effect::Throttle, "Throttling"),
        (Effect::Denied, "AccessDenied"),
        (Effect::Expired, "ExpiredToken"),
        (Effect::ServerError500, "InternalServiceError"),
    ];
    for boto in &protocols {
        for (effect, _) in errors {
            aws.fault(Fault::new(effect).operation("ListMetrics").times(1));
        }
        let answers = boto.try_call(&[list_metrics(), list_metrics(), list_metrics(), list_metrics()]);
        let codes: Vec<&Value> = answers.iter().map(|answer| &answer["Error"]["Code"]).collect();
        assert_eq!(codes, errors.map(|(_, code)| code), "{answers:#?}");
    }
}
