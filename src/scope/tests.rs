//! A scope from outside: listings and answers in, questions and series out.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::*;
use crate::config::{Config, DefaultsMode, Profile, Selection};
use crate::plan::{BatchResult, Now, Point, Query, QueryResult, ResponseCounts, Task};
use crate::resource::{
    Described, Engine, Facts, Figures, GroupName, Kind, Lister, OptionalAnswer, OptionalCall, ParameterGroup, Role,
    fixture,
};
use crate::snapshot::{Column, Sample, ScopeSnapshot};
use crate::time::{Period, Seconds, Timestamp};

mod batches;
mod capacity;
mod changes;
mod clock;
mod clusters;
mod described;
mod fairness;
mod first_listing;
mod generations;
mod headroom;
mod labels;
mod late;
mod lifecycle;
mod mutes;
mod optional;
mod reconfigured;
mod restored;
mod rounds;
mod schedules;
mod shards;
mod status_age;
mod sums;
mod volumes;
mod without_level;

const START: Timestamp = Timestamp::from_second(1_800_000_000);

fn instance(id: &str) -> Described {
    let figures = Figures { allocated_storage_bytes: Some(107_374_182_400.0), ..Figures::default() };
    Described { resource_id: Some(format!("db-{id}").into()), figures, ..fixture::instance(id) }
}

fn shared(found: Vec<Described>) -> Vec<Arc<Described>> {
    found.into_iter().map(Arc::new).collect()
}

fn tagged(id: &str, tags: &[(&str, &str)]) -> Described {
    Described { tags: fixture::tags(tags), ..instance(id) }
}

fn aurora(id: &str, members: &[(&str, Role)], tags: &[(&str, &str)]) -> (Described, Vec<Described>) {
    let engine =
        |resource: Described| Described { engine: Engine::AuroraMysql, engine_name: "aurora-mysql".into(), ..resource };
    let cluster = engine(Described {
        kind: Kind::DB_CLUSTER,
        arn: format!("arn:aws:rds:eu-west-1:123456789012:cluster:{id}").into(),
        members: members.iter().map(|(id, role)| ((*id).into(), *role)).collect(),
        ..tagged(id, tags)
    });
    let instances =
        members.iter().map(|(member, _)| engine(Described { cluster: Some(id.into()), ..instance(member) }));
    (cluster, instances.collect())
}

/// A scope with its AWS, which answers what the test says.
struct Bench {
    scope: Scope,
    now: Timestamp,
    /// By how much the wall clock was set forward.
    ahead: Seconds,
    instances: Option<Vec<Described>>,
    clusters: Option<Vec<Described>>,
    /// Values by identifier and metric; the newest period's end is two minutes ago.
    values: BTreeMap<(&'static str, &'static str), f64>,
    /// Parameter groups; any other may not be read.
    parameters: BTreeMap<GroupName, ParameterRead>,
    /// What optional calls return; any other one fails.
    optional: BTreeMap<OptionalCall, OptionalRead>,
    /// The optional calls that were made, with their windows.
    windows: Vec<(OptionalCall, (Timestamp, Timestamp))>,
    cloudwatch_works: bool,
    /// The first dimension as CloudWatch spells it for volumes; `None` knows every spelling.
    spelling: Option<&'static str>,
    logged: Vec<LogEvent>,
    queried: Vec<(String, &'static str)>,
}

impl Bench {
    fn new(config: Config, instances: Vec<Described>) -> Self {
        Self::since(START, config, instances)
    }

    fn since(start: Timestamp, config: Config, instances: Vec<Described>) -> Self {
        let config = Arc::new(config);
        let selection = Arc::new(Selection::of(&config));
        let name = ScopeName { account: "default".into(), region: "eu-west-1".into() };
        Self {
            scope: Scope::new(name, config, selection, 100, Now::at(start)),
            now: start,
            ahead: Seconds::ZERO,
            instances: Some(instances),
            clusters: Some(Vec::new()),
            values: BTreeMap::new(),
            parameters: BTreeMap::new(),
            optional: BTreeMap::new(),
            windows: Vec::new(),
            cloudwatch_works: true,
            spelling: None,
            logged: Vec::new(),
            queried: Vec::new(),
        }
    }

    fn value(mut self, id: &'static str, metric: &'static str, value: f64) -> Self {
        self.values.insert((id, metric), value);
        self
    }

    fn moment(&self) -> Now {
        Now { steady: self.now, wall: self.now + self.ahead }
    }

    /// Lets time pass second by second, everything queried being answered at once.
    fn pass(&mut self, seconds: i64) -> &mut Self {
        for _ in 0..seconds {
            self.now += Seconds::new(1);
            self.feed(Event::Tick);
        }
        self
    }

    fn feed(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for command in self.scope.on(event, self.moment()) {
                events.extend(self.answer(command));
            }
        }
    }

    fn answer(&mut self, command: Command) -> Option<Event> {
        match command {
            Command::List(Lister::Instances) => {
                Some(Event::Listed(Lister::Instances, self.instances.clone().map(shared)))
            }
            Command::List(Lister::Proxies) => Some(Event::Listed(Lister::Proxies, Some(Vec::new()))),
            Command::List(Lister::Clusters) => Some(Event::Listed(Lister::Clusters, self.clusters.clone().map(shared))),
            Command::Fetch(batch) => {
                self.queried.extend(batch.queries.iter().map(|query| (query.resource.id.to_string(), query.metric)));
                let answers = batch.queries.iter().map(|query| self.point(query)).collect();
                let reply = BatchResult { requested_at: self.moment(), answers, counts: ResponseCounts::default() };
                Some(Event::BatchEnded(batch, self.cloudwatch_works.then_some(reply)))
            }
            Command::ReadParameters(group) => {
                let reading = self.parameters.get(&group).cloned().unwrap_or(ParameterRead::Denied);
                Some(Event::Parameters(group, reading))
            }
            Command::Optional(call, window) => {
                self.windows.push((call, window));
                let read = self.optional.get(&call).cloned().unwrap_or(OptionalRead::Failed);
                Some(Event::Optional(call, read))
            }
            Command::Finished(_) | Command::Forecast(_) | Command::Publish => None,
            Command::Log(note) => {
                self.logged.push(note);
                None
            }
        }
    }

    /// What a role publishes is named `id/WRITER`.
    fn point(&self, query: &Query) -> QueryResult {
        let is_unknown = |spelling| query.resource.kind.is_volume() && query.dimensions[0] != spelling;
        if self.spelling.is_some_and(is_unknown) {
            return QueryResult::Empty;
        }
        let role = query.role.map(|role| format!("/{}", role.dimension_value())).unwrap_or_default();
        let id = query.resource.id.to_string() + &role;
        let value = self.values.iter().find(|((of, name), _)| *of == id && *name == query.metric);
        value.map_or(QueryResult::Empty, |(_, value)| {
            QueryResult::Newest(Point { value: *value, end: self.moment().wall - Seconds::new(120) })
        })
    }

    /// What it serves now.
    fn snapshot(&mut self) -> Arc<ScopeSnapshot> {
        self.scope.on(Event::Publish, self.moment());
        self.scope.snapshot()
    }

    /// The live series of a family, as `labels → value`.
    fn series(&mut self, family: &str) -> BTreeMap<String, f64> {
        let now = self.now;
        let snapshot = self.snapshot();
        let columns = snapshot.columns.iter().filter(|(key, _)| key.name == family);
        columns
            .flat_map(|(_, column)| column.samples.iter().map(move |sample| (column, sample)))
            .filter(|(column, sample)| column.lives(sample, now))
            .map(|(column, sample)| (labels(column, &sample), sample.value))
            .collect()
    }

    /// What was logged of issues, leaving out changed levels.
    fn issues_logged(&self) -> Vec<&LogEvent> {
        self.logged
            .iter()
            .filter(|note| matches!(note, LogEvent::IssueAppeared { .. } | LogEvent::IssueGone { .. }))
            .collect()
    }

    fn polls_of(&self, id: &str, metric: &str) -> usize {
        self.queried.iter().filter(|(of, name)| of == id && *name == metric).count()
    }
}

fn labels(column: &Column, sample: &Sample) -> String {
    format!("{}|{}", column.labels[sample.resource.position()], column.extra(sample).labels)
}

fn ids(series: &BTreeMap<String, f64>) -> Vec<&str> {
    series
        .keys()
        .filter_map(|labels| labels.split("dimension_DBInstanceIdentifier=\"").nth(1)?.split('"').next())
        .collect()
}

mod watch;

const CPU: &str = "aws_rds_cpuutilization_average";
const CPU_THRESHOLD: &str = "aws_rds_cpuutilization_threshold";

#[test]
fn metric_and_threshold_stand_side_by_side_with_the_same_labels() {
    let orders = tagged("orders", &[("plimsoll/CPUUtilization", "80/90")]);
    let mut bench = Bench::new(Config::default(), vec![orders]).value("orders", "CPUUtilization", 87.2);
    bench.pass(2);
    let identity = "account_id=\"123456789012\",dimension_DBInstanceIdentifier=\"orders\",\
                    name=\"arn:aws:rds:eu-west-1:123456789012:db:orders\",region=\"eu-west-1\"";
    assert_eq!(bench.series(CPU), BTreeMap::from([(format!("{identity}|"), 87.2)]));
    assert_eq!(
        bench.series(CPU_THRESHOLD),
        BTreeMap::from([
            (format!("{identity}|severity=\"critical\""), 90.0),
            (format!("{identity}|severity=\"warning\""), 80.0),
        ])
    );
    assert!(bench.scope.is_ready());
}

#[test]
fn a_value_lives_until_its_age_limit_when_cloudwatch_fails_and_thresholds_stay() {
    let orders = tagged("orders", &[("plimsoll/CPUUtilization", "90")]);
    let mut bench = Bench::new(Config::default(), vec![orders]).value("orders", "CPUUtilization", 50.0);
    bench.pass(61);
    bench.cloudwatch_works = false;
    let last_end = bench.now;
    bench.pass(200);
    assert_eq!(bench.series(CPU).len(), 1, "a failing CloudWatch changes nothing at first");
    bench.pass((last_end + Seconds::new(420) - bench.now).get());
    assert_eq!(bench.series(CPU).len(), 0, "a frozen value is worse than none");
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 1);
}

#[test]
fn a_failed_listing_keeps_what_is_known_and_a_good_one_without_the_database_drops_it() {
    let mut bench = Bench::new(Config::default(), vec![tagged("orders", &[("plimsoll/CPUUtilization", "90")])]).value(
        "orders",
        "CPUUtilization",
        50.0,
    );
    bench.pass(2);
    bench.instances = None;
    bench.pass(300);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 1);
    bench.instances = Some(Vec::new());
    bench.pass(120);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 0);
    assert_eq!(bench.series(CPU).len(), 0);
}

#[test]
fn a_scope_that_cannot_list_is_ready_all_the_same_and_asks_nothing() {
    let mut bench = Bench::new(Config::default(), Vec::new());
    bench.instances = None;
    bench.clusters = None;
    bench.pass(5);
    assert!(bench.scope.is_ready());
    assert!(bench.queried.is_empty());
    let report = bench.scope.report(bench.moment());
    assert_eq!((report.tasks[&Task::List(Lister::Instances)].last_success, report.started), (None, START));
}

#[test]
fn without_permission_for_clusters_instances_still_work() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 50.0);
    bench.clusters = None;
    bench.pass(2);
    assert_eq!(bench.series(CPU).len(), 1);
}

#[test]
fn a_replica_shows_whether_it_replicates() {
    let facts = Facts { replication_status: Some("error".into()), ..Facts::default() };
    let mut bench = Bench::new(Config::default(), vec![instance("orders"), Described { facts, ..instance("replica") }]);
    bench.pass(2);
    let series = bench.series("plimsoll_replication_status");
    assert_eq!(ids(&series), ["replica"]);
    assert!(series.keys().all(|labels| labels.ends_with("status=\"error\"")));
}

#[test]
fn a_stopped_database_has_status_and_thresholds_but_no_values() {
    let stopped = Described { status: "stopped".into(), ..instance("orders") };
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 50.0);
    bench.pass(2);
    assert_eq!(bench.series(CPU).len(), 1);
    bench.instances = Some(vec![stopped]);
    bench.pass(120);
    assert_eq!(bench.series(CPU).len(), 0);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 1);
    assert!(bench.series("plimsoll_resource_status").keys().all(|labels| labels.ends_with("status=\"stopped\"")));
}

#[test]
fn a_database_created_anew_under_an_old_name_does_not_inherit_its_values() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 50.0);
    bench.pass(2);
    bench.values.clear();
    bench.instances = Some(vec![Described { resource_id: Some("db-NEW".into()), ..instance("orders") }]);
    bench.pass(120);
    assert_eq!(bench.series(CPU).len(), 0);
}

#[test]
fn values_follow_their_database_when_another_one_comes_before_it() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 50.0);
    bench.pass(2);
    bench.cloudwatch_works = false;
    bench.instances = Some(vec![instance("archive"), instance("orders")]);
    bench.pass(120);
    assert_eq!(ids(&bench.series(CPU)), ["orders"]);
}

#[test]
fn members_inherit_the_tags_of_their_cluster_and_a_bad_one_is_told_once() {
    let (cluster, members) = aurora(
        "shop",
        &[("shop-1", Role::Writer), ("shop-2", Role::Reader)],
        &[("plimsoll/CPUUtilization", "70/85"), ("plimsoll/DiskQueueDepth", "many"), ("team", "shop")],
    );
    let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    config.labels.tags = vec!["team".into()];
    let mut bench = Bench::new(config, members);
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    let thresholds = bench.series(CPU_THRESHOLD);
    assert_eq!(ids(&thresholds), ["shop-1", "shop-1", "shop-2", "shop-2"]);
    assert!(thresholds.keys().all(|labels| labels.contains("tag_team=\"shop\"")), "routing tags are inherited too");
    let issues = bench.series("plimsoll_threshold_issue");
    assert_eq!(issues.len(), 1, "{issues:?}");
    assert!(issues.keys().all(|labels| labels.contains("dimension_DBClusterIdentifier=\"shop\"")));
    assert_eq!(bench.logged.len(), 1);
    bench.pass(600);
    assert_eq!(bench.logged.len(), 1, "an issue is logged once per change");
}

#[test]
fn a_tag_that_becomes_nonsense_hands_over_to_the_next_source_and_back() {
    let config = Config { defaults: DefaultsMode::Full, ..Config::default() };
    let mut bench = Bench::new(config, vec![tagged("orders", &[("plimsoll/CPUUtilization", "60/70")])]);
    let levels = |bench: &mut Bench| bench.series(CPU_THRESHOLD).into_values().collect::<Vec<_>>();
    bench.pass(2);
    assert_eq!(levels(&mut bench), [70.0, 60.0]);
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/CPUUtilization", "high")])]);
    bench.pass(120);
    assert_eq!(levels(&mut bench), [90.0, 80.0]);
    assert!(matches!(bench.issues_logged()[..], [LogEvent::IssueAppeared { .. }]));
    bench.instances = Some(vec![tagged("orders", &[("plimsoll/CPUUtilization", "65/75")])]);
    bench.pass(120);
    assert_eq!(levels(&mut bench), [75.0, 65.0]);
    assert!(matches!(bench.issues_logged()[..], [LogEvent::IssueAppeared { .. }, LogEvent::IssueGone { .. }]));
}

#[test]
fn a_tag_pulls_its_metric_into_the_poll_and_the_profile_none_asks_nothing() {
    let quiet = |profile| {
        let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
        config.metrics.profile = profile;
        config
    };
    let fleet = || vec![tagged("orders", &[("plimsoll/CheckpointLag", "10m")]), instance("billing")];
    let mut bench = Bench::new(quiet(Profile::Alerting), fleet());
    bench.pass(2);
    assert_eq!(bench.queried, [("orders".to_owned(), "CheckpointLag")]);

    let mut bench = Bench::new(quiet(Profile::None), fleet());
    bench.pass(400);
    assert!(bench.queried.is_empty());
    assert!(bench.scope.is_ready());
    assert_eq!(bench.series("aws_rds_checkpoint_lag_threshold").len(), 1);
}

#[test]
fn fast_metrics_are_asked_every_minute_and_slow_ones_every_five() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")])
        .value("orders", "CPUUtilization", 1.0)
        .value("orders", "ReadIOPS", 1.0);
    bench.pass(3600);
    let (fast, slow) = (bench.polls_of("orders", "CPUUtilization"), bench.polls_of("orders", "ReadIOPS"));
    let selection = Selection::of(&Config::default());
    let statistics =
        |metric| selection.metrics.iter().find(|selected| selected.row.metric == metric).unwrap().statistics.len();
    assert!((60..=61).contains(&(fast / statistics("CPUUtilization"))), "{fast}");
    assert!((12..=13).contains(&(slow / statistics("ReadIOPS"))), "{slow}");
}

#[test]
fn what_is_silent_while_idle_and_has_a_level_is_asked_at_its_interval() {
    let sqlserver = Described {
        engine: Engine::Sqlserver,
        engine_name: "sqlserver-se".into(),
        class: "db.m6i.large".into(),
        ..instance("ledger")
    };
    let mut bench = Bench::new(Config::default(), vec![sqlserver]).value("ledger", "ReadIOPS", 1.0);
    bench.pass(3600);
    for metric in ["FailedSQLServerAgentJobsCount", "DBLoadNonCPU"] {
        assert!(bench.polls_of("ledger", metric) >= 12, "{metric}");
    }
    assert!(bench.polls_of("ledger", "DBLoad") < 12, "without a level, nothing is missed");
}

#[test]
fn a_failed_slow_round_is_tried_again_within_a_minute_and_only_what_failed() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "ReadIOPS", 1.0);
    bench.cloudwatch_works = false;
    bench.pass(2);
    bench.cloudwatch_works = true;
    bench.pass(62);
    assert_eq!(bench.series("aws_rds_read_iops_average").len(), 1);
}

#[test]
fn a_clock_that_jumps_back_does_not_stop_the_poll() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]).value("orders", "CPUUtilization", 1.0);
    bench.pass(120);
    let before = bench.polls_of("orders", "CPUUtilization");
    bench.ahead = Seconds::new(-86_400);
    bench.pass(120);
    assert!(bench.polls_of("orders", "CPUUtilization") > before);
}

#[test]
fn minus_one_is_served_where_it_means_broken_and_dropped_where_it_means_not_in_use() {
    let replica = Described { facts: Facts { is_replica: true, ..Facts::default() }, ..instance("replica") };
    let mut bench = Bench::new(Config::default(), vec![replica])
        .value("replica", "ReplicaLag", -1.0)
        .value("replica", "TransactionLogsDiskUsage", -1.0)
        .value("replica", "CPUUtilization", 1.0);
    bench.pass(2);
    assert_eq!(bench.series("aws_rds_replica_lag_maximum").into_values().collect::<Vec<_>>(), [-1.0]);
    assert!(bench.series("aws_rds_transaction_logs_disk_usage_maximum").is_empty());
}

#[test]
fn an_unchanged_column_stays_the_same_so_that_it_is_not_encoded_again() {
    let mut bench = Bench::new(Config::default(), vec![instance("orders")]);
    bench.pass(2);
    let before = bench.snapshot();
    bench.instances = Some(vec![Described {
        figures: Figures { latest_restorable_seconds: Some(1.0), ..instance("orders").figures },
        ..instance("orders")
    }]);
    bench.pass(120);
    let after = bench.snapshot();
    let threshold = |snapshot: &ScopeSnapshot| {
        snapshot
            .columns
            .iter()
            .find(|(family, _)| family.name == CPU_THRESHOLD)
            .map(|(_, column)| Arc::clone(column))
            .unwrap()
    };
    assert!(Arc::ptr_eq(&threshold(&before), &threshold(&after)));
}
