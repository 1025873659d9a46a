//! The permissions that operations need.

/// The only operation of CloudWatch that plimsoll calls; all others belong to RDS.
pub const GET_METRIC_DATA: &str = "GetMetricData";

/// The permission of an operation: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html>.
#[must_use]
pub fn permission(operation: &str) -> String {
    let service = if operation == GET_METRIC_DATA { "cloudwatch" } else { "rds" };
    format!("{service}:{operation}")
}
