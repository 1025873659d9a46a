//! The connection limit: said by a tag, set in a parameter group, or estimated as the engine computes it.

use crate::resource::{Engine, Kind, Limit, LimitSource, Resource};

const GIB: f64 = 1_073_741_824.0;

/// SQL Server's own maximum, which stands where no other is set.
const SQLSERVER: f64 = 32_767.0;

/// What Db2 allows on RDS, whatever the class.
const DB2: f64 = 64_000.0;

/// Aurora PostgreSQL on Serverless v2 goes no further while it may shrink to half a capacity unit or less.
const SMALL_SERVERLESS: f64 = 2_000.0;

/// Who knows best: the tag, then the parameter group, then the engine's formula.
pub(super) fn limit(
    resource: &Resource,
    tagged: Option<f64>,
    memory: Option<Limit>,
    units: Option<(f64, f64)>,
) -> Option<Limit> {
    if resource.kind != Kind::DbInstance {
        return None;
    }
    let formula = || {
        let estimate = estimate(resource.engine, &resource.engine_version, memory.map(|limit| limit.value))?;
        let shrinks = units.is_some_and(|(least, _)| least <= 0.5) && resource.engine == Engine::AuroraPostgresql;
        Some(Limit {
            value: if shrinks { estimate.min(SMALL_SERVERLESS) } else { estimate },
            source: LimitSource::Formula,
        })
    };
    tagged
        .map(|value| Limit { value, source: LimitSource::Tag })
        .or(resource.facts.ordered.max_connections)
        .or_else(formula)
}

/// What the engine's default parameter group makes of the memory of its class; rather too low than too high.
///
/// Formulas: <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html> and the Aurora user guide.
pub(super) fn estimate(engine: Engine, version: &str, memory_bytes: Option<f64>) -> Option<f64> {
    let memory = memory_bytes.map(seen_by_engine);
    let per = |bytes: f64| memory.map(|memory| memory / bytes);
    let limit = match engine {
        Engine::Mysql => per(12_582_880.0)?.min(100_000.0),
        Engine::Mariadb if version.starts_with("10.4.") => per(12_582_880.0)?.min(100_000.0),
        Engine::Mariadb => per(25_165_760.0)?.min(12_000.0),
        Engine::Postgres | Engine::AuroraPostgresql => per(9_531_392.0)?.min(5_000.0),
        Engine::Oracle => per(9_868_951.0)?.min(20_000.0),
        Engine::AuroraMysql => {
            // AWS's own tables count the lower end in whole steps.
            let small = per(805_306_368.0)?.log2().floor() * 45.0;
            small.max(per(8_187_281_408.0)?.log2() * 1_000.0).min(16_000.0)
        }
        Engine::Sqlserver => SQLSERVER,
        Engine::Db2 => DB2,
        Engine::Other => return None,
    };
    Some(limit.floor()).filter(|limit| *limit >= 1.0)
}

/// `DBInstanceClassMemory` is less than the class has, by an amount that AWS does not publish.
///
/// Measured against the limits in AWS's own tables, the formulas over the whole memory are too high by 42 percent on
/// 1 GiB, by up to 19 on 2 GiB and by up to 10 from 4 GiB on.
fn seen_by_engine(memory: f64) -> f64 {
    let share = match memory / GIB {
        ..2.0 => 0.7,
        2.0..4.0 => 0.8,
        _ => 0.9,
    };
    memory * share
}
