//! moto, for what `MiniStack` lacks: paging, other accounts, and checks of signatures and policies.
//!
//! moto cannot serve `CloudWatch` to this SDK (404). Thresholds are served all the same.

use serde_json::{Value, json};

use super::create;
use crate::support::boto::Call;
use crate::support::client;
use crate::support::databases::{CPU_LEVEL, INSTANCE};
use crate::support::emulator::Emulator;
use crate::support::exporter::Launch;
use crate::support::scrape::Scrape;

const OTHER_ACCOUNT: &str = "222222222222";
const ROLE: &str = "arn:aws:iam::222222222222:role/plimsoll";

fn assume() -> Call<'static> {
    let arguments = json!({"RoleArn": ROLE, "RoleSessionName": "test"});
    Call { service: "sts", operation: "assume_role", arguments }
}

#[track_caller]
fn served(launch: Launch) -> Scrape {
    let exporter = launch.start();
    exporter.wait_until_ready();
    exporter.metrics()
}

#[test]
fn every_page_and_every_account_is_read() {
    let emulator = Emulator::moto();
    let tags = [("plimsoll/CPUUtilization", "80/90")];
    let mut calls: Vec<Call> =
        (0..130).map(|number| create(&format!("db-{number:03}"), "postgres", &tags, json!({}))).collect();
    calls.push(assume());
    let answers = emulator.boto().call(&calls);
    let key = answers[130]["Credentials"]["AccessKeyId"].as_str().unwrap();
    emulator.boto().with_key(key).call(&[create("theirs", "mysql", &[("plimsoll/CPUUtilization", "95")], json!({}))]);

    let config = format!("[[account]]\nname = \"home\"\n[[account]]\nname = \"other\"\nrole_arn = \"{ROLE}\"\n");
    let page = served(Launch::against(&emulator.endpoint()).config(&config));
    for number in 0..130 {
        assert_eq!(page.cpu_level(&format!("db-{number:03}"), "warning"), Some(80.0), "{number}");
    }
    // A page holds a hundred; on a busy machine a second listing may have begun.
    let listed = [("account", "home"), ("operation", "DescribeDBInstances")];
    assert!(page.total("plimsoll_aws_requests_total", &listed) >= 2);
    let theirs = [(INSTANCE, "theirs"), ("account_id", OTHER_ACCOUNT), ("severity", "critical")];
    assert_eq!(page.value(CPU_LEVEL, &theirs), Some(95.0));
    let task = [("account", "other"), ("account_id", OTHER_ACCOUNT), ("region", "eu-west-1"), ("task", "instances")];
    assert!(page.value("plimsoll_last_success_timestamp_seconds", &task).is_some());
    assert!(page.total("plimsoll_aws_errors_total", &[("operation", "GetMetricData"), ("code", "other")]) > 0);
}

/// From now on moto checks signatures and policies. Returns the key and secret of a user who may list instances only.
#[track_caller]
fn may_list_instances_only(emulator: &Emulator) -> (String, String) {
    let policy = json!({
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "rds:DescribeDBInstances", "Resource": "*"}],
    });
    let iam = |operation, arguments: Value| Call { service: "iam", operation, arguments };
    let answers = emulator.boto().call(&[
        create("orders", "postgres", &[("plimsoll/CPUUtilization", "80/90")], json!({})),
        iam("create_user", json!({"UserName": "lister"})),
        iam(
            "put_user_policy",
            json!({"UserName": "lister", "PolicyName": "list", "PolicyDocument": policy.to_string()}),
        ),
        iam("create_access_key", json!({"UserName": "lister"})),
    ]);
    let plain = [("Content-Type", "text/plain")];
    let reset = client::request(emulator.address(), "POST", "/moto-api/reset-auth", &plain, b"0").unwrap();
    assert_eq!(reset.status, 200);
    let of_key = |part: &str| answers[3]["AccessKey"][part].as_str().unwrap().to_owned();
    (of_key("AccessKeyId"), of_key("SecretAccessKey"))
}

#[test]
fn missing_permissions_and_wrong_signatures_are_denials() {
    let emulator = Emulator::moto();
    let (key, secret) = may_list_instances_only(&emulator);
    let launch = |secret: &str| {
        let launch = Launch::against(&emulator.endpoint());
        launch.env("AWS_ACCESS_KEY_ID", &key).env("AWS_SECRET_ACCESS_KEY", secret)
    };
    // On a busy machine a second round may have begun, so how often does not matter.
    let denied = |page: &Scrape, operation| {
        page.total("plimsoll_aws_errors_total", &[("operation", operation), ("code", "denied")]) > 0
    };

    let page = served(launch(&secret));
    assert_eq!((page.cpu_level("orders", "warning"), page.cpu_level("orders", "critical")), (Some(80.0), Some(90.0)));
    assert_eq!((denied(&page, "DescribeDBInstances"), denied(&page, "DescribeDBClusters")), (false, true));

    let page = served(launch("not the secret"));
    assert_eq!((denied(&page, "DescribeDBInstances"), denied(&page, "DescribeDBClusters")), (true, true));
    assert_eq!(page.count("plimsoll_resource_info", &[]), 0);
}
