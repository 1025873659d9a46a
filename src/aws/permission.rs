//! The permissions that operations need.

/// The only operation of CloudWatch that plimsoll calls.
pub const GET_METRIC_DATA: &str = "GetMetricData";

/// The only operation of Account Management that plimsoll calls; all others belong to RDS.
pub const LIST_REGIONS: &str = "ListRegions";

/// The permission of an operation: <https://docs.aws.amazon.com/service-authorization/latest/reference/reference.html>.
#[must_use]
pub fn permission(operation: &str) -> String {
    let service = match operation {
        GET_METRIC_DATA => "cloudwatch",
        LIST_REGIONS => "account",
        _ => "rds",
    };
    format!("{service}:{operation}")
}
