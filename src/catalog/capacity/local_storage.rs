//! The local storage of Aurora members, which holds temporary files and logs: its size follows from engine and class.
//!
//! `MySQL`: <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraMySQL.Managing.Performance.html#AuroraMySQL.Managing.TempStorage>,
//! `PostgreSQL`: <https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/AuroraPostgreSQL.Managing.html#AuroraPostgreSQL.Managing.TempStorage>.
//! Absent for classes that the pages do not list, such as those with `NVMe` disks, and for Serverless v2.

use crate::catalog::class;
use crate::resource::{Described, Engine, GIB, Limit, LimitSource};

/// Sizes in GiB by what stands behind the family in the name of a class.
type Sizes = &'static [(&'static str, f64)];

const MYSQL: Sizes = &[
    ("large", 32.0),
    ("xlarge", 80.0),
    ("2xlarge", 160.0),
    ("4xlarge", 320.0),
    ("8xlarge", 640.0),
    ("12xlarge", 960.0),
    ("16xlarge", 1280.0),
    ("24xlarge", 1920.0),
    ("32xlarge", 2560.0),
    ("48xlarge", 3840.0),
];

/// Burstable classes of Aurora `MySQL`, whatever their size.
const MYSQL_BURSTABLE: f64 = 32.0;

/// Aurora `MySQL` on `db.x2g.large`.
const MYSQL_X2G_LARGE: f64 = 40.0;

/// Sizes on Aurora `PostgreSQL` by family.
#[rustfmt::skip]
const POSTGRESQL: &[(&[&str], Sizes)] = &[
    (&["r4"], &[
        ("large", 30.0), ("xlarge", 60.0), ("2xlarge", 120.0), ("4xlarge", 240.0), ("8xlarge", 480.0),
        ("16xlarge", 960.0),
    ]),
    (&["r5", "r6i", "r7i"], &[
        ("large", 31.0), ("xlarge", 62.0), ("2xlarge", 124.0), ("4xlarge", 249.0), ("8xlarge", 504.0),
        ("12xlarge", 748.0), ("16xlarge", 1008.0), ("24xlarge", 1500.0),
    ]),
    (&["r6i"], &[("32xlarge", 1829.0)]),
    (&["r7i"], &[("48xlarge", 3072.0)]),
    (&["r6g", "r7g"], &[
        ("large", 32.0), ("xlarge", 63.0), ("2xlarge", 126.0), ("4xlarge", 252.0), ("8xlarge", 504.0),
        ("12xlarge", 756.0), ("16xlarge", 1008.0),
    ]),
    (&["r8g"], &[
        ("large", 31.0), ("xlarge", 63.0), ("2xlarge", 125.0), ("4xlarge", 250.0), ("8xlarge", 499.0),
        ("12xlarge", 749.0), ("16xlarge", 998.0), ("24xlarge", 1536.0), ("48xlarge", 3072.0),
    ]),
    (&["x2g"], &[
        ("large", 67.0), ("xlarge", 134.0), ("2xlarge", 268.0), ("4xlarge", 535.0), ("8xlarge", 1071.0),
        ("12xlarge", 1606.0), ("16xlarge", 1829.0),
    ]),
    (&["t4g"], &[("medium", 8.13), ("large", 16.5)]),
    (&["t3"], &[("medium", 7.5), ("large", 16.0)]),
];

/// The local storage of an instance, in bytes.
#[must_use]
pub fn limit(resource: &Described) -> Option<Limit> {
    // Only classes that exist: a size alone says nothing of a family that nobody knows.
    let known = class::find(&resource.class).filter(|_| resource.kind.is_instance())?;
    let (_, size) = known.name.rsplit_once('.')?;
    let family = class::family(known.name);
    let gib = match resource.engine {
        Engine::AuroraMysql => mysql(family, size),
        Engine::AuroraPostgresql => postgresql(family, size),
        _ => None,
    }?;
    Some(Limit { value: gib * GIB, source: LimitSource::Class })
}

fn mysql(family: &str, size: &str) -> Option<f64> {
    match (family, size) {
        (family, _) if family.starts_with('t') => Some(MYSQL_BURSTABLE),
        ("x2g", "large") => Some(MYSQL_X2G_LARGE),
        _ => of_size(MYSQL, size),
    }
}

fn postgresql(family: &str, size: &str) -> Option<f64> {
    let of_family = POSTGRESQL.iter().filter(|(families, _)| families.contains(&family));
    of_family.into_iter().find_map(|(_, sizes)| of_size(sizes, size))
}

fn of_size(sizes: Sizes, size: &str) -> Option<f64> {
    sizes.iter().find(|(name, _)| *name == size).map(|(_, gib)| *gib)
}
