//! The connection limit: set by a tag or in a parameter group, or estimated as the engine computes it.

use super::formula::{self, Variables};
use crate::resource::{Described, Engine, GIB, Limit, LimitSource, Setting};

/// Aurora PostgreSQL on Serverless v2 goes no further while it may shrink to half a capacity unit or less.
const SMALL_SERVERLESS: f64 = 2_000.0;

/// The limit that somebody set, or else the engine's formula.
///
/// If a formula that somebody set cannot be computed, the limit is unknown: the engine does not run with its own formula.
pub(super) fn limit(
    resource: &Described,
    set: Option<&(Setting, LimitSource)>,
    memory: Option<Limit>,
    vcpus: Option<Limit>,
    units: Option<(f64, f64)>,
) -> Option<Limit> {
    if !resource.kind.is_instance() {
        return None;
    }
    let (text, source) = match set {
        Some((Setting::Number(value), source)) => return Some(Limit { value: *value, source: *source }),
        Some((Setting::Formula(text), source)) => (&**text, *source),
        Some((Setting::Unset, _)) | None => (formula_of(resource)?, LimitSource::Formula),
    };
    let variables = Variables {
        memory: memory.map(|limit| seen_by_engine(limit.value)),
        vcpus: vcpus.map(|limit| limit.value),
        storage: resource.facts.ordered.volumes.first().map(|volume| volume.gib * GIB).filter(|bytes| *bytes > 0.0),
    };
    let shrinks = units.is_some_and(|(least, _)| least <= 0.5) && resource.engine == Engine::AuroraPostgresql;
    let most = if shrinks { SMALL_SERVERLESS } else { most(resource.engine) };
    let value = formula::evaluate(text, &variables)?.min(most);
    Some(Limit { value, source }).filter(|limit| limit.value >= 1.0)
}

/// What stands in the engine's default parameter group.
///
/// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Limits.html> and the Aurora user guide. SQL Server's 0
/// is its own maximum, and Db2 allows the same on every class.
fn formula_of(resource: &Described) -> Option<&'static str> {
    Some(match resource.engine {
        Engine::Mysql => "{DBInstanceClassMemory/12582880}",
        Engine::Mariadb if resource.engine_version.starts_with("10.4.") => "{DBInstanceClassMemory/12582880}",
        Engine::Mariadb => "LEAST({DBInstanceClassMemory/25165760},12000)",
        Engine::Postgres | Engine::AuroraPostgresql => "LEAST({DBInstanceClassMemory/9531392},5000)",
        Engine::Oracle => "LEAST({DBInstanceClassMemory/9868951},20000)",
        Engine::AuroraMysql => {
            "GREATEST({log(DBInstanceClassMemory/805306368)*45},{log(DBInstanceClassMemory/8187281408)*1000})"
        }
        Engine::Sqlserver => "32767",
        Engine::Db2 => "64000",
        Engine::Docdb | Engine::Neptune | Engine::Other => return None,
    })
}

/// The most that RDS lets anybody set, from the same pages.
const fn most(engine: Engine) -> f64 {
    match engine {
        Engine::Mysql | Engine::Mariadb => 100_000.0,
        Engine::AuroraMysql => 16_000.0,
        Engine::Postgres | Engine::AuroraPostgresql => 262_143.0,
        Engine::Oracle => 20_000.0,
        Engine::Sqlserver => 32_767.0,
        Engine::Db2 => 64_000.0,
        Engine::Docdb | Engine::Neptune | Engine::Other => f64::INFINITY,
    }
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
