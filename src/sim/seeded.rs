//! Fleets of any size with a usual mix of engines, for benches and large tests. One seed gives one fleet.

use std::collections::BTreeMap;

use super::curve::mix;
use super::fleet::{Cluster, Fleet, Instance, Region};

/// The account of every seeded fleet.
const ACCOUNT: &str = "123456789012";
/// The region of every seeded fleet.
const REGION: &str = "eu-west-1";

/// Pseudorandom numbers.
struct Random(u64);

impl Random {
    /// A number below `bound`.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0) % bound
    }

    fn choose(&mut self, from: &[&'static str]) -> String {
        let at = usize::try_from(self.below(from.len() as u64)).unwrap_or_default();
        from[at].to_owned()
    }
}

impl Fleet {
    /// A fleet of so many instances in account 123456789012, region eu-west-1.
    ///
    /// Of a hundred instances about 35 are PostgreSQL, 25 MySQL, 28 in Aurora clusters of two or three, the others
    /// MariaDB, Oracle, SQL Server and Db2. One in eight PostgreSQL or MySQL instances is a replica of the one before.
    /// One in a hundred is stopped, half have tags of plimsoll, all but one in twenty have tags of team and environment.
    #[must_use]
    pub fn seeded(seed: u64, instances: usize) -> Self {
        let mut fleet = Self { seed, ..Self::empty(ACCOUNT) };
        let region = fleet.region(ACCOUNT, REGION);
        let mut random = Random(mix(seed));
        while region.instances.len() < instances {
            let left = instances - region.instances.len();
            match random.below(100) {
                0..35 => single(region, &mut random, "postgres"),
                35..60 => single(region, &mut random, "mysql"),
                // A cluster adds two or three instances, so it is chosen less often.
                60..72 if left >= 2 => cluster(region, &mut random, left),
                72..76 => single(region, &mut random, "mariadb"),
                76..80 => single(region, &mut random, "oracle-se2"),
                80..83 => single(region, &mut random, "sqlserver-se"),
                83 => single(region, &mut random, "db2-se"),
                _ => {}
            }
        }
        fleet
    }
}

fn single(region: &mut Region, random: &mut Random, engine: &str) {
    let number = region.instances.len();
    let before = region
        .instances
        .iter()
        .next_back()
        .filter(|(_, instance)| instance.engine == engine && instance.source.is_none());
    let source =
        before.map(|(id, _)| id.clone()).filter(|_| ["postgres", "mysql"].contains(&engine) && random.below(3) == 0);
    let instance = Instance {
        class: random.choose(&["db.m6g.large", "db.m6g.xlarge", "db.r6g.large", "db.r6g.2xlarge", "db.t4g.medium"]),
        storage: [20, 100, 100, 400, 1000][usize::try_from(random.below(5)).unwrap_or_default()],
        storage_type: Some(random.choose(&["gp3", "gp3", "gp3", "gp2", "io1"])),
        status: status(random),
        pi: random.below(3) == 0,
        multi_az: random.below(2) == 0,
        tags: tags(random),
        source,
        ..Instance::of(engine)
    };
    region.instances.insert(format!("db-{number:06}"), instance);
}

fn cluster(region: &mut Region, random: &mut Random, left: usize) {
    let number = region.instances.len();
    let engine = random.choose(&["aurora-mysql", "aurora-postgresql"]);
    let id = format!("cluster-{number:06}");
    let members = if left > 2 { 2 + usize::try_from(random.below(2)).unwrap_or_default() } else { 2 };
    let class = random.choose(&["db.r6g.large", "db.r6g.xlarge", "db.t4g.medium"]);
    for n in number..number + members {
        let instance = Instance { class: class.clone(), cluster: Some(id.clone()), pi: true, ..Instance::of(&engine) };
        region.instances.insert(format!("db-{n:06}"), instance);
    }
    let writer = Some(format!("db-{number:06}"));
    region.clusters.insert(id, Cluster { engine, writer, tags: tags(random), ..Cluster::default() });
}

fn status(random: &mut Random) -> String {
    if random.below(100) == 0 { "stopped" } else { "available" }.to_owned()
}

fn tags(random: &mut Random) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    if random.below(20) > 0 {
        tags.insert("team".to_owned(), random.choose(&["payments", "search", "platform", "growth"]));
        tags.insert("env".to_owned(), random.choose(&["prod", "prod", "staging", "dev"]));
    }
    if random.below(2) == 0 {
        tags.insert("plimsoll/CPUUtilization".to_owned(), random.choose(&["70/85", "80/90", "90", "-/95"]));
    }
    if random.below(4) == 0 {
        tags.insert("plimsoll/FreeableMemory".to_owned(), random.choose(&["1GiB/512MiB", "10pct/5pct", "eighty"]));
    }
    tags
}
