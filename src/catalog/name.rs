//! Series and label names, exactly as YACE makes them; those of a metric are made by its row.
//!
//! Text in, text out: <https://github.com/prometheus-community/yet-another-cloudwatch-exporter>, `pkg/promutil`.

/// The series that says of a level that its metric has no value, by the labels `metric` and `reason`.
pub const UNWATCHED: &str = "plimsoll_threshold_unwatched";

/// The series that counts the levels of a resource, by the label `source`.
pub const RESOURCE_THRESHOLDS: &str = "plimsoll_resource_thresholds";

/// The series that counts the events of a service's resources, by the label `category`.
#[must_use]
pub fn events(prefix: &str) -> String {
    format!("{prefix}_events_total")
}

/// What becomes an underscore.
const SEPARATORS: [char; 15] = [' ', ',', '\t', '/', '\\', '.', '-', ':', '=', '@', '<', '>', '(', ')', '“'];

/// What the series of a metric have in common, from the prefix of its service: `aws_x`, `QueueLength` →
/// `aws_x_queue_length`.
///
/// A metric that begins with a word of the prefix does not repeat it.
#[must_use]
pub fn base(prefix: &str, metric: &str) -> String {
    let name = snake(metric);
    let mut skip = 0;
    for word in prefix.split('_') {
        if name[skip..].starts_with(word) {
            skip = word.len();
        }
    }
    let rest = &name[skip..];
    format!("{prefix}_{}", rest.strip_prefix('_').unwrap_or(rest))
}

/// A name in lower case with an underscore at each step from lower case or a digit to upper case.
#[must_use]
pub fn snake(text: &str) -> String {
    let mut name = String::with_capacity(text.len() + 8);
    let mut previous = None;
    for char in text.chars() {
        if char.is_uppercase() && previous.is_some_and(|last: char| last.is_lowercase() || last.is_ascii_digit()) {
            name.push('_');
        }
        push(&mut name, char.to_lowercase());
        previous = Some(char);
    }
    name
}

/// A label name in the case of the text: `DBInstanceIdentifier` stays, `cost-center` → `cost_center`.
#[must_use]
pub fn label(text: &str) -> String {
    let mut name = String::with_capacity(text.len());
    push(&mut name, text.chars());
    name
}

/// The label of a CloudWatch dimension: `ClusterName` → `dimension_ClusterName`.
#[must_use]
pub fn dimension_label(dimension: &str) -> String {
    format!("dimension_{}", label(dimension))
}

/// The label of a tag: `cost-center` → `tag_cost_center`; `None` when no valid label name comes of it.
///
/// The part after `tag_` must be a label name by itself: a key such as `1st` has no label.
#[must_use]
pub fn tag_label(key: &str) -> Option<String> {
    let name = label(key);
    let is_valid = name.starts_with(|char: char| char == '_' || char.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte == b'_' || byte.is_ascii_alphanumeric());
    is_valid.then(|| format!("tag_{name}"))
}

/// Appends characters with separators replaced; they are not squeezed, and others pass through.
fn push(name: &mut String, chars: impl Iterator<Item = char>) {
    for char in chars {
        match char {
            '%' => name.push_str("_percent"),
            separator if SEPARATORS.contains(&separator) => name.push('_'),
            other => name.push(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PREFIX: &str = "aws_rds";

    #[track_caller]
    fn check(metric: &str, statistic: &str, expected: &str) {
        let statistic: crate::catalog::Statistic = statistic.parse().unwrap();
        assert_eq!(format!("{}_{}", base(PREFIX, metric), snake(&statistic.to_string())), expected);
    }

    #[test]
    fn series_are_named_as_yace_names_them() {
        check("CPUUtilization", "Average", "aws_rds_cpuutilization_average");
        check("CPUUtilization", "Maximum", "aws_rds_cpuutilization_maximum");
        check("CPUUtilization", "SampleCount", "aws_rds_cpuutilization_sample_count");
        check("CPUUtilization", "p99.9", "aws_rds_cpuutilization_p99_9");
        check("FreeStorageSpace", "Average", "aws_rds_free_storage_space_average");
        check("FreeableMemory", "Average", "aws_rds_freeable_memory_average");
        check("SwapUsage", "Average", "aws_rds_swap_usage_average");
        check("DatabaseConnections", "Sum", "aws_rds_database_connections_sum");
        check("DiskQueueDepth", "Average", "aws_rds_disk_queue_depth_average");
        check("ReadIOPS", "Average", "aws_rds_read_iops_average");
        check("WriteLatency", "Average", "aws_rds_write_latency_average");
        check("ReadThroughput", "Average", "aws_rds_read_throughput_average");
        check("CPUCreditBalance", "Average", "aws_rds_cpucredit_balance_average");
        check("EBSIOBalance%", "Average", "aws_rds_ebsiobalance_percent_average");
        check("EBSByteBalance%", "Average", "aws_rds_ebsbyte_balance_percent_average");
        check("DBLoad", "Average", "aws_rds_dbload_average");
        check("DBLoadCPU", "Average", "aws_rds_dbload_cpu_average");
        check("DBLoadNonCPU", "Average", "aws_rds_dbload_non_cpu_average");
        check("DBLoadRelativeToNumVCPUs", "Average", "aws_rds_dbload_relative_to_num_vcpus_average");
        check("ACUUtilization", "Average", "aws_rds_acuutilization_average");
        check("ServerlessDatabaseCapacity", "Average", "aws_rds_serverless_database_capacity_average");
        check("MaximumUsedTransactionIDs", "Maximum", "aws_rds_maximum_used_transaction_ids_maximum");
        check("BinLogDiskUsage", "Average", "aws_rds_bin_log_disk_usage_average");
        check("AuroraGlobalDBReplicationLag", "Average", "aws_rds_aurora_global_dbreplication_lag_average");
        check("AuroraGlobalDBRPOLag", "Average", "aws_rds_aurora_global_dbrpolag_average");
        check("AuroraReplicaLagMaximum", "Average", "aws_rds_aurora_replica_lag_maximum_average");
        check("VolumeReadIOPs", "Average", "aws_rds_volume_read_iops_average");
        check("TempStorageIops", "Average", "aws_rds_temp_storage_iops_average");
        check("TempStorageIOPS", "Average", "aws_rds_temp_storage_iops_average");
        check("ReadIOPSLocalStorage", "Average", "aws_rds_read_iopslocal_storage_average");
        check("DMLLatency", "Average", "aws_rds_dmllatency_average");
        check("FailedSQLServerAgentJobsCount", "Average", "aws_rds_failed_sqlserver_agent_jobs_count_average");
        check("RDSToAuroraPostgreSQLReplicaLag", "Average", "aws_rds_to_aurora_postgre_sqlreplica_lag_average");
        check("ReadLatency", "TM(10%:90%)", "aws_rds_read_latency_tm_10_percent_90_percent_");
    }

    #[test]
    fn names_without_statistic() {
        assert_eq!(base(PREFIX, "AllocatedStorage"), "aws_rds_allocated_storage");
        assert_eq!(base(PREFIX, "info"), "aws_rds_info");
        assert_eq!(base(PREFIX, "AWSThing"), "aws_rds_thing");
        assert_eq!(base(PREFIX, "RDS-Thing"), "aws_rds_thing");
        assert_eq!(base("aws_docdb", "DBInstanceReplicaLag"), "aws_docdb_dbinstance_replica_lag");
        assert_eq!(base("aws_neptune", "NCUUtilization"), "aws_neptune_ncuutilization");
    }

    #[test]
    fn labels_keep_their_case_and_snake_does_not() {
        assert_eq!(label("DBInstanceIdentifier"), "DBInstanceIdentifier");
        assert_eq!(snake("DBInstanceIdentifier"), "dbinstance_identifier");
        assert_eq!(snake("DBClusterIdentifier"), "dbcluster_identifier");
        assert_eq!(snake("DatabaseClass"), "database_class");
        assert_eq!(snake("EngineName"), "engine_name");
        assert_eq!(snake("a - B%"), "a___b_percent");
        assert_eq!(snake("r5Large"), "r5_large");
    }

    #[test]
    fn a_tag_has_a_label_only_if_its_key_makes_a_valid_one() {
        let check = |key: &str, expected: Option<&str>| assert_eq!(tag_label(key).as_deref(), expected, "{key}");
        check("Owner", Some("tag_Owner"));
        check("cost-center", Some("tag_cost_center"));
        check("aws:cloudformation:stack-name", Some("tag_aws_cloudformation_stack_name"));
        check("team name", Some("tag_team_name"));
        check("a@b=c/d.e", Some("tag_a_b_c_d_e"));
        check("_1", Some("tag__1"));
        check("1st", None);
        check("cost+centre", None);
        check("Équipe", None);
        check("", None);
    }
}
