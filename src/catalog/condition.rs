//! When a metric exists: a closed set of conditions, each decided from what Describe says.
//!
//! An undecidable condition holds: a query without an answer costs a little, a metric that is never queried hides an alert.

use super::capacity::local_storage;
use super::class;
use crate::resource::{Described, Engine, GIB, Role, Volume};

/// One condition on a resource.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Condition {
    /// The class earns CPU credits: `db.t*`.
    BurstableClass,
    /// The class is throttled when its CPU credits are spent: `db.t2`.
    ThrottledClass,
    /// The class buys CPU credits when its own are spent: `db.t3`, `db.t4g` and later ones.
    UnlimitedClass,
    /// The class is `db.serverless`, or the cluster may have such members: Aurora Serverless v2.
    Serverless,
    /// The class has `NVMe` disks, such as `db.r6gd`: on Aurora `PostgreSQL` these are the Optimized Reads classes.
    InstanceStore,
    /// It has local space for temporary files: provisioned Aurora members, else classes with `NVMe` disks.
    LocalStorage,
    /// AWS publishes how large the local storage of the class is.
    SizedLocalStorage,
    /// The class pays for disk bandwidth above its baseline with credits.
    BurstableEbs,
    /// Swap is measured: not on some classes of Aurora.
    SwapMeasured,
    /// The storage is gp2 and small enough to live on burst credits.
    BurstingGp2,
    /// Storage autoscaling does not keep it from filling: a volume does not grow, or has grown to its maximum.
    FixedStorage,
    /// The storage is not magnetic.
    SolidState,
    /// The transaction logs have a volume of their own.
    DedicatedLogVolume,
    /// Automated backups are on.
    Backups,
    /// It replays from another instance: a read replica, or a reader of a Multi-AZ DB cluster.
    Replica,
    /// It replays from no other instance: neither a read replica nor a reader.
    Primary,
    /// It is no member of a cluster.
    Standalone,
    /// It is the member of its cluster that takes writes.
    Writer,
    /// It is a member of its cluster that only reads.
    Reader,
    /// Its cluster replicates from outside. Binary log replication set up by hand does not show in Describe.
    ClusterReplicates,
    /// Performance Insights or Database Insights is on.
    PerformanceInsights,
    /// Its cluster can be backtracked.
    Backtrack,
    /// Its cluster forwards writes.
    WriteForwarding,
    /// Aurora `MySQL` of one of these major versions, not older than what stands here.
    AuroraMysqlFrom(&'static [AuroraMysqlVersion]),
    /// Its cluster may not pause when nobody uses it.
    NeverPauses,
    /// The cluster is a part of a global database. Whether it is the primary, which has no lag, does not show.
    GlobalDatabase,
    /// Nothing in Describe shows it: queried only when configuration or a tag names the metric.
    OnlyWhenNamed,
}

/// A version of Aurora `MySQL`: major, minor and patch, `(3, 8, 0)` for `8.0.mysql_aurora.3.08.0`.
pub type AuroraMysqlVersion = (u32, u32, u32);

/// The newest major version of Aurora `MySQL` that the catalogue was written for.
const NEWEST_AURORA_MYSQL: u32 = 3;

impl Condition {
    /// Whether the condition holds for a resource, as far as Describe can tell.
    #[must_use]
    pub fn holds(self, resource: &Described) -> bool {
        let facts = &resource.facts;
        match self {
            Self::BurstableClass => is_class(resource, |family| family.starts_with('t')),
            Self::ThrottledClass => is_class(resource, |family| family == "t2"),
            Self::UnlimitedClass => {
                is_class(resource, |family| family.starts_with('t') && !matches!(family, "t1" | "t2"))
            }
            Self::Serverless if resource.kind.is_cluster() => facts.serverless != Some(false),
            Self::Serverless => is_class(resource, |family| family == "serverless"),
            Self::LocalStorage if resource.engine.is_aurora() => is_class(resource, |family| family != "serverless"),
            Self::InstanceStore | Self::LocalStorage => has_instance_store(resource),
            Self::SizedLocalStorage => local_storage::limit(resource).is_some(),
            Self::BurstableEbs => class::ebs(&resource.class).is_none_or(|ebs| ebs.is_burstable()),
            Self::SwapMeasured => is_swap_measured(resource),
            Self::BurstingGp2 => is_bursting_gp2(resource),
            Self::FixedStorage => !grows(resource),
            Self::SolidState => facts.storage_type.as_deref() != Some("standard"),
            Self::DedicatedLogVolume => facts.dedicated_log_volume,
            Self::Backups => facts.backup_retention_days != Some(0),
            Self::Replica => facts.is_replica || (resource.cluster.is_some() && facts.role != Some(Role::Writer)),
            Self::Primary => !facts.is_replica && facts.role != Some(Role::Reader),
            Self::Standalone => resource.cluster.is_none(),
            Self::Writer => facts.role != Some(Role::Reader),
            Self::Reader => facts.role != Some(Role::Writer),
            Self::ClusterReplicates => facts.cluster_replicates != Some(false),
            Self::PerformanceInsights => facts.performance_insights != Some(false),
            Self::Backtrack => facts.backtrack != Some(false),
            Self::WriteForwarding => facts.write_forwarding != Some(false),
            Self::AuroraMysqlFrom(oldest) => is_aurora_mysql_from(&resource.engine_version, oldest),
            Self::NeverPauses => facts.auto_pause != Some(true),
            Self::GlobalDatabase => facts.global_database != Some(false),
            Self::OnlyWhenNamed => false,
        }
    }

    /// Whether the condition may hold for all that Describe says: also where nothing in it would show that it does.
    #[must_use]
    pub fn may_hold(self, resource: &Described) -> bool {
        self == Self::OnlyWhenNamed || self.holds(resource)
    }

    /// Whether the condition may hold although Describe says that it does not, for there are other ways to have it: a
    /// person who names the metric for this one resource knows better.
    #[must_use]
    pub fn may_hold_unseen(self, resource: &Described) -> bool {
        matches!(self, Self::ClusterReplicates | Self::GlobalDatabase) || self.may_hold(resource)
    }

    /// The databases that it holds for, as documents and remedies name them.
    #[must_use]
    pub fn words(self) -> String {
        let words = match self {
            Self::BurstableClass => "classes `db.t*`",
            Self::ThrottledClass => "classes `db.t2.*`",
            Self::UnlimitedClass => "classes `db.t3.*`, `db.t4g.*` and later ones",
            Self::Serverless => "Serverless v2",
            Self::InstanceStore => "classes with NVMe disks",
            Self::LocalStorage => "provisioned Aurora members, classes with NVMe disks",
            Self::SizedLocalStorage => "classes whose local storage AWS documents",
            Self::BurstableEbs => "classes with burstable disk bandwidth",
            Self::SwapMeasured => "classes that measure it",
            Self::BurstingGp2 => "gp2 volumes that live on burst credits",
            Self::FixedStorage => "storage that does not grow by itself",
            Self::SolidState => "no magnetic storage",
            Self::DedicatedLogVolume => "databases with a dedicated log volume",
            Self::Backups => "databases with automated backups",
            Self::Replica => "replicas",
            Self::Primary => "primary instances",
            Self::Standalone => "no members of clusters",
            Self::Writer => "writers",
            Self::Reader => "readers",
            Self::ClusterReplicates => "clusters that replicate from outside",
            Self::PerformanceInsights => "databases with Performance Insights or Database Insights",
            Self::Backtrack => "clusters with backtrack",
            Self::WriteForwarding => "clusters with write forwarding",
            Self::NeverPauses => "clusters that never pause",
            Self::GlobalDatabase => "global databases",
            Self::OnlyWhenNamed => "asked only when a tag or the configuration names it",
            Self::AuroraMysqlFrom(oldest) => return aurora_mysql_from(oldest),
        };
        words.to_owned()
    }
}

/// Aurora writes its versions as `3.08.0`.
fn aurora_mysql_from(oldest: &[AuroraMysqlVersion]) -> String {
    let versions: Vec<String> =
        oldest.iter().map(|(major, minor, patch)| format!("{major}.{minor:02}.{patch}")).collect();
    format!("Aurora MySQL from {}", versions.join(" and "))
}

/// Undecided, as for a cluster or while an instance is created, without a class.
fn is_class(resource: &Described, is_meant: impl Fn(&str) -> bool) -> bool {
    resource.class.is_empty() || is_meant(class::family(&resource.class))
}

/// AWS marks classes with `NVMe` disks by a `d` behind the generation.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-metrics.html>.
fn has_instance_store(resource: &Described) -> bool {
    resource.class.is_empty() || class::features(&resource.class).contains('d')
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/Aurora.AuroraMonitoring.Metrics.html>.
fn is_swap_measured(resource: &Described) -> bool {
    is_class(resource, |family| match resource.engine {
        Engine::AuroraMysql => !matches!(family, "r3" | "r4" | "r7g"),
        Engine::AuroraPostgresql => family != "r7g",
        _ => true,
    })
}

/// Only if every volume grows: free space is known of all together, and one that does not grow fills up.
fn grows(resource: &Described) -> bool {
    let volumes = &resource.facts.ordered.volumes;
    !volumes.is_empty() && volumes.iter().all(Volume::grows)
}

/// From this size on the baseline of gp2 is its maximum, and there is no burst balance.
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>.
fn is_bursting_gp2(resource: &Described) -> bool {
    let is_gp2 = resource.facts.storage_type.as_deref().is_none_or(|storage| storage == "gp2");
    let bursts = |bytes: f64| bytes < if bytes < striped_from(resource.engine) { 1_000.0 * GIB } else { 4_000.0 * GIB };
    is_gp2 && resource.figures.allocated_storage_bytes.is_none_or(bursts)
}

/// The size from which storage is striped over four volumes.
fn striped_from(engine: Engine) -> f64 {
    match engine {
        Engine::Sqlserver => f64::INFINITY,
        Engine::Oracle => 200.0 * GIB,
        _ => 400.0 * GIB,
    }
}

/// A version that cannot be read, or is newer than the catalogue, is undecided.
fn is_aurora_mysql_from(version: &str, oldest: &[AuroraMysqlVersion]) -> bool {
    aurora_mysql_version(version)
        .is_none_or(|found| oldest.iter().any(|&oldest| found.0 == oldest.0 && found >= oldest))
}

/// Reads `8.0.mysql_aurora.3.08.0`; a missing minor or patch version is 0.
fn aurora_mysql_version(version: &str) -> Option<AuroraMysqlVersion> {
    let (_, own) = version.split_once("mysql_aurora.")?;
    let mut parts = own.split('.').map(str::parse);
    let major = parts.next()?.ok()?;
    let minor = parts.next().unwrap_or(Ok(0)).ok()?;
    let patch = parts.next().unwrap_or(Ok(0)).ok()?;
    (major <= NEWEST_AURORA_MYSQL).then_some((major, minor, patch))
}

#[cfg(test)]
mod tests;
