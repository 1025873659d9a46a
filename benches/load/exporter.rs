//! plimsoll in a process of its own.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::process::Command;
use std::time::Instant;

use super::aws;
use super::process::Process;
use super::scrapes;

/// 25 series and 32 levels for each instance, everything due in each minute.
const CONFIG: &str = include_str!("plimsoll.toml");

pub(crate) struct Exporter {
    pub(crate) process: Process,
    pub(crate) address: SocketAddr,
    pub(crate) started: Instant,
}

impl Exporter {
    /// Starts it on a free port.
    pub(crate) fn start(endpoint: &str) -> Self {
        let file = std::env::temp_dir().join(format!("plimsoll-bench-{}.toml", std::process::id()));
        fs::write(&file, CONFIG).unwrap();
        let mut command = Command::new(std::env::var_os("PLIMSOLL").unwrap_or(env!("CARGO_BIN_EXE_plimsoll").into()));
        command.args(["--log.format", "json", "--web.listen-address", "127.0.0.1:0", "--config.file"]).arg(&file);
        command.env_clear().env("AWS_ENDPOINT_URL", endpoint).env("AWS_REGION", aws::REGION);
        command.envs([("AWS_ACCESS_KEY_ID", "bench"), ("AWS_SECRET_ACCESS_KEY", "bench")]);
        command.env("AWS_EC2_METADATA_DISABLED", "true");
        let started = Instant::now();
        let mut process = Process::start(&mut command);
        let mut log = BufReader::new(process.child.stderr.take().unwrap()).lines();
        let address = log.by_ref().find_map(|line| address(&line.unwrap())).unwrap();
        // Somebody must read the log, or it would be dropped and counted.
        std::thread::spawn(move || log.map_while(Result::ok).for_each(|line| eprintln!("{line}")));
        Self { process, address, started }
    }

    pub(crate) fn is_ready(&self) -> bool {
        scrapes::get(self.address, "/-/ready", "identity").is_ok_and(|response| response.status == 200)
    }

    /// The value of one of plimsoll's own series.
    pub(crate) fn own(&self, series: &str) -> Option<f64> {
        let response = scrapes::get(self.address, "/metrics", "identity").unwrap();
        let text = std::str::from_utf8(&response.body).unwrap();
        // plimsoll's own metrics end the page.
        let line = text.rsplit('\n').find_map(|line| line.strip_prefix(series))?;
        line.trim().parse().ok()
    }
}

fn address(line: &str) -> Option<SocketAddr> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    let fields = event.get("fields")?;
    (fields.get("message")? == "listening").then(|| fields.get("address")?.as_str()?.parse().ok()).flatten()
}
