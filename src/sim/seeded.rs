//! Fleets of any size, the same for the same seed: the usual mix of engines, for benches and large tests.

use std::collections::BTreeMap;

use super::curve::mix;
use super::fleet::{Cluster, Fleet, Instance, Region};

/// The account of every seeded fleet.
const ACCOUNT: &str = "123456789012";
/// Its region.
const REGION: &str = "eu-west-1";

/// Numbers that look random and are the same for the same seed.
struct Dice(u64);

impl Dice {
    /// A number below `sides`.
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        mix(self.0) % sides
    }

    fn pick(&mut self, from: &[&'static str]) -> String {
        let at = usize::try_from(self.roll(from.len() as u64)).unwrap_or_default();
        from[at].to_owned()
    }
}

impl Fleet {
    /// A fleet of so many instances in account 123456789012, region eu-west-1.
    ///
    /// Of a hundred instances about 35 are PostgreSQL, 25 MySQL, 28 in Aurora clusters of two or three, the others
    /// MariaDB, Oracle, SQL Server and Db2. One in eight PostgreSQL or MySQL instances replicates from the one before.
    /// One in a hundred is stopped, half carry tags of this tool, all but one in twenty carry team and environment.
    #[must_use]
    pub fn seeded(seed: u64, instances: usize) -> Self {
        let mut fleet = Self { seed, ..Self::empty(ACCOUNT) };
        let region = fleet.region(ACCOUNT, REGION);
        let mut dice = Dice(mix(seed));
        while region.instances.len() < instances {
            let room = instances - region.instances.len();
            match dice.roll(100) {
                0..35 => single(region, &mut dice, "postgres"),
                35..60 => single(region, &mut dice, "mysql"),
                // A cluster brings two or three members: its turn comes that much less often.
                60..72 if room >= 2 => cluster(region, &mut dice, room),
                72..76 => single(region, &mut dice, "mariadb"),
                76..80 => single(region, &mut dice, "oracle-se2"),
                80..83 => single(region, &mut dice, "sqlserver-se"),
                83 => single(region, &mut dice, "db2-se"),
                _ => {}
            }
        }
        fleet
    }
}

fn single(region: &mut Region, dice: &mut Dice, engine: &str) {
    let number = region.instances.len();
    let before = region.instances.iter().next_back().filter(|(_, it)| it.engine == engine && it.source.is_none());
    let source =
        before.map(|(id, _)| id.clone()).filter(|_| ["postgres", "mysql"].contains(&engine) && dice.roll(3) == 0);
    let instance = Instance {
        class: dice.pick(&["db.m6g.large", "db.m6g.xlarge", "db.r6g.large", "db.r6g.2xlarge", "db.t4g.medium"]),
        storage: [20, 100, 100, 400, 1000][usize::try_from(dice.roll(5)).unwrap_or_default()],
        storage_type: Some(dice.pick(&["gp3", "gp3", "gp3", "gp2", "io1"])),
        status: status(dice),
        pi: dice.roll(3) == 0,
        multi_az: dice.roll(2) == 0,
        tags: tags(dice),
        source,
        ..Instance::of(engine)
    };
    region.instances.insert(format!("db-{number:06}"), instance);
}

fn cluster(region: &mut Region, dice: &mut Dice, room: usize) {
    let number = region.instances.len();
    let engine = dice.pick(&["aurora-mysql", "aurora-postgresql"]);
    let id = format!("cluster-{number:06}");
    let members = if room > 2 { 2 + usize::try_from(dice.roll(2)).unwrap_or_default() } else { 2 };
    let class = dice.pick(&["db.r6g.large", "db.r6g.xlarge", "db.t4g.medium"]);
    for n in number..number + members {
        let instance = Instance { class: class.clone(), cluster: Some(id.clone()), pi: true, ..Instance::of(&engine) };
        region.instances.insert(format!("db-{n:06}"), instance);
    }
    let writer = Some(format!("db-{number:06}"));
    region.clusters.insert(id, Cluster { engine, writer, tags: tags(dice), ..Cluster::default() });
}

fn status(dice: &mut Dice) -> String {
    if dice.roll(100) == 0 { "stopped" } else { "available" }.to_owned()
}

fn tags(dice: &mut Dice) -> BTreeMap<String, String> {
    let mut tags = BTreeMap::new();
    if dice.roll(20) > 0 {
        tags.insert("team".to_owned(), dice.pick(&["payments", "search", "platform", "growth"]));
        tags.insert("env".to_owned(), dice.pick(&["prod", "prod", "staging", "dev"]));
    }
    if dice.roll(2) == 0 {
        tags.insert("plimsoll/CPUUtilization".to_owned(), dice.pick(&["70/85", "80/90", "90", "-/95"]));
    }
    if dice.roll(4) == 0 {
        tags.insert("plimsoll/FreeableMemory".to_owned(), dice.pick(&["1GiB/512MiB", "10pct/5pct", "eighty"]));
    }
    tags
}
