//! The simulated AWS in a process of its own: this program once more, with other arguments.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Command;
use std::time::Duration;

use plimsoll::sim::{Fleet, Instance, Options, Sim};

use super::process::Process;

/// The first argument of the process.
pub(crate) const ROLE: &str = "aws";

const ACCOUNT: &str = "123456789012";
pub(crate) const REGION: &str = "eu-west-1";

/// Starts it and returns its address.
pub(crate) fn start(instances: usize, latency: Duration) -> (Process, String) {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command.args([ROLE, &instances.to_string(), &latency.as_millis().to_string()]);
    let mut process = Process::start(&mut command);
    let mut lines = BufReader::new(process.child.stdout.take().unwrap()).lines();
    let endpoint = lines.next().unwrap().unwrap();
    (process, endpoint)
}

/// Serves until the process is killed.
pub(crate) fn serve(instances: usize, latency: Duration) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let sim = Sim::start(fleet(instances), Options { latency, ..Options::default() }).await.unwrap();
        println!("{}", sim.endpoint());
        std::future::pending::<()>().await;
    });
}

/// PostgreSQL instances with names of twenty characters, four tags each.
fn fleet(instances: usize) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    for number in 0..instances {
        let team = format!("team-{}", number % 40);
        let tags =
            [("team", team.as_str()), ("env", "prod"), ("service", "orders"), ("plimsoll/CPUUtilization", "80/95")];
        let tags: BTreeMap<_, _> = tags.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let class = "db.m6g.large".to_owned();
        let instance = Instance { class, storage: 500, pi: true, tags, ..Instance::of("postgres") };
        region.instances.insert(format!("orders-prod-db-{number:05}"), instance);
    }
    fleet
}
