//! The simulated AWS in a process of its own: this program once more, with other arguments. Lines on its standard input
//! set faults and ask for its counts.

use std::collections::BTreeMap;
use std::io::{self, BufRead, BufReader, Lines, Write};
use std::process::{ChildStdin, ChildStdout, Command};
use std::time::Duration;

use plimsoll::sim::{Curve, Effect, Fault, Fleet, Instance, Options, Sim};

use super::process::Process;

/// The first argument of the process.
pub(crate) const ROLE: &str = "aws";

/// The account of every fleet.
const ACCOUNT: &str = "123456789012";
/// The regions, of which the first is the only one if there is one.
const REGIONS: [&str; 20] = [
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "us-east-1",
    "us-east-2",
    "us-west-1",
    "us-west-2",
    "ca-central-1",
    "ca-west-1",
    "sa-east-1",
    "ap-south-1",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-northeast-1",
    "ap-northeast-2",
];

/// The operation that fetches values.
pub(crate) const FETCH: &str = "GetMetricData";
/// The operation that lists databases.
pub(crate) const LIST: &str = "DescribeDBInstances";

/// One in so many requests is throttled, and one in so many fails. If one were a multiple of the other, a request would
/// have both faults, of which only the first applies.
const THROTTLED: u32 = 20;
const FAILED: u32 = 101;

/// How much less urgent its threads are.
const NICE: i32 = 10;

/// The commands on standard input.
const COUNTS: &str = "counts";
const FAULTS: &str = "faults";

/// Some of the regions.
pub(crate) fn regions(count: usize) -> &'static [&'static str] {
    &REGIONS[..count]
}

/// A running simulated AWS.
pub(crate) struct Aws {
    pub(crate) process: Process,
    pub(crate) endpoint: String,
    commands: ChildStdin,
    output: Lines<BufReader<ChildStdout>>,
}

/// The counts of one operation in one region, as the simulated AWS makes them.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) attempts: u64,
    pub(crate) failed: u64,
    /// Queries that were answered.
    pub(crate) queries: u64,
}

/// Counts by region and operation.
pub(crate) struct Counts(BTreeMap<(String, String), Count>);

impl Aws {
    /// Starts it with so many databases in all, in so many regions.
    pub(crate) fn start(instances: usize, regions: usize, latency: Duration) -> Self {
        let mut command = Command::new(std::env::current_exe().unwrap());
        let numbers = [instances.to_string(), regions.to_string(), latency.as_millis().to_string()];
        let mut process = Process::start(command.arg(ROLE).args(numbers));
        let commands = process.child.stdin.take().unwrap();
        let mut output = BufReader::new(process.child.stdout.take().unwrap()).lines();
        let endpoint = output.next().unwrap().unwrap();
        Self { process, endpoint, commands, output }
    }

    /// Throttles some requests for values from now on, and lets some fail.
    pub(crate) fn fail_some(&mut self) {
        writeln!(self.commands, "{FAULTS}").unwrap();
    }

    /// The counts since the start.
    pub(crate) fn counts(&mut self) -> Counts {
        writeln!(self.commands, "{COUNTS}").unwrap();
        let lines = self.output.by_ref().map(Result::unwrap).take_while(|line| !line.is_empty());
        Counts(lines.map(|line| read(&line)).collect())
    }
}

impl Counts {
    /// Those of an operation in one region.
    pub(crate) fn in_region(&self, region: &str, operation: &str) -> Count {
        self.0.get(&(region.to_owned(), operation.to_owned())).copied().unwrap_or_default()
    }

    /// Those of an operation in all regions.
    pub(crate) fn of(&self, operation: &str) -> Count {
        REGIONS.iter().map(|region| self.in_region(region, operation)).fold(Count::default(), |sum, one| Count {
            attempts: sum.attempts + one.attempts,
            failed: sum.failed + one.failed,
            queries: sum.queries + one.queries,
        })
    }
}

fn read(line: &str) -> ((String, String), Count) {
    let mut words = line.split(' ');
    let key = (words.next().unwrap().to_owned(), words.next().unwrap().to_owned());
    let mut number = || words.next().unwrap().parse().unwrap();
    (key, Count { attempts: number(), failed: number(), queries: number() })
}

/// Serves until standard input ends.
pub(crate) fn serve(instances: usize, regions: usize, latency: Duration) {
    // AWS runs elsewhere: here it must not keep the processor from what is measured.
    rustix::process::nice(NICE).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let start = Sim::start(fleet(instances, regions), Options { latency, ..Options::default() });
    let sim = runtime.block_on(start).unwrap();
    println!("{}", sim.endpoint());
    for command in io::stdin().lines() {
        match command.unwrap().as_str() {
            COUNTS => print_counts(&sim),
            FAULTS => add_faults(&sim),
            other => panic!("{other} is no command"),
        }
    }
}

fn print_counts(sim: &Sim) {
    for (key, tally) in sim.counts().tallies {
        println!("{} {} {} {} {}", key.region, key.operation, tally.attempts, tally.failed, tally.queries);
    }
    println!();
}

/// Faults of calls for values.
pub(crate) fn add_faults(sim: &Sim) {
    for (effect, every) in [(Effect::Throttle, THROTTLED), (Effect::ServerError500, FAILED)] {
        sim.fault(Fault::new(effect).operation(FETCH).every(every));
    }
}

/// The metrics that only a database with replication slots publishes: all that are queried have values.
const SLOTS: [&str; 3] = ["OldestReplicationSlotLag", "ReplicationSlotDiskUsage", "OldestLogicalReplicationSlotLag"];

/// PostgreSQL instances with names of twenty characters, four tags each.
fn fleet(instances: usize, regions: usize) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    for number in 0..instances {
        let region = fleet.region(ACCOUNT, REGIONS[number % regions]);
        region.instances.insert(format!("orders-prod-db-{number:05}"), instance(number));
    }
    fleet
}

fn instance(number: usize) -> Instance {
    let team = format!("team-{}", number % 40);
    let tags = [("team", team.as_str()), ("env", "prod"), ("service", "orders"), ("plimsoll/CPUUtilization", "80/95")];
    let tags = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
    let slots = SLOTS.map(|metric| (metric.to_owned(), Some(Curve { noise: 1e6, ..Curve::constant(1e9) })));
    let class = "db.m6g.large".to_owned();
    Instance { class, storage: 500, pi: true, tags, metrics: slots.into(), ..Instance::of("postgres") }
}
