//! What a budget saves: metrics that no alert depends on, then frequency, and nothing else.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use plimsoll::config::{Config, Selection};
use plimsoll::cost::{self, Demand, Outlook};
use plimsoll::inventory::Inventory;
use plimsoll::offline::{DatabaseOptions, counted};
use plimsoll::plan::{
    BatchResult, Now, Point, PollGroup, PolledResource, QueryResult, ResponseCounts, ResponseHistory, Savings,
    wanted_metrics,
};
use plimsoll::resource::{Described, Kind, Lister, Text};
use plimsoll::scope::{self, Command, Event, OptionalRead, ParameterRead, Scope, ScopeName, Seen};
use plimsoll::sim::Options;
use plimsoll::time::{Seconds, Timestamp};
use proptest::prelude::*;

use crate::support::databases::{INSTANCE, databases};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

/// 2026-01-01 13:00 UTC.
const START: Timestamp = Timestamp::from_second(1_767_272_400);

const ENGINES: [&str; 4] = ["postgres", "mysql", "aurora-mysql", "sqlserver-se"];

/// Tags that set a level, name a metric that no default concerns, or switch a level off.
const TAGS: [(&str, &str); 4] = [
    ("plimsoll/ReadIOPS", "500/1000"),
    ("plimsoll/DiskQueueDepth", "20pct"),
    ("plimsoll/CPUUtilization", "off"),
    ("plimsoll/SwapUsage", "1GiB"),
];

/// One to three databases of each chosen engine, with tags.
fn fleet() -> impl Strategy<Value = Vec<(usize, usize, usize)>> {
    prop::collection::vec((0..ENGINES.len(), 1..=3_usize, 0..=TAGS.len()), 1..4)
}

fn listings(fleet: &[(usize, usize, usize)]) -> [Vec<Described>; 2] {
    let (mut clusters, mut instances) = (Vec::new(), Vec::new());
    for (group, (engine, count, tags)) in fleet.iter().enumerate() {
        let tags: Vec<String> = TAGS[..*tags].iter().map(|(key, value)| format!("{key}={value}")).collect();
        let (kind, class) = (Kind::DB_INSTANCE, Some("db.r6g.large"));
        let engine = ENGINES[*engine];
        let options =
            DatabaseOptions { kind, engine, is_replica: false, storage: None, class, capacity: None, tags: &tags };
        let mut databases = counted(options, *count, &[]).unwrap();
        for one in databases.clusters.iter_mut().chain(&mut databases.instances) {
            let rename = |id: &str| Text::from(format!("{group}-{id}"));
            (one.id, one.arn) = (rename(&one.id), format!("arn:{}", rename(&one.id)).into());
            one.cluster = one.cluster.as_deref().map(rename);
            for (member, _) in &mut one.members {
                *member = rename(member);
            }
        }
        clusters.extend(databases.clusters);
        instances.extend(databases.instances);
    }
    [clusters, instances]
}

fn config(budget: f64) -> Arc<Config> {
    let mut config = Config::default();
    config.cost.monthly_budget_usd = Some(budget);
    Arc::new(config)
}

fn inventory(fleet: &[(usize, usize, usize)], config: &Arc<Config>) -> Arc<Inventory> {
    let [clusters, instances] = listings(fleet);
    let listings = vec![(Lister::Clusters, Some(clusters)), (Lister::Instances, Some(instances))];
    let selection = Arc::new(Selection::of(config));
    let seen = Seen { listings, ..Seen::default() };
    scope::inventory(name(), config, &selection, seen, Now::at(START))
}

fn name() -> ScopeName {
    ScopeName { account: "default".into(), region: "eu-west-1".into() }
}

fn polled(inventory: &Inventory) -> impl Iterator<Item = PolledResource<'_>> {
    inventory.indexed().map(|(index, known)| PolledResource {
        index,
        resource: &known.resource,
        resolved: &known.resolved,
    })
}

/// What a scope queries, by resource and metric: the longest time between two queries.
type Gaps = BTreeMap<(String, &'static str), (Timestamp, Seconds)>;

/// A scope that saves, for a quarter of an hour in which everything is answered.
fn gaps(fleet: &[(usize, usize, usize)], config: &Arc<Config>) -> (Gaps, Outlook) {
    let selection = Arc::new(Selection::of(config));
    let mut scope = Scope::new(name(), Arc::clone(config), Arc::clone(&selection), 100, Now::at(START));
    let (mut gaps, mut outlook) = (Gaps::new(), Outlook::default());
    for second in 0..20 * 60 {
        let now = START + Seconds::new(second);
        let mut commands = scope.on(Event::Tick, Now::at(now));
        while let Some(command) = commands.pop() {
            let event = match command {
                Command::List(lister) => {
                    let [clusters, instances] = listings(fleet);
                    let found = if lister == Lister::Clusters { clusters } else { instances };
                    Event::Listed(lister, Some(found.into_iter().map(Arc::new).collect()))
                }
                Command::Forecast(demand) => {
                    outlook = cost::outlook(&demand, config, &selection);
                    Event::Save(outlook.savings.clone())
                }
                Command::Fetch(batch) => {
                    for query in &batch.queries {
                        let key = (query.resource.id.to_string(), query.metric);
                        let (last, longest) = gaps.entry(key).or_insert((now, Seconds::ZERO));
                        *longest = (now - *last).max(*longest);
                        *last = now;
                    }
                    let point = QueryResult::Newest(Point { value: 1.0, end: now });
                    let answers = vec![point; batch.queries.len()];
                    let reply = BatchResult { requested_at: Now::at(now), answers, counts: ResponseCounts::default() };
                    Event::BatchEnded(batch, Some(reply))
                }
                Command::ReadParameters(group) => Event::Parameters(group, ParameterRead::Denied),
                Command::Optional(call, _) => Event::Optional(call, OptionalRead::Denied),
                Command::Finished(_) | Command::Log(_) | Command::Publish => continue,
            };
            commands.extend(scope.on(event, Now::at(now)));
        }
    }
    (gaps, outlook)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Under any budget, what an alert depends on is queried at least twice within the `for` of its rule, and the next
    /// value comes before the last one expires.
    #[test]
    fn no_level_loses_its_metric_and_no_metric_starves(fleet in fleet(), budget in 0.01..20.0_f64) {
        let config = config(budget);
        let inventory = inventory(&fleet, &config);
        let (gaps, outlook) = gaps(&fleet, &config);
        let selection = inventory.context().selection;
        for wanted in wanted_metrics(polled(&inventory), selection, &ResponseHistory::default(), START) {
            let (selected, resource) = (wanted.due.selected, &wanted.due.resource.id);
            let known = &inventory.known()[wanted.due.index.position()];
            let has_level = known.resolved.thresholds.iter().any(|level| level.metric == selected.row.metric);
            prop_assert!(wanted.is_needed || !has_level, "{} of {} has a level", selected.row.metric, resource);
            let gap = gaps.get(&(resource.to_string(), selected.row.metric)).map(|(_, longest)| *longest);
            prop_assert!(gap.is_some() || !wanted.is_needed, "{} of {resource} is not queried", selected.row.metric);
            // The first rounds after a start are up to a fifth longer apart, until they are on their grid.
            let PollGroup { interval, timing, without_level, .. } = wanted.poll_group;
            let usual = Duration::from(interval) * 6 / 5;
            let most = if without_level { usual } else { usual.max(selected.rule_for / 2) };
            let served = config.polling.min_served_time(timing);
            let is_soon = |gap: Seconds| Duration::from(gap) <= most && Duration::from(gap) < served;
            prop_assert!(!(without_level && has_level), "{} of {resource} waits longer", selected.row.metric);
            prop_assert!(gap.is_none_or(is_soon), "{} waits {gap:?}", selected.row.metric);
        }
        prop_assert!(outlook.saved.upper <= budget || outlook.is_over_budget());
    }

    /// Each step saves more, the least that is enough is chosen, and what is needed is shed by none.
    #[test]
    fn the_least_savings_that_are_enough_apply(fleet in fleet(), budget in 0.01..40.0_f64) {
        let config = config(budget);
        let inventory = inventory(&fleet, &config);
        let selection = inventory.context().selection;
        let demand = Demand::of(polled(&inventory), selection, &ResponseHistory::default(), START);
        let steps = Savings::steps(selection, |_| true);
        let dollars: Vec<f64> = steps.iter().map(|step| demand.dollars(step).upper).collect();
        prop_assert!(dollars.is_sorted_by(|more, less| more >= less), "{dollars:?}");
        let outlook = cost::outlook(&demand, &config, selection);
        let least = dollars.iter().find(|dollars| **dollars <= budget).or(dollars.last()).unwrap();
        prop_assert!((outlook.saved.upper - least).abs() < 1e-9, "{} is not {least}", outlook.saved.upper);
        prop_assert_eq!(outlook.is_over_budget(), outlook.saved.upper > budget);
    }
}

#[test]
fn metrics_are_stretched_last_and_never_beyond_half_of_their_rule() {
    let selection = Selection::of(&config(1.0));
    let steps = Savings::steps(&selection, |_| true);
    let find = |name: &str| selection.polled().find(|one| one.row.metric == name).unwrap();
    let interval = |savings: &Savings, name: &str| savings.interval(PollGroup::of(find(name))).get();
    let check = |from_the_end: usize, cpu: i64, latency: i64, uptime: i64| {
        let savings = &steps[steps.len() - 1 - from_the_end];
        let intervals = ["CPUUtilization", "ReadLatency", "EngineUptime"].map(|name| interval(savings, name));
        assert_eq!(intervals, [cpu, latency, uptime], "{from_the_end} steps before the last");
    };
    check(0, 180, 360, 300);
    check(2, 120, 360, 300);
    check(4, 60, 360, 300);
    check(6, 60, 330, 300);
    check(8, 60, 300, 300);
}

/// Beside CPU, which has a level, there is room for nothing.
const TIGHT: &str = "[cost]\nmonthly_budget_usd = 0.10\n";

#[test]
fn a_budget_shows_in_series_page_and_log_and_stops_no_start() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let exporter = aws.launch().config(TIGHT).start();
    exporter.wait_until_ready();
    let page = wait_for("the budget", Duration::from_secs(30), || {
        let page = exporter.metrics();
        (page.value("plimsoll_cost_over_budget", &[]) == Some(1.0)).then_some(page)
    });
    assert_eq!(page.cpu("orders"), Some(50.0));
    assert!(page.value("aws_rds_read_iops_average", &[(INSTANCE, "orders")]).is_none());
    assert_eq!(page.value("plimsoll_cost_budget_dollars", &[]), Some(0.1));
    let number = |name: &str, labels: &[(&str, &str)]| page.value(name, labels).unwrap();
    assert!(number("plimsoll_cost_shed_metrics", &[]) > 5.0);
    assert!(number("plimsoll_cost_saved_dollars", &[]) > 1.0);
    assert!(number("plimsoll_cost_forecast_dollars", &[("count", "upper")]) > 0.1);
    let [lower, upper] = ["lower", "upper"].map(|count| number("plimsoll_cost_dollars_total", &[("count", count)]));
    assert!(0.0 < lower && lower <= upper);
    let landing = String::from_utf8(exporter.get("/").body).unwrap();
    assert!(landing.contains("<strong>Over budget.</strong>") && landing.contains("The budget is $0.10"), "{landing}");
    let log = exporter.log();
    let position = |text: &str| log.find(text).unwrap_or_else(|| panic!("no {text:?} in {log}"));
    assert!(position("forecast of the cost") < position("first round over"));
    position("over budget: plimsoll saves all that it may and goes on");
}
