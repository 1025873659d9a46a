//! The table of kinds: everything that is special to an AWS service, but for its metrics and its lister.
//!
//! The only place that knows namespaces, series prefixes, dimensions and alert prefixes; a test holds that.

use super::Engine;
use super::kind::{FailedStatus, Kind, KindSpec, Lister, Service, Statuses};

/// Every service, in the order in which documents name them.
pub const SERVICES: &[&Service] = &[RDS, RDS_PROXY, DOCDB, NEPTUNE];

/// Every kind, in the order in which documents name them.
pub const KINDS: &[Kind] = &[
    Kind::DB_INSTANCE,
    Kind::DB_CLUSTER,
    Kind::DB_VOLUME,
    Kind::QUOTA,
    Kind::RDS_PROXY,
    Kind::DOCDB_INSTANCE,
    Kind::DOCDB_CLUSTER,
    Kind::NEPTUNE_INSTANCE,
    Kind::NEPTUNE_CLUSTER,
];

impl Kind {
    /// A DB instance: standalone, replica or member of a cluster.
    pub const DB_INSTANCE: Self = Self::new(&KindSpec {
        name: "db-instance",
        plural: "db-instances",
        title: "instances",
        service: RDS,
        dimensions: &["DBInstanceIdentifier"],
        also_spelled: &[],
        parent: Some(Self::DB_CLUSTER),
        lister: Some(Lister::Instances),
        heartbeat: Some("CPUUtilization"),
        // <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/aurora-serverless-v2-auto-pause.html>
        zero_while_paused: &["ServerlessDatabaseCapacity", "ACUUtilization", "CPUUtilization"],
    });

    /// An Aurora or Multi-AZ DB cluster.
    pub const DB_CLUSTER: Self = Self::new(&KindSpec {
        name: "db-cluster",
        plural: "db-clusters",
        title: "clusters",
        service: RDS,
        dimensions: &["DBClusterIdentifier"],
        also_spelled: &[],
        parent: None,
        lister: Some(Lister::Clusters),
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// A quota of the account in the region, which `DescribeAccountAttributes` returns.
    pub const QUOTA: Self = Self::new(&KindSpec {
        name: "quota",
        plural: "quotas",
        title: "quotas",
        service: RDS,
        dimensions: &["QuotaName"],
        also_spelled: &[],
        parent: None,
        lister: None,
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// A storage volume of a DB instance that has more than one.
    ///
    /// The instance's own metrics are sums over its volumes:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/dimensions.html>. That page writes `DBInstanceIdentifier`
    /// for instances and `DbInstanceIdentifier, VolumeName` for volumes, and CloudWatch does have a dimension
    /// `DbClusterIdentifier` beside `DBClusterIdentifier`; other documents of AWS write both alike.
    pub const DB_VOLUME: Self = Self::new(&KindSpec {
        name: "db-volume",
        plural: "storage volumes",
        title: "storage volumes",
        service: RDS_VOLUME,
        dimensions: &["DBInstanceIdentifier", "VolumeName"],
        also_spelled: &["DbInstanceIdentifier", "VolumeName"],
        parent: Some(Self::DB_INSTANCE),
        lister: Some(Lister::Instances),
        // Its instance has one.
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// A proxy of RDS.
    pub const RDS_PROXY: Self = Self::new(&KindSpec {
        name: "rds-proxy",
        plural: "proxies",
        title: "RDS proxies",
        service: RDS_PROXY,
        dimensions: &["ProxyName"],
        also_spelled: &[],
        parent: None,
        lister: Some(Lister::Proxies),
        // Some metrics appear only with the first connection.
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// An instance of Amazon DocumentDB.
    pub const DOCDB_INSTANCE: Self = Self::new(&KindSpec {
        name: "docdb-instance",
        plural: "docdb-instances",
        title: "DocumentDB instances",
        service: DOCDB,
        dimensions: &["DBInstanceIdentifier"],
        also_spelled: &[],
        parent: Some(Self::DOCDB_CLUSTER),
        lister: Some(Lister::Instances),
        heartbeat: Some("CPUUtilization"),
        zero_while_paused: &[],
    });

    /// A cluster of Amazon DocumentDB.
    pub const DOCDB_CLUSTER: Self = Self::new(&KindSpec {
        name: "docdb-cluster",
        plural: "docdb-clusters",
        title: "DocumentDB clusters",
        service: DOCDB,
        dimensions: &["DBClusterIdentifier"],
        also_spelled: &[],
        parent: None,
        lister: Some(Lister::Clusters),
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// An instance of Amazon Neptune.
    pub const NEPTUNE_INSTANCE: Self = Self::new(&KindSpec {
        name: "neptune-instance",
        plural: "neptune-instances",
        title: "Neptune instances",
        service: NEPTUNE,
        dimensions: &["DBInstanceIdentifier"],
        also_spelled: &[],
        parent: Some(Self::NEPTUNE_CLUSTER),
        lister: Some(Lister::Instances),
        heartbeat: Some("CPUUtilization"),
        zero_while_paused: &[],
    });

    /// A cluster of Amazon Neptune.
    pub const NEPTUNE_CLUSTER: Self = Self::new(&KindSpec {
        name: "neptune-cluster",
        plural: "neptune-clusters",
        title: "Neptune clusters",
        service: NEPTUNE,
        dimensions: &["DBClusterIdentifier"],
        also_spelled: &[],
        parent: None,
        lister: Some(Lister::Clusters),
        heartbeat: None,
        zero_while_paused: &[],
    });

    /// The kind of the members of a cluster, or of the volumes of an instance.
    #[must_use]
    pub fn of_members(parent: Self) -> Option<Self> {
        KINDS.iter().copied().find(|kind| kind.parent == Some(parent))
    }

    /// The kind of a name.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        KINDS.iter().copied().find(|kind| kind.name == name)
    }

    /// The kind of what a listing returned, by its engine.
    #[must_use]
    pub fn listed(lister: Lister, engine: Engine) -> Option<Self> {
        let of_engine = |kind: &&Self| kind.service.engines.contains(&engine);
        let of_any_engine = |kind: &&Self| kind.service.engines.is_empty();
        let is_of = move |kind: &&Kind| kind.lister == Some(lister) && !kind.is_volume();
        let returned = || KINDS.iter().filter(is_of);
        returned().find(of_engine).or_else(|| returned().find(of_any_engine)).copied()
    }
}

/// Amazon RDS and Aurora.
const RDS: &Service = &Service {
    name: "rds",
    namespace: "AWS/RDS",
    prefix: "aws_rds",
    alert_prefix: "RDS",
    runbook_prefix: "RDS",
    engines: &[],
    statuses: &DATABASE_STATUSES,
};

/// The volumes of RDS, which share its namespace and are watched with it; statuses:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_AdditionalStorageVolumeOutput.html>. A volume of an
/// instance that publishes nothing has the status of the instance.
const RDS_VOLUME: &Service = &Service {
    name: "rds-volume",
    namespace: RDS.namespace,
    prefix: RDS.prefix,
    alert_prefix: "RDSVolume",
    runbook_prefix: "RDSVolume",
    engines: &[],
    statuses: &Statuses {
        running: &["ACTIVE", "MODIFYING", "STORAGE-OPTIMIZATION"],
        silent: &[
            "CREATING",
            "DELETING",
            "NOT-IN-USE",
            "stopped",
            "stopping",
            "starting",
            "creating",
            "deleting",
            "deleted",
        ],
        // Its instance has the status of what AWS does.
        transitional: &[],
        failed: &[FailedStatus {
            alert: "Full",
            status: "VOLUME-FULL",
            summary: "A storage volume of a database is full: what is kept on it cannot grow.",
            is_outage: true,
        }],
    },
};

/// RDS Proxy, which shares the namespace of RDS; statuses:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DBProxy.html>.
const RDS_PROXY: &Service = &Service {
    name: "rds-proxy",
    namespace: RDS.namespace,
    prefix: RDS.prefix,
    alert_prefix: "RDSProxy",
    runbook_prefix: "RDS",
    engines: &[],
    statuses: &Statuses {
        running: &["available"],
        silent: &["creating", "deleting", "suspended", "suspending", "reactivating"],
        transitional: &[],
        failed: &[
            FailedStatus {
                alert: "Incompatible",
                status: "incompatible-network",
                summary: "A proxy cannot run with its network.",
                is_outage: true,
            },
            FailedStatus {
                alert: "InsufficientCapacity",
                status: "insufficient-resource-limits",
                summary: "A proxy has not the resources that it needs.",
                is_outage: true,
            },
        ],
    },
};

/// Amazon DocumentDB, whose instances and clusters have the statuses of RDS:
/// <https://docs.aws.amazon.com/documentdb/latest/developerguide/monitoring_docdb-instance_status.html>.
const DOCDB: &Service = &Service {
    name: "docdb",
    namespace: "AWS/DocDB",
    prefix: "aws_docdb",
    alert_prefix: "DocDB",
    runbook_prefix: "RDS",
    engines: &[Engine::Docdb],
    statuses: &DATABASE_STATUSES,
};

/// Amazon Neptune, whose instances and clusters have the statuses of RDS, for they come with its listings.
const NEPTUNE: &Service = &Service {
    name: "neptune",
    namespace: "AWS/Neptune",
    prefix: "aws_neptune",
    alert_prefix: "Neptune",
    runbook_prefix: "RDS",
    engines: &[Engine::Neptune],
    statuses: &DATABASE_STATUSES,
};

/// What is not among them lasts as long as there is data, while the database works: `backing-up`, `storage-optimization`,
/// which may take more than a day, `storage-initialization`, `storage-config-upgrade`, and `migrating`, which copies a
/// whole database. `stopped` is no work, and failed statuses have rules of their own.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>,
/// <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/accessing-monitoring.html>
const TRANSITIONAL: &[&str] = &[
    // Minutes, or hours where a backup is replayed.
    "creating",
    "backtracking",
    "preparing-data-migration",
    // Minutes, or hours with a final snapshot.
    "delete-precheck",
    "deleting",
    // Minutes.
    "converting-to-vpc",
    "failing-over",
    "moving-to-vpc",
    "promoting",
    "rebooting",
    "renaming",
    "resetting-master-credentials",
    "scaling-compute",
    "starting",
    "stopping",
    "update-iam-db-auth",
    // Minutes, or an hour or two for large databases.
    "maintenance",
    "modifying",
    "upgrading",
];

/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/accessing-monitoring.html>
const DATABASE_STATUSES: Statuses = Statuses {
    running: &["available", "backing-up", "storage-config-upgrade", "storage-initialization", "storage-optimization"],
    silent: &["stopped", "stopping", "starting", "creating", "deleting", "deleted"],
    transitional: TRANSITIONAL,
    failed: &[
        FailedStatus {
            alert: "StorageFull",
            status: "storage-full",
            summary: "The storage of a database is full: it accepts no writes and publishes no metrics.",
            is_outage: true,
        },
        FailedStatus {
            alert: "Failed",
            status: "failed",
            summary: "A database has failed and AWS cannot recover it.",
            is_outage: true,
        },
        FailedStatus {
            alert: "Incompatible",
            status: "incompatible-.+",
            summary: "A database cannot run with its network, parameters, options or restored data.",
            is_outage: true,
        },
        FailedStatus {
            alert: "EncryptionKeyInaccessible",
            status: "inaccessible-encryption-credentials.*",
            summary: "A database cannot use the key that encrypts its storage.",
            is_outage: true,
        },
        FailedStatus {
            alert: "RestoreError",
            status: "restore-error",
            summary: "The restore of a database has failed.",
            is_outage: true,
        },
        FailedStatus {
            alert: "InsufficientCapacity",
            status: "insufficient-capacity",
            summary: "AWS has no capacity for the instance class of a database.",
            is_outage: true,
        },
        FailedStatus {
            alert: "UpgradeFailed",
            status: "upgrade_failed",
            summary: "The upgrade of a database has failed.",
            is_outage: true,
        },
        FailedStatus {
            alert: "CloningFailed",
            status: "cloning-failed",
            summary: "A cluster could not be cloned.",
            is_outage: false,
        },
        FailedStatus {
            alert: "MigrationFailed",
            status: "migration-failed",
            summary: "The migration to a cluster has failed.",
            is_outage: false,
        },
        // <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/custom-troubleshooting.html>
        FailedStatus {
            alert: "UnsupportedConfiguration",
            status: "unsupported-configuration",
            summary: "A database of RDS Custom has left what AWS supports: AWS neither backs it up nor replaces its host.",
            is_outage: false,
        },
    ],
};
