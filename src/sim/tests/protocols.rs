//! Requests of clients other than the Rust SDKs.

use super::*;

/// Sends a request and returns the head, in lowercase, and the body of its response.
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
