//! A real Alertmanager that passes every alert on at once.

use std::net::SocketAddr;

use super::TempDir;
use super::program::{Program, word_after};
use super::tools::tool;

pub(crate) struct Alertmanager {
    // Ends with this value.
    _program: Program,
    address: SocketAddr,
}

impl Alertmanager {
    /// Sends its notifications to `pager`, one page for each alert.
    #[track_caller]
    pub(crate) fn start(pager: SocketAddr) -> Self {
        Self::grouping(pager, "'...'")
    }

    /// One page for all alerts that agree in these labels, written with commas between them.
    #[track_caller]
    pub(crate) fn grouping(pager: SocketAddr, labels: &str) -> Self {
        let folder = TempDir::new("alertmanager");
        let config = folder.write("alertmanager.yml", &config(pager, labels));
        let mut command = tool("bin/alertmanager");
        command
            .arg(format!("--config.file={}", config.display()))
            .arg(format!("--storage.path={}", folder.path().join("data").display()))
            .args(["--web.listen-address=127.0.0.1:0", "--cluster.listen-address="]);
        let mut program = Program::start("alertmanager", &mut command, folder);
        let address = program.address(|line| word_after(line, "msg=\"Listening on\" address="));
        Self { _program: program, address }
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }
}

/// `'...'` groups by all labels.
fn config(pager: SocketAddr, labels: &str) -> String {
    format!(
        "route: {{receiver: pager, group_by: [{labels}], group_wait: 0s, group_interval: 1s, repeat_interval: 1h}}
receivers:
- name: pager
  webhook_configs: [{{url: 'http://{pager}/', send_resolved: true}}]
"
    )
}

#[test]
fn an_alert_travels_from_a_rule_to_the_pager() {
    use super::{pager::Pager, prometheus::Prometheus, wait_for};

    let pager = Pager::start();
    let alertmanager = Alertmanager::start(pager.address());
    let rules = "
groups:
- name: test
  rules: [{alert: Down, expr: 'up == 0', labels: {severity: critical}}]
";
    // The pager serves no metrics, so it is down.
    let prometheus = Prometheus::start(pager.address(), rules, Some(alertmanager.address()));
    let page = wait_for("the page", std::time::Duration::from_secs(30), || pager.open().pop());
    assert_eq!((page.name(), page.label("severity")), ("Down", "critical"));
    assert_eq!(prometheus.value("up"), Some(0.0));
    assert_eq!(prometheus.alerts()[0].state, "firing");
}
