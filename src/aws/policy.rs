//! The IAM policy that allows actions.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

/// The resources of an action, without partition; an action that knows none is allowed on all.
///
/// <https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonrds.html>
fn resources(action: &str) -> Option<&'static str> {
    Some(match action {
        "rds:DescribeDBInstances" => "db:*",
        "rds:DescribeDBClusters" => "cluster:*",
        "rds:DescribeDBParameters" => "pg:*",
        "rds:DescribeDBClusterParameters" => "cluster-pg:*",
        "rds:DescribeDBProxies" | "rds:ListTagsForResource" => "db-proxy:*",
        _ => return None,
    })
}

/// A policy, as JSON to paste, that allows IAM actions in the partition of an ARN.
#[must_use]
pub fn policy<'a>(actions: impl Iterator<Item = &'a str>, arn: &str) -> String {
    let partition = arn.split(':').nth(1).filter(|partition| !partition.is_empty()).unwrap_or("aws");
    let mut by_resource: BTreeMap<String, BTreeSet<&str>> = BTreeMap::new();
    for action in actions {
        let resource =
            resources(action).map_or_else(|| "*".to_owned(), |kind| format!("arn:{partition}:rds:*:*:{kind}"));
        by_resource.entry(resource).or_default().insert(action);
    }
    let statement = |(resource, actions)| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
    let statements: Vec<_> = by_resource.into_iter().map(statement).collect();
    serde_json::to_string_pretty(&json!({"Version": "2012-10-17", "Statement": statements})).unwrap_or_default()
}
