//! What the disks of an instance bear for good: what was ordered, and no more than the class lets through.
//!
//! Numbers: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html>, and for single gp2, io1 and io2
//! volumes <https://docs.aws.amazon.com/ebs/latest/userguide/ebs-volume-types.html>.

use crate::catalog::class::{self, Class};
use crate::resource::{Described, Engine, Limit, LimitSource, Volume};

const MIB: f64 = 1_048_576.0;

/// Volumes that RDS stripes over from some size on.
const STRIPES: f64 = 4.0;

/// Operations per second and bytes per second.
pub(super) fn limits(resource: &Described, class: Option<&Class>, described: bool) -> Option<(Limit, Limit)> {
    let volumes = &resource.facts.ordered.volumes;
    if !resource.kind.is_instance() || volumes.is_empty() || !(class.is_some() || described) {
        return None;
    }
    let each = volumes.iter().map(|volume| Bears::of(volume, resource.engine)).collect::<Option<Vec<_>>>()?;
    let sum = |number: fn(&Bears) -> f64| each.iter().map(number).sum::<f64>();
    let ordered = |ordered_value: fn(&Volume) -> Option<f64>| {
        let all = volumes.iter().all(|volume| ordered_value(volume).is_some());
        if all { LimitSource::Described } else { LimitSource::StorageType }
    };
    let through = class::ebs(&resource.class);
    let iops = Limit { value: sum(|bears| bears.iops), source: ordered(|volume| volume.iops) };
    let bytes = Limit { value: sum(|bears| bears.mib) * MIB, source: ordered(|volume| volume.mib_per_second) };
    Some((
        capped(iops, through.map(|ebs| f64::from(ebs.baseline_iops))),
        capped(bytes, through.map(|ebs| ebs.baseline_bytes_per_second)),
    ))
}

/// The smaller of what is there and what the class lets through for good.
fn capped(limit: Limit, cap: Option<f64>) -> Limit {
    match cap {
        Some(cap) if cap < limit.value => Limit { value: cap, source: LimitSource::Class },
        _ => limit,
    }
}

/// What one volume bears.
struct Bears {
    iops: f64,
    mib: f64,
}

impl Bears {
    fn of(volume: &Volume, engine: Engine) -> Option<Self> {
        let striped = stripes_from(engine).is_some_and(|gib| volume.gib >= gib);
        let count = if striped { STRIPES } else { 1.0 };
        let (iops, mib) = match volume.storage_type.as_str() {
            "gp3" if striped => (volume.iops.unwrap_or(12_000.0), 500.0),
            "gp3" => (volume.iops.unwrap_or(3_000.0), 125.0),
            "gp2" => ((3.0 * volume.gib).clamp(100.0, 16_000.0 * count), count * gp2_mib(volume.gib / count)),
            "io1" => (volume.iops?, count * io1_mib(volume.iops? / count)),
            "io2" => (volume.iops?, (volume.iops? * 0.25).min(4_000.0)),
            _ => return None,
        };
        Some(Self { iops, mib: volume.mib_per_second.unwrap_or(mib) })
    }
}

/// The size in GiB from which storage is striped; never on SQL Server.
const fn stripes_from(engine: Engine) -> Option<f64> {
    match engine {
        Engine::Oracle => Some(200.0),
        Engine::Mysql | Engine::Mariadb | Engine::Postgres | Engine::Db2 => Some(400.0),
        _ => None,
    }
}

/// Up to 334 GiB, more than 128 MiB/s lasts only as long as burst credits do.
const fn gp2_mib(gib: f64) -> f64 {
    if gib < 334.0 { 128.0 } else { 250.0 }
}

/// 256 KiB for each operation up to 500 MiB/s; beyond 32,000 operations 16 KiB for each, up to 1,000 MiB/s.
const fn io1_mib(iops: f64) -> f64 {
    (iops / 4.0).min(500.0).max((iops / 64.0).min(1_000.0))
}
