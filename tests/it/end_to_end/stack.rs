//! All programs from the simulated AWS to the pager, and the steps and checks of the tests.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::time::Duration;

use plimsoll::sim::{Curve, Fleet, Instance, Options};

use crate::support::alertmanager::Alertmanager;
use crate::support::databases::{ACCOUNT, INSTANCE, REGION, in_regions};
use crate::support::exporter::{Exporter, Launch};
use crate::support::pager::{Notice, Pager};
use crate::support::prometheus::{Alert, Prometheus};
use crate::support::simulated::SimulatedAws;
use crate::support::tools::run;
use crate::support::{TempDir, wait_for};

/// The configuration with short times that all tests share; each adds its `metrics`.
///
/// A value lives for 20 to 80 s without CloudWatch (a point is up to a minute old when it is fetched), a scope counts as
/// blind 10 s after its last success, and the bridge is as long as a restart takes on a busy machine.
const PACE: &str = r#"
[polling]
discovery = "3s"
fast = "1s"
publication_delay = "0s"

[polling.age_limit]
minute = "80s"

[defaults]
mode = "off"

[labels]
tags = ["team"]

[rules]
scrape_interval = "1s"
bridge = "15s"

[metrics]
profile = "alerting"
"#;

/// The limit for what takes a few evaluations, on a machine that is busy with other tests.
const SOON: Duration = Duration::from_mins(1);
/// The limit for what waits for an age limit, a long `for` or the first datapoint after a resize, over two minutes later.
const LATE: Duration = Duration::from_mins(3);

/// One page for each alert.
pub(super) const EACH_ALERT: &str = "'...'";

/// A value below every level.
const IDLE: f64 = 20.0;

/// The programs, in the order in which they end.
pub(super) struct Stack {
    pub(super) prometheus: Prometheus,
    _alertmanager: Alertmanager,
    pub(super) pager: Pager,
    pub(super) exporter: Exporter,
    /// Further replicas that Prometheus scrapes.
    pub(super) others: Vec<Exporter>,
    pub(super) aws: SimulatedAws,
    config: String,
}

/// Which alert: its name, the database (empty if it concerns none) and the severity.
pub(super) type Which<'a> = (&'a str, &'a str, &'a str);

/// Adds what one replica has of its own to how it is started.
pub(super) type Own<'a> = &'a dyn Fn(Launch) -> Launch;

impl Stack {
    /// Idle databases with these tags, the configuration of `metrics`, and one page for all alerts with equal
    /// `page_labels`.
    #[track_caller]
    pub(super) fn start(databases: &[(&str, &[(&str, &str)])], metrics: &str, page_labels: &str) -> Self {
        Self::watch(fleet(databases), metrics, page_labels)
    }

    /// The same with any databases, in all regions of the account that have some.
    #[track_caller]
    pub(super) fn watch(fleet: Fleet, metrics: &str, page_labels: &str) -> Self {
        let regions: Vec<&str> = fleet.accounts[ACCOUNT].keys().map(String::as_str).collect();
        let config = in_regions(&regions, &(PACE.to_owned() + metrics));
        Self::replicas(fleet, config, page_labels, &[&|launch| launch])
    }

    /// Several replicas with one configuration, each with what is its own.
    #[track_caller]
    pub(super) fn replicas(fleet: Fleet, config: String, page_labels: &str, own: &[Own]) -> Self {
        let options = Options { publication_delay: Some(Duration::ZERO), ..Options::default() };
        let aws = SimulatedAws::start(fleet, options);
        let launch = |own: &Own| {
            let exporter = own(aws.launch().config(&config)).start();
            exporter.wait_until_ready();
            exporter
        };
        let exporters: Vec<Exporter> = own.iter().map(launch).collect();
        let targets: Vec<SocketAddr> = exporters.iter().map(Exporter::address).collect();
        let pager = Pager::start();
        let alertmanager = Alertmanager::grouping(pager.address(), page_labels);
        let prometheus = Prometheus::scraping(&targets, "", Some(alertmanager.address()));
        let mut others = exporters;
        let exporter = others.remove(0);
        let stack = Self { prometheus, _alertmanager: alertmanager, pager, exporter, others, aws, config };
        // Rules are evaluated once there is something to evaluate.
        stack.wait_until_true("aws_rds_cpuutilization_average");
        stack.prometheus.load_rules(&stack.rules());
        stack
    }

    /// The rules that plimsoll prints for the configuration.
    pub(super) fn rules(&self) -> String {
        let folder = TempDir::new("rules");
        let file = folder.write("plimsoll.toml", &self.config);
        let mut command = self.aws.launch().command();
        let output = run(command.arg("rules").arg("--config.file").arg(file), "");
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// Shortens the `for` of a rule, which no configuration can shorten, to a few evaluations.
    pub(super) fn shorten(&self, alert: &str, wait: &str) {
        let rules = self.rules();
        let (others, rule) = rules.split_once(&format!("alert: {alert}\n")).unwrap();
        let (expression, rest) = rule.split_once(&format!("for: {wait}\n")).unwrap();
        self.prometheus.load_rules(&format!("{others}alert: {alert}\n{expression}for: 5s\n{rest}"));
    }

    /// From now on `CloudWatch` has this value for all past and future samples of the metric; `None` ends the metric.
    pub(super) fn report(&self, database: &str, metric: &str, value: Option<f64>) {
        self.aws.metric(ACCOUNT, REGION, &dimension(database), metric).pin(value);
    }

    /// `CloudWatch` has only one datapoint of the metric, for the last complete minute.
    pub(super) fn report_once(&self, database: &str, metric: &str, value: f64) {
        self.aws.metric(ACCOUNT, REGION, &dimension(database), metric).point_once(value, Duration::ZERO);
    }

    pub(super) fn edit(&self, database: &str, edit: impl FnOnce(&mut Instance)) {
        self.aws.change(|fleet| edit(fleet.instance(database).unwrap()));
    }

    pub(super) fn tag(&self, database: &str, key: &str, value: &str) {
        self.edit(database, |instance| {
            instance.tags.insert(key.to_owned(), value.to_owned());
        });
    }

    /// Waits until an expression has a result.
    #[track_caller]
    pub(super) fn wait_until_true(&self, expression: &str) {
        wait_for(expression, LATE, || (!self.prometheus.query(expression).is_empty()).then_some(()));
    }

    /// Waits until every rule was evaluated `count` more times.
    #[track_caller]
    pub(super) fn wait_for_evaluations(&self, count: u64) {
        let wanted = self.prometheus.evaluations().unwrap() + count;
        wait_for("evaluations", SOON, || (self.prometheus.evaluations()? >= wanted).then_some(()));
    }

    /// Waits until the pager has received a firing alert.
    #[track_caller]
    pub(super) fn wait_for_page(&self, which: Which) -> Notice {
        let find = || self.pager.open().into_iter().find(|notice| named(notice) == which);
        wait_for(&format!("the page {which:?}"), LATE, find)
    }

    /// Waits until the last notice of an alert is that it is resolved.
    #[track_caller]
    pub(super) fn wait_for_end(&self, which: Which) -> Notice {
        let last = || self.pager.history().into_iter().rev().find(|notice| named(notice) == which);
        wait_for(&format!("the end of {which:?}"), LATE, || last().filter(|notice| !notice.firing))
    }

    /// Waits until Prometheus holds an alert in that state.
    #[track_caller]
    pub(super) fn wait_for_alert(&self, which: Which, state: &str) -> Alert {
        let find = || self.alert(which).filter(|alert| alert.state == state);
        wait_for(&format!("{which:?} to be {state}"), LATE, find)
    }

    /// An alert as Prometheus sees it, pending or firing.
    #[track_caller]
    pub(super) fn alert(&self, which: Which) -> Option<Alert> {
        let is = |alert: &Alert| (alert.name(), alert.label(INSTANCE), alert.label("severity")) == which;
        self.prometheus.alerts().into_iter().find(is)
    }

    /// Every notice that the pager received, sorted.
    pub(super) fn notices(&self) -> Vec<String> {
        let line = |notice: &Notice| {
            let (name, database, severity) = named(notice);
            let what = if notice.firing { "fires" } else { "resolved" };
            format!("{name} {database} {severity} {what}")
        };
        let mut notices: Vec<String> = self.pager.history().iter().map(line).collect();
        notices.sort();
        notices
    }

    /// Asserts that Prometheus stored every sample and evaluated every rule without an error.
    #[track_caller]
    pub(super) fn assert_all_went_well(&self) {
        let own = self.prometheus.own_metrics();
        for counter in [
            "prometheus_target_scrapes_sample_out_of_order_total",
            "prometheus_target_scrapes_sample_duplicate_timestamp_total",
            "prometheus_target_scrapes_sample_out_of_bounds_total",
            "prometheus_rule_evaluation_failures_total",
            "prometheus_notifications_errors_total",
            "prometheus_notifications_dropped_total",
        ] {
            let found = own.find(counter, &[]);
            assert!(!found.is_empty(), "{counter} is not there");
            assert!(found.iter().all(|series| series.value == 0.0), "{found:#?}");
        }
    }
}

fn named(notice: &Notice) -> Which<'_> {
    (notice.name(), notice.label(INSTANCE), notice.label("severity"))
}

/// All labels of an alert on a database of the team `payments`, and `more`.
pub(super) fn labels(which: Which, more: &[(&str, &str)]) -> BTreeMap<String, String> {
    let (name, database, severity) = which;
    let usual = [
        ("alertname", name),
        ("severity", severity),
        ("account_id", ACCOUNT),
        ("region", REGION),
        (INSTANCE, database),
        ("tag_team", "payments"),
    ];
    usual.iter().chain(more).map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

fn dimension(database: &str) -> String {
    format!("DBInstanceIdentifier={database}")
}

pub(super) fn fleet(databases: &[(&str, &[(&str, &str)])]) -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    for (id, tags) in databases {
        let mut instance = Instance::of("postgres");
        instance.tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
        for metric in ["CPUUtilization", "DatabaseConnections"] {
            instance.metrics.insert(metric.to_owned(), Some(Curve::constant(IDLE)));
        }
        region.instances.insert((*id).to_owned(), instance);
    }
    fleet
}
