//! Words of the catalogue as documents say them.

use crate::catalog::{Condition, Denominator};

/// Where a condition holds.
pub(super) fn condition(condition: Condition) -> String {
    let words = match condition {
        Condition::BurstableClass => "classes `db.t*`",
        Condition::ThrottledClass => "classes `db.t2.*`",
        Condition::UnlimitedClass => "classes `db.t3.*`, `db.t4g.*` and later ones",
        Condition::Serverless => "Serverless v2",
        Condition::InstanceStore => "classes with NVMe disks",
        Condition::LocalStorage => "provisioned Aurora members, classes with NVMe disks",
        Condition::BurstableEbs => "classes with burstable disk bandwidth",
        Condition::SwapMeasured => "classes that measure it",
        Condition::BurstingGp2 => "gp2 volumes that live on burst credits",
        Condition::DedicatedLogVolume => "with a dedicated log volume",
        Condition::Backups => "with automated backups",
        Condition::Replica => "replicas",
        Condition::Writer => "writers",
        Condition::Reader => "readers",
        Condition::ClusterReplicates => "in clusters that replicate from outside",
        Condition::PerformanceInsights => "with Performance Insights or Database Insights",
        Condition::Backtrack => "with backtrack",
        Condition::WriteForwarding => "with write forwarding",
        Condition::NeverPauses => "in clusters that never pause",
        Condition::GlobalDatabase => "in global databases",
        Condition::OnlyWhenNamed => "asked only when a tag or the configuration names it",
        Condition::AuroraMysqlFrom(oldest) => return aurora_mysql_from(oldest),
    };
    words.to_owned()
}

/// Aurora writes its versions as `3.08.0`.
fn aurora_mysql_from(oldest: &[(u32, u32, u32)]) -> String {
    let versions: Vec<String> =
        oldest.iter().map(|(major, minor, patch)| format!("{major}.{minor:02}.{patch}")).collect();
    format!("Aurora MySQL from {}", versions.join(" and "))
}

/// What a share is a share of.
pub(super) const fn denominator(denominator: Denominator) -> &'static str {
    match denominator {
        Denominator::AllocatedStorage => "allocated storage",
        Denominator::LogVolumeSize => "the log volume",
        Denominator::LogStorage => "the log volume, else allocated storage",
        Denominator::InstanceMemory => "memory",
        Denominator::MaxConnections => "max connections",
        Denominator::Vcpus => "vCPUs",
        Denominator::MaxAcu => "the most capacity units",
        Denominator::ProvisionedIops => "provisioned IOPS",
        Denominator::ProvisionedThroughput => "provisioned throughput",
        Denominator::NetworkBandwidth => "network bandwidth",
    }
}
