//! A real Prometheus that scrapes, evaluates rules and alerts, all once a second.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use serde_json::Value;

use super::client;
use super::program::{Program, word_after};
use super::scrape::Scrape;
use super::tools::tool;
use super::{TempDir, wait_for};

const READY: Duration = Duration::from_secs(30);

const CONFIG: &str = "prometheus.yml";
/// The rule file, beside the configuration.
const RULES: &str = "rules.yml";

pub(crate) struct Prometheus {
    program: Program,
    address: SocketAddr,
}

/// One series of an instant query.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Sample {
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) value: f64,
}

/// One alert as Prometheus sees it, pending ones too.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Alert {
    /// `alertname` among them.
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) annotations: BTreeMap<String, String>,
    /// `pending` or `firing`.
    pub(crate) state: String,
    /// When it became pending, as Prometheus writes it; a new time means that `for` began anew.
    pub(crate) active_at: String,
    pub(crate) value: f64,
}

impl Alert {
    pub(crate) fn name(&self) -> &str {
        self.label("alertname")
    }

    /// The value of a label, empty if it has none.
    pub(crate) fn label(&self, key: &str) -> &str {
        self.labels.get(key).map_or("", String::as_str)
    }
}

impl Prometheus {
    /// Scrapes `target` as the job `plimsoll`, evaluates `rules` (the text of a rule file, may be empty) and sends alerts
    /// to `alertmanager`, if there is one.
    #[track_caller]
    pub(crate) fn start(target: SocketAddr, rules: &str, alertmanager: Option<SocketAddr>) -> Self {
        Self::scraping(&[target], rules, alertmanager)
    }

    /// The same for several replicas of plimsoll.
    #[track_caller]
    pub(crate) fn scraping(targets: &[SocketAddr], rules: &str, alertmanager: Option<SocketAddr>) -> Self {
        let folder = TempDir::new("prometheus");
        folder.write(RULES, if rules.is_empty() { "groups: []\n" } else { rules });
        folder.write(CONFIG, &config(targets, alertmanager));
        Self::of(folder)
    }

    /// With the files of a folder that holds `prometheus.yml`.
    #[track_caller]
    pub(crate) fn of(folder: TempDir) -> Self {
        let mut command = command(folder.path());
        let mut program = Program::start("prometheus", &mut command, folder);
        let address = ready(&mut program);
        Self { program, address }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Starts a new process with the data of the old one.
    #[track_caller]
    pub(crate) fn restart(&mut self) {
        let mut command = command(self.program.folder().path());
        self.program.start_again(&mut command);
        self.address = ready(&mut self.program);
    }

    /// Replaces the rules.
    #[track_caller]
    pub(crate) fn load_rules(&self, rules: &str) {
        self.program.folder().write(RULES, rules);
        self.program.signal("HUP");
        wait_for("Prometheus to take its rules", READY, || (self.evaluations()? > 0).then_some(()));
    }

    /// The number of evaluations of the least evaluated rule; `None` without rules.
    #[track_caller]
    pub(crate) fn evaluations(&self) -> Option<u64> {
        let own = self.own_metrics();
        let counts = own.find("prometheus_rule_group_iterations_total", &[]);
        // A count stays far below 2^53.
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a count")]
        counts.iter().map(|count| count.value as u64).min()
    }

    /// Its metrics about itself.
    #[track_caller]
    pub(crate) fn own_metrics(&self) -> Scrape {
        Scrape::parse(&client::get(self.address, "/metrics").unwrap().text())
    }

    /// An instant query for a vector.
    #[track_caller]
    pub(crate) fn query(&self, expression: &str) -> Vec<Sample> {
        let data = self.api(&format!("query?query={}", encode(expression)));
        let samples = data["result"].as_array().unwrap_or_else(|| panic!("no vector: {data}"));
        samples
            .iter()
            .map(|sample| Sample { labels: text_map(&sample["metric"]), value: number(&sample["value"][1]) })
            .collect()
    }

    /// The value of the only sample of a query.
    #[track_caller]
    pub(crate) fn value(&self, expression: &str) -> Option<f64> {
        let samples = self.query(expression);
        assert!(samples.len() < 2, "{expression} gave {samples:#?}");
        samples.first().map(|sample| sample.value)
    }

    /// All alerts, pending and firing.
    #[track_caller]
    pub(crate) fn alerts(&self) -> Vec<Alert> {
        let data = self.api("alerts");
        let alerts = data["alerts"].as_array().unwrap_or_else(|| panic!("no alerts: {data}"));
        alerts.iter().map(alert).collect()
    }

    /// What an instant query returns, or the error of Prometheus.
    #[track_caller]
    pub(crate) fn instant(&self, expression: &str) -> Result<Vec<Value>, String> {
        self.try_api("query", &format!("query={}", encode(expression)))
    }

    /// What a query over the last minute returns, one second apart, or the error of Prometheus.
    #[track_caller]
    pub(crate) fn over_last_minute(&self, expression: &str) -> Result<Vec<Value>, String> {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs();
        let range = format!("query={}&start={}&end={now}&step=1s", encode(expression), now - 60);
        self.try_api("query_range", &range)
    }

    /// The label sets of the series that a selector matches, or the error of Prometheus.
    #[track_caller]
    pub(crate) fn series(&self, selector: &str) -> Result<Vec<Value>, String> {
        self.try_api("series", &format!("match[]={}", encode(selector)))
    }

    /// Sends a form, because the longest expressions are longer than an address may be.
    fn try_api(&self, call: &str, form: &str) -> Result<Vec<Value>, String> {
        let form_type = [("Content-Type", "application/x-www-form-urlencoded")];
        let path = format!("/api/v1/{call}");
        let answer = client::request(self.address, "POST", &path, &form_type, form.as_bytes()).unwrap().json();
        if answer["status"] != "success" {
            return Err(answer["error"].to_string());
        }
        let data = answer["data"].get("result").unwrap_or(&answer["data"]);
        Ok(data.as_array().unwrap_or_else(|| panic!("no list: {answer}")).clone())
    }

    fn api(&self, call: &str) -> Value {
        let answer = client::get(self.address, &format!("/api/v1/{call}")).unwrap().json();
        assert_eq!(answer["status"], "success", "{call}: {answer}");
        answer["data"].clone()
    }
}

fn command(folder: &Path) -> Command {
    let mut command = tool("bin/prometheus");
    command
        .arg(format!("--config.file={}", folder.join(CONFIG).display()))
        .arg(format!("--storage.tsdb.path={}", folder.join("data").display()))
        .arg("--web.listen-address=127.0.0.1:0")
        // Alertmanager resolves an alert after four times this time without an update.
        .arg("--rules.alert.resend-delay=5s");
    command
}

/// Waits until a new Prometheus answers; returns its address.
#[track_caller]
fn ready(program: &mut Program) -> SocketAddr {
    let address = program.address(|line| word_after(line, "msg=\"Listening on\" address="));
    let ready = || client::get(address, "/-/ready").is_ok_and(|response| response.status == 200).then_some(());
    wait_for("Prometheus to be ready", READY, ready);
    address
}

fn config(targets: &[SocketAddr], alertmanager: Option<SocketAddr>) -> String {
    let targets: Vec<String> = targets.iter().map(|target| format!("'{target}'")).collect();
    let targets = targets.join(", ");
    let alertmanagers = alertmanager.map_or_else(String::new, |address| format!("'{address}'"));
    format!(
        "global: {{scrape_interval: 1s, scrape_timeout: 1s, evaluation_interval: 1s}}
rule_files: [{RULES}]
scrape_configs:
- job_name: plimsoll
  honor_labels: true
  static_configs: [{{targets: [{targets}]}}]
alerting:
  alertmanagers: [{{static_configs: [{{targets: [{alertmanagers}]}}]}}]
"
    )
}

fn alert(json: &Value) -> Alert {
    Alert {
        labels: text_map(&json["labels"]),
        annotations: text_map(&json["annotations"]),
        state: text(&json["state"]),
        active_at: text(&json["activeAt"]),
        value: number(&json["value"]),
    }
}

/// A JSON object of strings.
pub(super) fn text_map(json: &Value) -> BTreeMap<String, String> {
    let pairs = json.as_object().unwrap_or_else(|| panic!("no object: {json}"));
    pairs.iter().map(|(key, value)| (key.clone(), text(value))).collect()
}

pub(super) fn text(json: &Value) -> String {
    json.as_str().unwrap_or_else(|| panic!("no text: {json}")).to_owned()
}

/// Prometheus writes numbers as text, to have `NaN` and `+Inf`.
fn number(json: &Value) -> f64 {
    text(json).parse().unwrap()
}

/// Percent-encodes characters that are special in a URL.
fn encode(text: &str) -> String {
    let safe = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.~".contains(&byte);
    text.bytes().map(|byte| if safe(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") }).collect()
}
