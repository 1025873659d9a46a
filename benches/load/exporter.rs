//! plimsoll in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread::sleep;
use std::time::{Duration, Instant};

use super::client::{self, Client};
use super::process::Process;

/// 25 series and 32 levels for each instance, everything due in each minute.
const CONFIG: &str = include_str!("plimsoll.toml");

/// Variables that begin like this tell glibc how to keep memory, and are passed on.
const ALLOCATOR: &str = "MALLOC_";

/// The wall time of the last poll of the account and region that most parts have.
const LAST_POLL: &str = "plimsoll_poll_duration_seconds{account=\"default\",region=\"eu-west-1\",task=\"minute\"}";

const STEP: Duration = Duration::from_millis(20);

/// It is idle when it has used so little CPU time for so long.
const IDLE: Duration = Duration::from_secs(3);
const IDLE_CPU: Duration = Duration::from_millis(20);

pub(crate) struct Exporter {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) started: Instant,
}

/// The configuration with some words replaced.
pub(crate) fn config(changes: &[(&str, &str)]) -> String {
    changes.iter().fold(CONFIG.to_owned(), |config, (old, new)| {
        assert!(config.contains(old), "the configuration has no {old}");
        config.replacen(old, new, 1)
    })
}

impl Exporter {
    /// Starts it on a free port.
    pub(crate) fn start(endpoint: &str, config: &str) -> Self {
        Self::run(&mut Self::command(endpoint, config))
    }

    /// Starts it with a web configuration.
    pub(crate) fn start_with_web(endpoint: &str, config: &str, web: &Path) -> Self {
        Self::run(Self::command(endpoint, config).arg("--web.config.file").arg(web))
    }

    fn command(endpoint: &str, config: &str) -> Command {
        let file = folder().join("plimsoll.toml");
        fs::write(&file, config).unwrap();
        let mut command = Command::new(std::env::var_os("PLIMSOLL").unwrap_or(env!("CARGO_BIN_EXE_plimsoll").into()));
        command.args(["--log.format", "json", "--web.listen-address", "127.0.0.1:0", "--config.file"]).arg(&file);
        command.env_clear().env("AWS_ENDPOINT_URL", endpoint).env("AWS_REGION", "eu-west-1");
        command.envs([("AWS_ACCESS_KEY_ID", "bench"), ("AWS_SECRET_ACCESS_KEY", "bench")]);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        command.envs(std::env::vars().filter(|(name, _)| name.starts_with(ALLOCATOR)));
        command
    }

    fn run(command: &mut Command) -> Self {
        let started = Instant::now();
        let mut process = Process::start(command);
        let mut log = BufReader::new(process.child.stderr.take().unwrap()).lines();
        let address = log.by_ref().find_map(|line| address(&line.unwrap())).unwrap();
        // Somebody must read the log, or it would be dropped and counted.
        std::thread::spawn(move || log.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { process, address, started }
    }

    pub(crate) fn wait_until_ready(&self) {
        let is_ready = || client::get(self.address, "/-/ready").is_ok_and(|response| response.status == 200);
        while !is_ready() {
            sleep(STEP);
        }
    }

    /// Waits until no poll is under way.
    pub(crate) fn wait_until_idle(&self) {
        loop {
            let before = self.process.cpu();
            sleep(IDLE);
            if self.process.cpu().checked_sub(before).unwrap() <= IDLE_CPU {
                return;
            }
        }
    }

    /// The text of a scrape.
    pub(crate) fn page(&self) -> String {
        Client::connect(self.address).unwrap().scrape().unwrap().text()
    }

    /// The values of one of plimsoll's own series, whatever its labels.
    pub(crate) fn own(&self, name: &str) -> Vec<f64> {
        values(&self.page(), name)
    }

    /// The wall time of the last poll, a minute from now.
    pub(crate) fn poll_after_a_minute(&self) -> Duration {
        sleep(Duration::from_mins(1));
        Duration::from_secs_f64(self.own(LAST_POLL)[0])
    }
}

/// The values of a series that have these labels, if `name` has any: `name{label="value"`.
pub(crate) fn values(page: &str, name: &str) -> Vec<f64> {
    let lines = page.lines().filter(|line| line.starts_with(name));
    lines.map(|line| line.rsplit(' ').next().unwrap().parse().unwrap()).collect()
}

/// The folder of files that plimsoll reads.
pub(crate) fn folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("plimsoll-bench-{}", std::process::id()));
    fs::create_dir_all(&folder).unwrap();
    folder
}

fn address(line: &str) -> Option<SocketAddr> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    let fields = event.get("fields")?;
    (fields.get("message")? == "listening").then(|| fields.get("address")?.as_str()?.parse().ok()).flatten()
}
