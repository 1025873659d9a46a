//! The built binary against AWS emulators that this project did not write.
//!
//! The exporter gets only the endpoint, a region and credentials that are not checked. boto3 creates databases and puts
//! metrics through the emulators' own APIs.

use std::time::{SystemTime, UNIX_EPOCH};

use serde_json::{Value, json};

use crate::support::boto::Call;

mod ministack;
mod moto;
mod simulated;

/// `CreateDBInstance` with the parameters that every emulator requires.
fn create(id: &str, engine: &str, tags: &[(&str, &str)], more: Value) -> Call<'static> {
    let mut arguments = json!({
        "DBInstanceIdentifier": id, "Engine": engine, "DBInstanceClass": "db.m6g.large", "AllocatedStorage": 100,
        "MasterUsername": "somebody", "MasterUserPassword": "something", "Tags": tag_list(tags),
    });
    merge(&mut arguments, more);
    Call { service: "rds", operation: "create_db_instance", arguments }
}

fn create_cluster(id: &str, engine: &str, tags: &[(&str, &str)]) -> Call<'static> {
    let arguments = json!({
        "DBClusterIdentifier": id, "Engine": engine, "MasterUsername": "somebody", "MasterUserPassword": "something",
        "Tags": tag_list(tags),
    });
    Call { service: "rds", operation: "create_db_cluster", arguments }
}

/// A member of an Aurora cluster: its storage, user and password are the cluster's.
fn create_member(id: &str, cluster: &str, tags: &[(&str, &str)]) -> Call<'static> {
    let arguments = json!({
        "DBInstanceIdentifier": id, "DBClusterIdentifier": cluster, "Engine": "aurora-mysql",
        "DBInstanceClass": "db.r6g.large", "Tags": tag_list(tags),
    });
    Call { service: "rds", operation: "create_db_instance", arguments }
}

fn tag_list(tags: &[(&str, &str)]) -> Value {
    tags.iter().map(|(key, value)| json!({"Key": key, "Value": value})).collect()
}

fn merge(arguments: &mut Value, more: Value) {
    if let (Value::Object(arguments), Value::Object(more)) = (arguments, more) {
        arguments.extend(more);
    }
}

/// Points of one metric of one instance, as `PutMetricData` takes them: the second of each and its value.
fn points(id: &str, metric: &str, points: &[(u64, f64)]) -> Vec<Value> {
    let dimensions = json!([{"Name": "DBInstanceIdentifier", "Value": id}]);
    let datum = |(at, value): &(u64, f64)| json!({"MetricName": metric, "Dimensions": dimensions, "Timestamp": at, "Value": value});
    points.iter().map(datum).collect()
}

fn put(data: &[Value]) -> Call<'static> {
    let arguments = json!({"Namespace": "AWS/RDS", "MetricData": data});
    Call { service: "cloudwatch", operation: "put_metric_data", arguments }
}

fn now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs()
}

/// The end of the last period that the exporter reads: two minutes have passed since its last minute.
fn settled(period: u64) -> u64 {
    let published = now() - 120;
    published - published % period
}
