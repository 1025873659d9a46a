//! Clusters and their members: what belongs to which of them, and what happens when that changes.

use std::collections::BTreeSet;

use super::*;
use crate::catalog::MetricId;
use crate::config::MetricChoice;
use crate::level::Reason;
use crate::time::Seconds;

const REPLICA_LAG: &str = "aws_rds_aurora_replica_lag_threshold";

fn shop(writer: &str, tags: &[(&str, &str)]) -> (Described, Vec<Described>) {
    let role = |id: &str| if id == writer { Role::Writer } else { Role::Reader };
    aurora("shop", &[("shop-1", role("shop-1")), ("shop-2", role("shop-2"))], tags)
}

#[test]
fn a_cluster_is_asked_for_its_own_metrics_and_its_levels_stand_on_it() {
    let (cluster, members) = shop("shop-1", &[("plimsoll/VolumeBytesUsed", "10TiB")]);
    let mut bench = Bench::new(Config { defaults: DefaultsMode::Off, ..Config::default() }, members)
        .value("shop", "VolumeBytesUsed", 5e12)
        .value("shop", "CPUUtilization", 15.0);
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    let identity = "account_id=\"123456789012\",dimension_DBClusterIdentifier=\"shop\",\
                    name=\"arn:aws:rds:eu-west-1:123456789012:cluster:shop\",region=\"eu-west-1\"";
    assert_eq!(bench.series("aws_rds_volume_bytes_used_maximum"), BTreeMap::from([(format!("{identity}|"), 5e12)]));
    let level = format!("{identity}|severity=\"critical\"");
    assert_eq!(bench.series("aws_rds_volume_bytes_used_threshold"), BTreeMap::from([(level, 10_995_116_277_760.0)]));
    assert_eq!(bench.polls_of("shop", "CPUUtilization"), 0, "an average of members is queried only when named");
    assert_eq!(bench.polls_of("shop-1", "VolumeBytesUsed"), 0);
}

#[test]
fn one_family_holds_the_series_of_members_and_of_their_cluster() {
    let (mut cluster, mut members) = shop("shop-1", &[]);
    cluster.facts.serverless = Some(true);
    for member in &mut members {
        member.class = "db.serverless".into();
    }
    let mut bench = Bench::new(Config::default(), members)
        .value("shop", "ServerlessDatabaseCapacity", 3.0)
        .value("shop-1", "ServerlessDatabaseCapacity", 4.0)
        .value("shop-2", "ServerlessDatabaseCapacity", 2.0);
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    let family = "aws_rds_serverless_database_capacity_average";
    assert_eq!(bench.series(family).into_values().collect::<Vec<_>>(), [3.0, 4.0, 2.0]);
    let snapshot = bench.snapshot();
    assert_eq!(snapshot.columns.keys().filter(|key| key.name == family).count(), 1);
}

#[test]
fn aggregates_of_members_are_served_by_role_when_named_and_never_have_a_level() {
    let (cluster, members) = shop("shop-1", &[("plimsoll/CPUUtilization", "80/90")]);
    let mut config = Config::default();
    config.metrics.choices.push(MetricChoice {
        metric: MetricId::of(Kind::DB_INSTANCE, "CPUUtilization"),
        statistics: Vec::new(),
        interval: None,
        threshold: None,
        rule_for: None,
        waits: std::collections::BTreeMap::new(),
        aggregates: vec![None, Some(Role::Writer), Some(Role::Reader)],
    });
    let mut bench = Bench::new(config, members)
        .value("shop", "CPUUtilization", 15.0)
        .value("shop/WRITER", "CPUUtilization", 20.0)
        .value("shop/READER", "CPUUtilization", 10.0)
        .value("shop-1", "CPUUtilization", 20.0);
    bench.clusters = Some(vec![cluster.clone()]);
    bench.pass(2);
    let role = |labels: &str| labels.split("dimension_Role=\"").nth(1).map_or("", |rest| &rest[..6]).to_owned();
    let by_role = |bench: &mut Bench| -> BTreeMap<String, f64> {
        let of_cluster = bench.series(CPU).into_iter().filter(|(labels, _)| labels.contains("ClusterIdentifier"));
        of_cluster.map(|(labels, value)| (role(&labels), value)).collect()
    };
    let expected = BTreeMap::from([(String::new(), 15.0), ("WRITER".into(), 20.0), ("READER".into(), 10.0)]);
    assert_eq!(by_role(&mut bench), expected);
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["shop-1", "shop-1", "shop-2", "shop-2"]);
    assert_eq!(bench.series(CPU_THRESHOLD).len(), 4);

    // A new neighbour moves every row; the points move with them.
    bench.instances.as_mut().unwrap().push(instance("archive"));
    bench.cloudwatch_works = false;
    bench.pass(120);
    assert_eq!(by_role(&mut bench), expected);

    let alone = Described { members: vec![("shop-1".into(), Role::Writer)], ..cluster };
    bench.clusters = Some(vec![alone]);
    bench.pass(120);
    bench.queried.clear();
    bench.pass(60);
    let statistics = 2;
    assert_eq!(bench.polls_of("shop", "CPUUtilization"), 2 * statistics, "a role that no member has is not queried");
}

#[test]
fn a_failover_moves_levels_of_roles_and_leaves_all_others_alone() {
    let tags = [("plimsoll/CPUUtilization", "70/85"), ("plimsoll/AuroraReplicaLag", "1s")];
    let (cluster, members) = shop("shop-1", &tags);
    let mut bench = Bench::new(Config { defaults: DefaultsMode::Off, ..Config::default() }, members)
        .value("shop-1", "CPUUtilization", 90.0)
        .value("shop-2", "CPUUtilization", 10.0)
        .value("shop-2", "AuroraReplicaLag", 20.0);
    bench.clusters = Some(vec![cluster]);
    bench.pass(130);
    assert_eq!(ids(&bench.series(REPLICA_LAG)), ["shop-2"]);
    let (cpu, levels) = (bench.series(CPU), bench.series(CPU_THRESHOLD));
    bench.clusters = Some(vec![shop("shop-2", &tags).0]);
    for _ in 0..240 {
        bench.pass(1);
        assert_eq!((bench.series(CPU), bench.series(CPU_THRESHOLD)), (cpu.clone(), levels.clone()));
        assert_eq!(bench.series(REPLICA_LAG).len(), 1, "one level, on one of the two");
    }
    assert_eq!(ids(&bench.series(REPLICA_LAG)), ["shop-1"]);
    let is_level = |note: &LogEvent| {
        matches!(note, LogEvent::Changed { change: Change::Level { metric: "AuroraReplicaLag", .. }, .. })
    };
    assert!(bench.logged.iter().all(is_level), "{:?}", bench.logged);
}

#[test]
fn a_reader_that_autoscaling_adds_follows_its_cluster_within_one_discovery() {
    let tags = [("plimsoll/CPUUtilization", "70/85"), ("team", "shop")];
    let (cluster, members) = shop("shop-1", &tags);
    let mut config = Config { defaults: DefaultsMode::Off, ..Config::default() };
    config.labels.tags = vec!["team".into()];
    let mut bench = Bench::new(config, members.clone()).value("application-autoscaling-1", "CPUUtilization", 50.0);
    bench.clusters = Some(vec![cluster.clone()]);
    bench.pass(130);
    let added = "application-autoscaling-1";
    let reader = Described { tags: fixture::tags(&[]), ..members[1].clone() };
    let arn = format!("arn:aws:rds:eu-west-1:123456789012:db:{added}");
    // The member may be listed before its cluster counts it.
    bench.instances.as_mut().unwrap().push(Described {
        id: added.into(),
        arn: arn.into(),
        resource_id: None,
        ..reader
    });
    bench.pass(180);
    let of_added = |series: BTreeMap<String, f64>| -> Vec<String> {
        series.into_keys().filter(|labels| labels.contains(added)).collect()
    };
    let (levels, values) = (of_added(bench.series(CPU_THRESHOLD)), of_added(bench.series(CPU)));
    assert_eq!((levels.len(), values.len()), (2, 1));
    assert!(levels.iter().chain(&values).all(|labels| labels.contains("tag_team=\"shop\"")), "{levels:?}");
    bench.instances.as_mut().unwrap().pop();
    bench.pass(120);
    assert!(of_added(bench.series(CPU_THRESHOLD)).is_empty() && of_added(bench.series(CPU)).is_empty());
}

/// Lets time pass to the next round of listings, which end in this order.
fn next_round(bench: &mut Bench, listings: impl IntoIterator<Item = Event>) {
    let mut begun = false;
    while !begun {
        bench.now += Seconds::new(1);
        for command in bench.scope.on(Event::Tick, bench.moment()) {
            match command {
                Command::List(_) => begun = true,
                command => bench.answer(command).into_iter().for_each(|event| bench.feed(event)),
            }
        }
    }
    listings.into_iter().for_each(|event| bench.feed(event));
}

/// Runs a story of rounds twice, for in each of them either listing may end first; returns what was logged of issues.
#[track_caller]
fn logged_issues(rounds: &[(&[Described], Option<&[Described]>)]) -> Vec<LogEvent> {
    let logged = |instances_first: bool| {
        let mut bench = Bench::new(Config::default(), vec![instance("alone")]);
        bench.pass(2);
        for (instances, clusters) in rounds {
            let mut listings = [
                Event::Listed(Lister::Instances, Some(shared(instances.to_vec()))),
                Event::Listed(Lister::Clusters, clusters.map(|found| shared(found.to_vec()))),
            ];
            if !instances_first {
                listings.reverse();
            }
            next_round(&mut bench, listings);
        }
        bench.issues_logged().into_iter().cloned().collect::<Vec<_>>()
    };
    let (forwards, backwards) = (logged(true), logged(false));
    assert_eq!(forwards, backwards);
    forwards
}

#[test]
fn members_of_a_cluster_that_was_made_while_clusters_cannot_be_listed_say_so() {
    let (cluster, members) = shop("shop-1", &[]);
    let missed = |id: &str, note: &LogEvent| match note {
        LogEvent::IssueAppeared { resource, issue } => {
            resource.ends_with(id) && issue.reason == Reason::ClusterTagsUnreadable && issue.text == "shop"
        }
        _ => false,
    };
    let logged = logged_issues(&[(&members, None), (&members, None)]);
    assert!(logged.len() == 2 && missed("shop-1", &logged[0]) && missed("shop-2", &logged[1]), "once: {logged:?}");
    let logged = logged_issues(&[(&members, None), (&members, Some(&[cluster]))]);
    assert!(matches!(logged[2..], [LogEvent::IssueGone { .. }, LogEvent::IssueGone { .. }]), "{logged:?}");
    let logged = logged_issues(&[(&members[..1], Some(&[])), (&members[..1], Some(&[]))]);
    assert!(logged.len() == 1 && missed("shop-1", &logged[0]), "whyever it is not among the listed: {logged:?}");
}

#[test]
fn members_that_come_and_go_with_their_cluster_never_miss_it() {
    let (cluster, members) = shop("shop-1", &[]);
    let cluster = [cluster];
    let deleting: Vec<_> =
        members.iter().map(|member| Described { status: "deleting".into(), ..member.clone() }).collect();
    let (members, cluster): (&[Described], Option<&[Described]>) = (&members, Some(&cluster));
    assert_eq!(logged_issues(&[(members, cluster), (members, None), (&[], Some(&[]))]), []);
    assert_eq!(logged_issues(&[(members, cluster), (&deleting, Some(&[])), (&[], Some(&[]))]), []);
}

#[test]
fn while_the_tags_of_clusters_were_never_read_members_say_so_and_use_the_next_source() {
    let (cluster, members) = shop("shop-1", &[("plimsoll/CPUUtilization", "70/85")]);
    let mut instances = members;
    instances.push(instance("alone"));
    let mut bench = Bench::new(Config { defaults: DefaultsMode::Full, ..Config::default() }, instances);
    let levels = |bench: &mut Bench| {
        bench.series(CPU_THRESHOLD).into_values().map(|level| level.to_string()).collect::<BTreeSet<_>>()
    };
    bench.clusters = None;
    bench.pass(130);
    assert_eq!(levels(&mut bench), BTreeSet::from(["80".to_owned(), "90".to_owned()]));
    let issues = bench.series("plimsoll_threshold_issue");
    assert_eq!(ids(&issues), ["shop-1", "shop-2"]);
    assert!(issues.keys().all(|labels| labels.contains("reason=\"cluster_tags_unreadable\"")));
    assert_eq!(bench.logged.len(), 2);
    bench.clusters = Some(vec![cluster]);
    bench.pass(120);
    assert!(bench.series("plimsoll_threshold_issue").is_empty());
    // One listing that fails later keeps what was read.
    bench.clusters = None;
    bench.pass(240);
    assert!(bench.series("plimsoll_threshold_issue").is_empty());
    assert_eq!(ids(&bench.series(CPU_THRESHOLD)), ["alone", "alone", "shop-1", "shop-1", "shop-2", "shop-2"]);
}

#[test]
fn tags_are_parsed_again_only_when_they_change() {
    let (cluster, members) = shop("shop-1", &[("plimsoll/mute", "no")]);
    let mut bench = Bench::new(Config::default(), members);
    bench.clusters = Some(vec![cluster]);
    let parsed = |bench: &Bench| -> Vec<_> { bench.scope.fleet.watched().map(|one| Arc::clone(&one.tags)).collect() };
    let first = parsed(bench.pass(5));
    bench.instances.as_mut().unwrap()[1].tags = fixture::tags(&[("plimsoll/CPUUtilization", "90")]);
    let again = parsed(bench.pass(125));
    let kept: Vec<bool> = first.iter().zip(&again).map(|(one, other)| Arc::ptr_eq(one, other)).collect();
    assert_eq!(kept, [true, true, false], "the cluster, shop-1 and shop-2");
}

/// A state that the cluster and its members share pages once: the rule finds the cluster of a member by this label.
#[test]
fn the_status_of_a_member_names_its_cluster() {
    let (cluster, members) = aurora("shop", &[("shop-1", Role::Writer)], &[]);
    let mut bench = Bench::new(Config::default(), [members, vec![instance("orders")]].concat());
    bench.clusters = Some(vec![cluster]);
    bench.pass(2);
    let series = bench.series("plimsoll_resource_status");
    let of_cluster: Vec<&String> = series.keys().filter(|labels| labels.ends_with(",cluster=\"shop\"")).collect();
    assert_eq!(series.len(), 3);
    assert!(of_cluster.len() == 1 && of_cluster[0].contains("dimension_DBInstanceIdentifier=\"shop-1\""), "{series:?}");
}
