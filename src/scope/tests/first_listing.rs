//! A first listing of several pages: their databases are polled at once, and nothing is concluded before the last one.

use std::ops::Range;

use super::*;
use crate::config::{Cost, file};
use crate::plan::{Batch, QUERIES_PER_CALL};

/// What was queried: identifier, metric, statistic.
type Series = (String, &'static str, String);

/// A scope whose instances are listed page by page, as the test feeds them.
struct Start {
    bench: Bench,
    batches: Vec<Arc<Batch>>,
    /// Whether batches are answered; they stay under way otherwise.
    answers: bool,
    forecasts: usize,
}

impl Start {
    /// Clusters and proxies are listed after a second.
    fn new(config: Config, clusters: Vec<Described>) -> Self {
        let mut start = Self::before_clusters(config);
        start.feed(Event::Listed(Lister::Clusters, Some(shared(clusters))));
        start
    }

    fn before_clusters(config: Config) -> Self {
        let mut start = Self::idle(config);
        start.pass(1);
        start.feed(Event::Listed(Lister::Proxies, Some(Vec::new())));
        start
    }

    fn idle(config: Config) -> Self {
        let bench = Bench::new(config, Vec::new());
        Self { bench, batches: Vec::new(), answers: true, forecasts: 0 }
    }

    fn feed(&mut self, event: Event) {
        let mut events = vec![event];
        while let Some(event) = events.pop() {
            for command in self.bench.scope.on(event, self.bench.moment()) {
                match command {
                    Command::List(_) => {}
                    Command::Fetch(batch) if !self.answers => self.batches.push(batch),
                    command => {
                        self.forecasts += usize::from(matches!(command, Command::Forecast(_)));
                        self.batches.extend(if let Command::Fetch(batch) = &command {
                            Some(batch.clone())
                        } else {
                            None
                        });
                        events.extend(self.bench.answer(command));
                    }
                }
            }
        }
    }

    fn pass(&mut self, seconds: i64) {
        for _ in 0..seconds {
            self.bench.now += Seconds::new(1);
            self.feed(Event::Tick);
        }
    }

    /// The listing goes on, and a second later polls do.
    fn page(&mut self, instances: &[Described]) {
        self.feed(Event::ListedPart(Lister::Instances, shared(instances.to_vec())));
        self.pass(1);
    }

    /// The listing ends, and polls go on for some seconds.
    fn ends(&mut self, found: Option<Vec<Described>>) {
        self.feed(Event::Listed(Lister::Instances, found.map(shared)));
        self.pass(5);
    }

    /// How often each series was queried.
    fn queried(&self) -> BTreeMap<Series, usize> {
        let mut queried = BTreeMap::new();
        for query in self.batches.iter().flat_map(|batch| &batch.queries) {
            let series = (query.resource.id.to_string(), query.metric, query.statistic.to_string());
            *queried.entry(series).or_insert(0) += 1;
        }
        queried
    }

    fn ids(&self) -> Vec<String> {
        let mut ids: Vec<_> = self.queried().into_keys().map(|(id, ..)| id).collect();
        ids.dedup();
        ids
    }
}

fn page(numbers: Range<usize>) -> Vec<Described> {
    numbers.map(|number| instance(&format!("db-{number:03}"))).collect()
}

/// A fleet of which everything is queried that was listed at once.
fn at_once(found: Vec<Described>) -> Start {
    let mut start = Start::new(Config::default(), Vec::new());
    start.ends(Some(found));
    start
}

#[test]
fn every_metric_is_queried_once_in_full_batches_in_whatever_order_the_pages_come() {
    let sorted = [0..100, 100..150, 150..300, 300..400];
    let mixed = [200..300, 0..100, 300..400, 100..200];
    for (pages, is_sorted) in [(sorted, true), (mixed, false)] {
        let all: Vec<_> = pages.iter().cloned().flat_map(page).collect();
        let expected = at_once(all.clone());
        let mut start = Start::new(Config::default(), Vec::new());
        for (number, one) in pages[..3].iter().enumerate() {
            start.page(&page(one.clone()));
            assert!(start.ids().len() > number * 30, "polls begin with the first page: {}", start.ids().len());
            let mut full = start.batches.iter().filter(|batch| batch.queries.len() + 10 > QUERIES_PER_CALL);
            assert!(!is_sorted || full.next().is_some() && full.count() + 1 == start.batches.len());
        }
        start.ends(Some(all));
        assert!(start.queried() == expected.queried(), "each once");
        assert!(!is_sorted || start.batches.len() == expected.batches.len(), "{}", start.batches.len());
        assert!(start.bench.scope.is_ready());
    }
}

#[test]
fn results_of_the_first_pages_reach_their_databases_after_the_last_one() {
    let mut start = Start::new(Config::default(), Vec::new());
    start.bench = start.bench.value("db-200", "CPUUtilization", 20.0).value("db-299", "CPUUtilization", 29.0);
    start.answers = false;
    start.page(&page(200..300));
    start.page(&page(100..200));
    let under_way = std::mem::take(&mut start.batches);
    assert!(!under_way.is_empty());
    start.answers = true;
    start.ends(Some(page(0..300)));
    for batch in under_way {
        let answered = start.bench.answer(Command::Fetch(batch)).unwrap();
        start.feed(answered);
    }
    start.pass(2);
    let series = start.bench.series(CPU);
    assert_eq!(ids(&series), ["db-200", "db-299"]);
    assert_eq!(series.values().copied().collect::<Vec<_>>(), [20.0, 29.0]);
}

#[test]
fn of_a_part_only_its_cost_is_logged_and_nothing_served() {
    let text = "[discovery]\ninclude = [{ id = \"db-*\" }, { id = \"last\" }]\n";
    let mut start = Start::new(file::parse(text, "plimsoll.toml").unwrap().config, Vec::new());
    let mut first = page(0..100);
    first[0].tags = fixture::tags(&[("plimsoll/CPUUtilization", "many")]);
    start.page(&first);
    assert!(!start.batches.is_empty());
    start.pass(3);
    assert!(start.bench.snapshot().columns.is_empty());
    let report = start.bench.scope.report(start.bench.moment());
    assert_eq!((report.databases(), report.issues, report.without_level), (0, 0, vec![0, 0]));
    assert_eq!(start.bench.scope.inventory().indexed().count(), 0);
    let logged = &start.bench.logged;
    assert!(matches!(logged[..], [LogEvent::FirstForecast { resources: 100, .. }]), "{logged:?}");
    assert_eq!(start.forecasts, 0);
    assert!(!start.bench.scope.is_ready());

    start.ends(Some(first.into_iter().chain([instance("last")]).collect()));
    assert!(start.bench.scope.is_ready());
    assert_eq!(start.bench.series("plimsoll_resource_info").len(), 101);
    let logged = &start.bench.logged;
    assert!(matches!(logged[..], [LogEvent::FirstForecast { .. }, LogEvent::IssueAppeared { .. }]), "{logged:?}");
    assert_eq!(start.forecasts, 1);
}

#[test]
fn members_wait_for_the_tags_of_their_cluster() {
    let config = || {
        let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
        config.metrics.profile = Profile::Alerting;
        config
    };
    let members: Vec<_> = (0..700).map(|number| format!("shop-{number:03}")).collect();
    let members: Vec<_> = members.iter().map(|id| (id.as_str(), Role::Reader)).collect();
    let (cluster, instances) = aurora("shop", &members, &[("plimsoll/CPUUtilization", "80/90")]);
    let mut start = Start::before_clusters(config());
    start.page(&instances[..600]);
    assert!(start.batches.is_empty() && start.bench.scope.arns().count() == 0, "their levels are not known yet");
    start.feed(Event::Listed(Lister::Clusters, Some(vec![Arc::new(cluster)])));
    start.pass(1);
    let queried = start.queried();
    assert!(
        !queried.is_empty()
            && queried.keys().all(|(id, metric, _)| id.starts_with("shop-") && *metric == "CPUUtilization")
    );
    start.ends(Some(instances));
    assert_eq!(start.bench.series(CPU_THRESHOLD).len(), 1_400);
    assert!(start.queried().values().all(|count| *count == 1));
    let logged = &start.bench.logged;
    assert!(matches!(logged[..], [LogEvent::FirstForecast { .. }]), "{logged:?}");
}

#[test]
fn clusters_that_are_listed_again_meanwhile_change_the_levels_of_their_members() {
    let shop = |level| aurora("shop", &[("shop-1", Role::Writer)], &[("plimsoll/CPUUtilization", level)]);
    let ((before, instances), (after, _)) = (shop("80"), shop("90"));
    let mut start = Start::new(Config { defaults: DefaultsMode::Off, ..Config::default() }, vec![before]);
    start.page(&instances);
    start.feed(Event::Listed(Lister::Clusters, Some(vec![Arc::new(after)])));
    start.page(&page(0..1));
    start.ends(Some(instances.into_iter().chain(page(0..1)).collect()));
    assert_eq!(start.bench.series(CPU_THRESHOLD).into_values().collect::<Vec<_>>(), [90.0]);
}

/// Ends the listing by a failure, with pages before it or without, and lists everything two minutes later.
fn failed(pages: &[Described]) -> Start {
    let mut start = Start::new(Config::default(), Vec::new());
    if !pages.is_empty() {
        start.feed(Event::ListedPart(Lister::Instances, shared(pages.to_vec())));
    }
    start.pass(1);
    start.ends(None);
    start
}

#[test]
fn a_first_listing_that_fails_leaves_nothing_and_the_next_one_is_as_if_it_had_no_page() {
    let mut start = failed(&page(0..100));
    assert!(!start.batches.is_empty());
    assert!(start.bench.scope.is_ready());
    assert_eq!(start.bench.scope.arns().count(), 0);
    assert!(start.bench.series("plimsoll_resource_info").is_empty());
    let tasks = start.bench.scope.report(start.bench.moment()).tasks;
    assert_eq!(tasks[&Task::List(Lister::Instances)].last_success, None);
    assert!(!start.bench.scope.takes_parts(Lister::Instances), "the next listing is served when it is complete");

    let mut without = failed(&[]);
    for one in [&mut start, &mut without] {
        one.batches.clear();
        one.pass(115);
        one.ends(Some(page(0..200)));
        one.pass(300);
    }
    assert_eq!(start.queried(), without.queried());
    assert_eq!(start.bench.series("plimsoll_resource_info").len(), 200);
}

#[test]
fn a_database_that_is_listed_twice_or_served_elsewhere_is_not_polled_twice() {
    let mut start = Start::new(Config::default(), Vec::new());
    start.feed(Event::ListedPart(Lister::Instances, shared(page(0..60))));
    let elsewhere = Arc::clone(instance("db-000").arn.as_arc());
    assert!(start.bench.scope.arns().any(|arn| *arn == elsewhere), "others hear of it before it is polled");
    start.feed(Event::ServedElsewhere(Arc::new([elsewhere].into())));
    start.pass(1);
    start.page(&page(59..120));
    start.ends(Some(page(0..60).into_iter().chain(page(59..120)).collect()));
    assert_eq!(start.queried(), at_once(page(1..120)).queried());
    assert_eq!(start.bench.scope.report(start.bench.moment()).duplicates, 1);
}

#[test]
fn a_new_configuration_holds_for_the_first_pages_too() {
    let mut start = Start::new(Config::default(), Vec::new());
    start.page(&page(0..100));
    let text = "[metrics.CPUUtilization]\nthreshold = \"41/42\"\n";
    let config = Arc::new(file::parse(text, "plimsoll.toml").unwrap().config);
    let selection = Arc::new(Selection::of(&config));
    start.feed(Event::Reconfigured(Settings { config, selection, issue_limit: 100 }));
    start.page(&page(100..200));
    start.ends(Some(page(0..300)));
    let levels = start.bench.series(CPU_THRESHOLD);
    assert_eq!(levels.len(), 600);
    assert!(levels.values().all(|level| [41.0, 42.0].contains(level)));
    assert_eq!(start.ids().len(), 300);
}

#[test]
fn under_a_budget_and_after_a_restart_nothing_is_polled_before_the_listing_is_complete() {
    let cost = Cost { monthly_budget_usd: Some(1_000.0) };
    let mut under_budget = Start::new(Config { cost, ..Config::default() }, Vec::new());
    let mut restored = Start::idle(Config::default());
    let saved = at_once(page(0..2));
    let text = serde_json::to_string(&saved.bench.scope.saved(saved.bench.moment())).unwrap();
    restored.feed(Event::Restored(Box::new(serde_json::from_str(&text).unwrap())));
    for start in [&mut under_budget, &mut restored] {
        start.pass(1);
        assert!(!start.bench.scope.takes_parts(Lister::Instances));
        start.feed(Event::Listed(Lister::Clusters, Some(Vec::new())));
        start.feed(Event::Listed(Lister::Proxies, Some(Vec::new())));
        start.page(&page(0..100));
        assert!(start.batches.is_empty());
    }
}
