//! Series and label names, exactly as YACE makes them.

use super::Statistic;

/// The series of a metric and statistic: `CPUUtilization`, `Average` → `aws_rds_cpuutilization_average`.
#[must_use]
pub fn series(_metric: &str, _statistic: Statistic) -> String {
    String::new()
}

/// The threshold series of a metric: `CPUUtilization` → `aws_rds_cpuutilization_threshold`.
#[must_use]
pub fn threshold(_metric: &str) -> String {
    String::new()
}

/// The label of a tag: `cost-center` → `tag_cost_center`; `None` when no valid label name comes of it.
#[must_use]
pub fn tag_label(_key: &str) -> Option<String> {
    None
}
