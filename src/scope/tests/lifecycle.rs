//! What happens to a database in its life: no false alert, no value of another one, no series that stays behind.

use std::collections::BTreeSet;

use super::*;
use crate::config::file;
use crate::resource::BlueGreenDeployments;

const LEVELS: [(&str, &str); 1] = [("plimsoll/CPUUtilization", "80/90")];

/// A database with a name and the resource identifier that stays when it is renamed.
fn database(id: &str, resource_id: &str) -> Described {
    Described { resource_id: Some(resource_id.into()), ..tagged(id, &LEVELS) }
}

fn in_status(status: &str) -> Described {
    Described { status: status.into(), ..database("orders", "db-BLUE") }
}

fn bench(instances: Vec<Described>) -> Bench {
    configured("defaults.mode = \"off\"", instances)
}

fn configured(text: &str, instances: Vec<Described>) -> Bench {
    let config = file::parse(text, "plimsoll.toml").unwrap().config;
    let mut bench = Bench::new(config, instances);
    let names = ["orders", "orders-green-abc123", "orders-old1", "sales"];
    bench.values.extend(names.map(|name| ((name, "CPUUtilization"), 50.0)));
    bench
}

/// AWS lists deployments of instances, each one blue and one green.
fn deployments(pairs: &[(&str, &str)]) -> OptionalRead {
    let arn = |id: &str| instance(id).arn.to_string();
    let deployments: BlueGreenDeployments = pairs
        .iter()
        .enumerate()
        .map(|(number, (blue, green))| (format!("bgd-{number}"), [(arn(blue), arn(green))].into()))
        .collect();
    OptionalRead::Found(OptionalAnswer::BlueGreen(deployments))
}

impl Bench {
    fn lists(&mut self, instances: &[Described]) -> &mut Self {
        self.instances = Some(instances.to_vec());
        self.pass(120)
    }

    /// The databases of which anything is served.
    fn names(&mut self) -> BTreeSet<String> {
        let (now, snapshot) = (self.now, self.snapshot());
        let series = snapshot.columns.values().flat_map(|column| {
            let live = column.samples.iter().filter(move |sample| column.lives(sample, now));
            live.map(|sample| (labels(column, &sample), sample.value))
        });
        ids(&series.collect()).into_iter().map(str::to_owned).collect()
    }

    fn deploys(&mut self, pairs: &[(&str, &str)]) -> &mut Self {
        self.optional.insert(OptionalCall::BlueGreen, deployments(pairs));
        self
    }

    /// The databases that have levels on the page, and those that have a series that they are muted.
    fn judged_and_muted(&mut self) -> (Vec<String>, Vec<String>) {
        let mut judged = owned(&self.series(CPU_THRESHOLD));
        judged.dedup();
        let muted = self.series("plimsoll_muted");
        assert!(muted.keys().all(|labels| labels.ends_with("|source=\"blue_green\"")), "{muted:?}");
        (judged, owned(&muted))
    }

    fn is_blind(&mut self) -> bool {
        !self.series("plimsoll_threshold_unwatched").is_empty()
    }
}

fn owned(series: &BTreeMap<String, f64>) -> Vec<String> {
    ids(series).into_iter().map(str::to_owned).collect()
}

#[track_caller]
fn check(bench: &mut Bench, judged: &[&str], muted: &[&str]) {
    let (judged_now, muted_now) = bench.judged_and_muted();
    assert_eq!((judged_now, muted_now), (words(judged), words(muted)));
}

fn words(words: &[&str]) -> Vec<String> {
    words.iter().map(|word| (*word).to_owned()).collect()
}

#[test]
fn a_database_under_a_new_name_keeps_its_levels_and_leaves_nothing_under_the_old_one() {
    let mut bench = bench(vec![database("orders", "db-BLUE")]);
    bench.pass(2);
    bench.lists(&[Described { status: "renaming".into(), ..database("orders", "db-BLUE") }]);
    check(&mut bench, &["orders"], &[]);
    assert!(bench.names().contains("orders"));
    while !bench.names().contains("sales") {
        bench.instances = Some(vec![database("sales", "db-BLUE")]);
        bench.pass(1);
    }
    assert_eq!(bench.names(), ["sales".to_owned()].into(), "the listing with the new name replaces the old one");
    check(&mut bench, &["sales"], &[]);
    bench.pass(61);
    assert_eq!(ids(&bench.series(CPU)), ["sales"], "nobody had the name before, so its values are its own at once");
    assert!(!bench.is_blind());
    assert_eq!(bench.logged, [], "no level changed");
}

/// CloudWatch goes on under the name, and nothing that AWS lists shows who had it before.
#[test]
fn after_a_start_without_a_state_file_a_name_shows_the_value_of_its_former_owner_until_the_age_limit_at_most() {
    let mut bench = bench(vec![database("orders", "db-GREEN")]);
    bench.pass(2);
    let former = bench.series(CPU).into_values().collect::<Vec<_>>();
    assert_eq!(former, [50.0], "that of the database that was renamed a minute ago");
    let own = bench.values.remove(&("orders", "CPUUtilization"));
    // It was two minutes old when it was fetched, and may become seven.
    bench.pass(5 * 60 - 2);
    assert_eq!(bench.series(CPU).len(), 1);
    bench.pass(2);
    assert_eq!(bench.series(CPU).len(), 0);
    bench.values.insert(("orders", "CPUUtilization"), own.unwrap() + 1.0);
    bench.pass(61);
    assert_eq!(bench.series(CPU).into_values().collect::<Vec<_>>(), [51.0]);
}

#[test]
fn a_reboot_or_a_failover_to_the_other_zone_is_a_gap_and_no_recovery() {
    let mut bench = bench(vec![in_status("available")]);
    bench.pass(61);
    let key = ("orders", "CPUUtilization");
    bench.values.remove(&key);
    for status in ["rebooting", "available"] {
        bench.lists(&[in_status(status)]);
        assert_eq!(bench.series(CPU).len(), 1, "{status}: the last value stays while the gap is short");
        check(&mut bench, &["orders"], &[]);
        assert!(!bench.is_blind());
    }
    bench.values.insert(key, 20.0);
    bench.pass(60);
    assert_eq!(bench.series(CPU).into_values().collect::<Vec<_>>(), [20.0]);
}

#[test]
fn a_replica_that_is_promoted_has_no_lag_and_misses_none() {
    let is_replica = |is_replica| Described { facts: Facts { is_replica, ..Facts::default() }, ..instance("orders") };
    let mut bench = configured("", vec![is_replica(true)]).value("orders", "ReplicaLag", 3.0);
    bench.pass(61);
    let (lag, level) = ("aws_rds_replica_lag_maximum", "aws_rds_replica_lag_threshold");
    assert_eq!((bench.series(lag).len(), bench.series(level).is_empty()), (1, false));
    // Its source is deleted, too, so that AWS promotes it.
    bench.values.remove(&("orders", "ReplicaLag"));
    bench.queried.clear();
    bench.lists(&[is_replica(false)]).pass(900);
    assert_eq!((bench.series(lag).len(), bench.series(level).len()), (0, 0));
    assert!(!bench.series("plimsoll_threshold_unwatched").keys().any(|labels| labels.contains("ReplicaLag")));
}

#[test]
fn a_database_that_is_created_stopped_or_deleted_has_levels_but_no_values_and_is_not_missed() {
    for status in ["creating", "stopping", "stopped", "deleting"] {
        let mut bench = bench(vec![in_status("available")]);
        bench.pass(61);
        assert_eq!(bench.series(CPU).len(), 1);
        bench.lists(&[in_status(status)]).pass(1000);
        let is_silent = !in_status(status).publishes();
        assert_eq!((bench.series(CPU).is_empty(), bench.is_blind()), (is_silent, false), "{status}");
        check(&mut bench, &["orders"], &[]);
    }
}

#[test]
fn a_serverless_database_at_its_maximum_has_its_levels_also_when_that_ends_it() {
    let tags = [("plimsoll/ACUUtilization", "90")];
    let (cluster, mut members) = aurora("shop", &[("shop-1", Role::Writer)], &tags);
    members[0].class = "db.serverless".into();
    let mut bench = bench(members.clone()).value("shop-1", "ACUUtilization", 100.0);
    let cluster = Described { facts: Facts { serverless: Some(true), ..cluster.facts.clone() }, ..cluster };
    bench.clusters = Some(vec![cluster]);
    bench.pass(61);
    assert_eq!(bench.series("aws_rds_acuutilization_average").into_values().collect::<Vec<_>>(), [100.0]);
    members[0].status = "incompatible-parameters".into();
    bench.lists(&members);
    assert_eq!(ids(&bench.series("aws_rds_acuutilization_threshold")), ["shop-1"]);
    let status = bench.series("plimsoll_resource_status");
    assert!(status.keys().any(|labels| labels.contains("status=\"incompatible-parameters\"")), "its rule fires");
}

#[test]
fn aws_starts_a_stopped_database_and_its_values_come_back_without_an_alert_between() {
    let mut bench = bench(vec![in_status("stopped")]);
    bench.pass(600);
    let key = ("orders", "CPUUtilization");
    bench.values.remove(&key);
    for status in ["starting", "available"] {
        bench.lists(&[in_status(status)]);
        assert_eq!((bench.series(CPU).len(), bench.is_blind()), (0, false), "{status}");
    }
    bench.values.insert(key, 50.0);
    bench.pass(60);
    assert_eq!((bench.series(CPU).len(), bench.is_blind()), (1, false));
}

#[test]
fn a_database_that_is_restored_under_a_name_never_shows_values_of_the_one_that_was_deleted() {
    let mut bench = bench(vec![database("orders", "db-BLUE"), database("sales", "db-SALES")]);
    bench.pass(61);
    bench.lists(&[database("sales", "db-SALES")]);
    assert_eq!(ids(&bench.series(CPU)), ["sales"]);
    let restored = [database("orders", "db-RESTORED"), database("sales", "db-SALES")];
    check_first_own_value(&mut bench, &restored);
}

/// `orders` is another database from this listing on; CloudWatch goes on to return points of the former one under its
/// name until their periods are over.
#[track_caller]
fn check_first_own_value(bench: &mut Bench, listing: &[Described]) {
    bench.instances = Some(listing.to_vec());
    let since = loop {
        bench.pass(1);
        if bench.scope.fleet.watched().any(|one| one.named_since == bench.now) {
            break bench.now;
        }
    };
    bench.now = since;
    while bench.series(CPU).keys().all(|labels| !labels.contains("db:orders\"")) {
        bench.pass(1);
        assert!(bench.now < since + Seconds::new(300), "its own values are served at last");
    }
    let first_end = bench.now - Seconds::new(120);
    assert!(first_end - Seconds::MINUTE >= since, "the first one's period began after it had the name");
    assert!(!bench.is_blind());
}

#[test]
fn green_is_muted_until_the_switchover_and_the_former_production_database_after_it() {
    let production = database("orders", "db-BLUE");
    let mut bench = bench(vec![production.clone()]);
    bench.deploys(&[]).pass(61);
    let green = database("orders-green-abc123", "db-GREEN");
    bench.deploys(&[("orders", "orders-green-abc123")]).lists(&[production, green]).pass(300);
    check(&mut bench, &["orders"], &["orders-green-abc123"]);
    let counted = owned(&bench.series("plimsoll_resource_thresholds"));
    assert_eq!(counted, ["orders", "orders-green-abc123"], "a muted level is a level");

    // The listing is the first to see the switchover; AWS's list of deployments is minutes old.
    let switched = [database("orders", "db-GREEN"), database("orders-old1", "db-BLUE")];
    check_first_own_value(&mut bench, &switched);
    check(&mut bench, &["orders"], &["orders-old1"]);
    bench.deploys(&[("orders-old1", "orders")]).pass(600);
    check(&mut bench, &["orders"], &["orders-old1"]);
    assert_eq!(ids(&bench.series(CPU)), ["orders", "orders-old1"], "both are polled and served");
    assert!(!bench.is_blind());

    // Without a deployment it is a database like any other.
    bench.deploys(&[]).pass(600);
    check(&mut bench, &["orders", "orders-old1"], &[]);
}

#[test]
fn a_switchover_that_happened_before_the_start_is_known_from_the_deployment() {
    let switched = vec![database("orders", "db-GREEN"), database("orders-old1", "db-BLUE")];
    let mut bench = bench(switched);
    bench.deploys(&[("orders-old1", "orders")]).pass(2);
    check(&mut bench, &["orders"], &["orders-old1"]);
}

#[test]
fn a_name_alone_mutes_nobody() {
    let named = [database("orders", "db-A"), database("orders-old1", "db-B"), database("orders-green-abc123", "db-C")];
    let all = ["orders", "orders-green-abc123", "orders-old1"];
    let mut bench = bench(named.to_vec());
    bench.deploys(&[]).pass(600);
    check(&mut bench, &all, &[]);
    // Of a deployment only the members that AWS lists are muted, and no production database with such a name.
    bench.deploys(&[("orders", "orders-green-abc123")]).pass(600);
    check(&mut bench, &["orders", "orders-old1"], &["orders-green-abc123"]);
    bench.deploys(&[("orders-old1", "orders-old1-green-abc123")]);
    bench.lists(&[database("orders-old1", "db-B"), database("orders-old1-green-abc123", "db-D")]).pass(600);
    check(&mut bench, &["orders-old1"], &["orders-old1-green-abc123"]);
    // When its counterpart is gone, the one that is left may be all that there is.
    bench.lists(&[database("orders-old1-green-abc123", "db-D")]);
    check(&mut bench, &["orders-old1-green-abc123"], &[]);
}

#[test]
fn the_mute_of_a_deployment_ends_by_configuration_by_a_tag_and_with_what_aws_says_of_it() {
    let green = database("orders-green-abc123", "db-GREEN");
    let both = ["orders", "orders-green-abc123"];
    let pair = [("orders", "orders-green-abc123")];
    let fleet = |green: &Described| vec![database("orders", "db-BLUE"), green.clone()];
    let mut left_out = configured("defaults.mode = \"off\"\n[discovery]\noptional = []\n", fleet(&green));
    left_out.deploys(&pair).pass(600);
    check(&mut left_out, &both, &[]);

    let wanted = Described { tags: fixture::tags(&[LEVELS[0], ("plimsoll/mute", "no")]), ..green.clone() };
    let mut tagged = bench(fleet(&wanted));
    tagged.deploys(&pair).pass(600);
    check(&mut tagged, &both, &[]);

    let guard = "defaults.mode = \"off\"\n[[guard]]\nname = \"g\"\nlongest_mute = \"8h\"\n";
    let mut guarded = configured(guard, fleet(&green));
    guarded.deploys(&pair).pass(2);
    check(&mut guarded, &["orders"], &["orders-green-abc123"]);
    guarded.optional.insert(OptionalCall::BlueGreen, OptionalRead::Denied);
    guarded.pass(1800);
    check(&mut guarded, &both, &[]);
}

#[test]
fn members_of_a_cluster_rest_with_it() {
    let (orders, members) = aurora("orders", &[("orders-1", Role::Writer)], &LEVELS);
    let (green, green_members) = aurora("orders-green-abc123", &[("orders-1-green-x", Role::Writer)], &LEVELS);
    let mut bench = bench(members.into_iter().chain(green_members).collect());
    let pair = (orders.arn.to_string(), green.arn.to_string());
    bench.clusters = Some(vec![orders, green]);
    let deployments = BTreeMap::from([("bgd-1".to_owned(), [pair].into())]);
    bench.optional.insert(OptionalCall::BlueGreen, OptionalRead::Found(OptionalAnswer::BlueGreen(deployments)));
    bench.pass(2);
    assert_eq!(bench.judged_and_muted().0, ["orders-1"]);
}

#[test]
fn a_database_that_the_listing_leaves_out_once_has_its_name_since_ever() {
    let orders = database("orders", "db-BLUE");
    let mut bench = bench(vec![orders.clone(), database("sales", "db-SALES")]);
    bench.pass(61);
    bench.lists(&[database("sales", "db-SALES")]);
    bench.lists(&[orders, database("sales", "db-SALES")]).pass(61);
    assert_eq!(ids(&bench.series(CPU)), ["orders", "sales"]);
}
