//! What vmagent scrapes and writes into `VictoriaMetrics`: the whole page, and a page by shard.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::time::Duration;

use plimsoll::sim::{Fleet, Options};
use serde_json::Value;

use crate::support::exporter::Exporter;
use crate::support::program::Program;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::tool;
use crate::support::{TempDir, client, wait_for};

const SHARDS: usize = 4;
const SOON: Duration = Duration::from_mins(1);

/// A vmagent that scrapes each second, and the `VictoriaMetrics` that it writes to.
struct Vmagent {
    _agent: Program,
    _storage: Program,
    storage: SocketAddr,
}

impl Vmagent {
    /// Scrapes the whole page as the job `whole`, and its shards as the job `plimsoll`; no text may be longer than `limit`.
    fn scraping(exporter: &Exporter, limit: Option<usize>) -> Self {
        let storage = free_address();
        Self { _storage: start_storage(storage), _agent: start_agent(exporter, limit, storage), storage }
    }

    /// The value of the only sample of a query; `None` before there is one.
    fn value(&self, expression: &str) -> Option<f64> {
        let query = expression.bytes().map(|byte| format!("%{byte:02X}")).collect::<Vec<_>>().concat();
        let answer: Value = client::get(self.storage, &format!("/api/v1/query?query={query}")).ok()?.json();
        answer["data"]["result"][0]["value"][1].as_str()?.parse().ok()
    }

    /// The series of a job, without those that vmagent adds of each scrape.
    fn series(&self, job: &str) -> Option<f64> {
        self.value(&format!("count({{job=\"{job}\",__name__!~\"up|scrape_.*\"}})"))
    }
}

fn start_storage(address: SocketAddr) -> Program {
    let folder = TempDir::new("victoria-metrics");
    let mut command = tool("bin/victoria-metrics");
    command
        .arg(format!("-storageDataPath={}", folder.path().join("data").display()))
        .arg(format!("-httpListenAddr={address}"))
        .args(["-search.latencyOffset=0s", "-memory.allowedBytes=64MB"]);
    Program::start("victoria-metrics", &mut command, folder)
}

fn start_agent(exporter: &Exporter, limit: Option<usize>, storage: SocketAddr) -> Program {
    let folder = TempDir::new("vmagent");
    let config = folder.write("scrapes.yml", &config(exporter.address(), limit.is_none()));
    let mut command = tool("bin/vmagent");
    command
        .arg(format!("-promscrape.config={}", config.display()))
        .args(limit.map(|limit| format!("-promscrape.maxScrapeSize={limit}")))
        .arg(format!("-remoteWrite.url=http://{storage}/api/v1/write"))
        .arg(format!("-remoteWrite.tmpDataPath={}", folder.path().join("queue").display()))
        .args(["-remoteWrite.flushInterval=1s", "-memory.allowedBytes=64MB"])
        .arg(format!("-httpListenAddr={}", free_address()));
    Program::start("vmagent", &mut command, folder)
}

/// Neither program logs which port it has chosen itself.
fn free_address() -> SocketAddr {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap()
}

/// This version counts bodies as they come, newer ones what they hold: without compression, that is the same.
fn config(target: SocketAddr, with_gzip: bool) -> String {
    let options = format!("honor_labels: true\n  disable_compression: {}", !with_gzip);
    let whole = format!("- job_name: whole\n  {options}\n  static_configs: [{{targets: ['{target}']}}]\n");
    let shard = |shard| {
        format!(
            "- job_name: plimsoll-{shard}
  {options}
  params: {{shard: ['{shard}/{SHARDS}']}}
  static_configs: [{{targets: ['{target}'], labels: {{job: plimsoll, page_shard: '{shard}'}}}}]
"
        )
    };
    let shards: String = (0..SHARDS).map(shard).collect();
    format!("global: {{scrape_interval: 1s}}\nscrape_configs:\n{whole}{shards}")
}

#[test]
fn vmagent_reads_the_whole_page_and_shards_of_one_that_is_too_large() {
    let aws = SimulatedAws::start(Fleet::demo(), Options::default());
    let exporter = aws.launch().config("[metrics]\nprofile = \"all\"\n[web]\nshards = 4\n").start();
    exporter.wait_until_ready();
    #[expect(clippy::cast_precision_loss, reason = "far fewer than 2^52")]
    let served = |exporter: &Exporter| exporter.metrics().series.len() as f64;
    let whole_bytes = exporter.get("/metrics").body.len();

    let unlimited = Vmagent::scraping(&exporter, None);
    let limited = Vmagent::scraping(&exporter, Some(whole_bytes / 10 * 9));
    for job in ["whole", "plimsoll"] {
        wait_for(&format!("all series of {job}"), SOON, || {
            (unlimited.series(job) == Some(served(&exporter))).then_some(())
        });
    }
    wait_for("all series by shard", SOON, || (limited.series("plimsoll") == Some(served(&exporter))).then_some(()));
    wait_for("the whole page to be refused", SOON, || (limited.value("up{job=\"whole\"}") == Some(0.0)).then_some(()));
    assert_eq!(limited.series("whole"), None, "nothing of a body that is too large is used");
}
