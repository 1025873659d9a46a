//! A cluster in the simulated AWS: members are added and change roles, and are watched all the time.

use std::time::{Duration, Instant};

use plimsoll::sim::{Cluster, Effect, Fault, Fleet, Instance, Options};

use crate::support::databases::{ACCOUNT, CPU, CPU_LEVEL, INSTANCE, REGION};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const CONFIG: &str = r#"
[polling]
discovery = "2s"
fast = "1s"

[defaults]
mode = "off"

[labels]
tags = ["team"]

[metrics]
profile = "alerting"

[metrics.CPUUtilization]
aggregates = ["writer"]
"#;

/// Longer than a busy machine takes for a discovery, a poll and a page.
const LATE: Duration = Duration::from_secs(30);
const LAG_LEVEL: &str = "aws_rds_aurora_replica_lag_threshold";

fn member() -> Instance {
    Instance { class: "db.r6g.large".to_owned(), cluster: Some("shop".to_owned()), ..Instance::of("aurora-mysql") }
}

fn shop() -> (SimulatedAws, Exporter) {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let tags = [("plimsoll/CPUUtilization", "70/85"), ("plimsoll/AuroraReplicaLag", "1s"), ("team", "shop")];
    let tags = tags.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
    let writer = Some("shop-1".to_owned());
    let cluster = Cluster { engine: "aurora-mysql".to_owned(), writer, tags, ..Cluster::default() };
    region.clusters.insert("shop".to_owned(), cluster);
    region.instances.extend(["shop-1", "shop-2"].map(|id| (id.to_owned(), member())));
    let aws = SimulatedAws::start(fleet, Options::default());
    aws.metric(ACCOUNT, REGION, "DBClusterIdentifier=shop,Role=WRITER", "CPUUtilization").pin(Some(33.0));
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    (aws, exporter)
}

#[test]
fn a_failover_moves_the_levels_of_roles_and_no_other_series() {
    let (aws, exporter) = shop();
    let lags = |id| exporter.metrics().count(LAG_LEVEL, &[(INSTANCE, id)]);
    assert_eq!((lags("shop-1"), lags("shop-2")), (0, 1));
    aws.change(|fleet| fleet.cluster("shop").unwrap().writer = Some("shop-2".to_owned()));
    let start = Instant::now();
    while lags("shop-1") == 0 {
        assert!(start.elapsed() < LATE, "no level on the new reader");
        let page = exporter.metrics();
        for id in ["shop-1", "shop-2"] {
            assert_eq!(page.count(CPU_LEVEL, &[(INSTANCE, id), ("tag_team", "shop")]), 2, "{id}");
            assert_eq!(page.count(CPU, &[(INSTANCE, id)]), 1, "{id}");
        }
        assert_eq!(page.count(LAG_LEVEL, &[]), 1);
        assert_eq!(page.value(CPU, &[("dimension_Role", "WRITER")]), Some(33.0));
    }
    assert_eq!(lags("shop-2"), 0);
    assert_eq!(exporter.metrics().count("plimsoll_threshold_issue", &[]), 0);
}

#[test]
fn an_instance_added_to_a_cluster_is_watched_with_its_levels_and_its_team() {
    let (aws, exporter) = shop();
    let added = [(INSTANCE, "application-autoscaling-1"), ("tag_team", "shop")];
    assert_eq!(exporter.metrics().count(CPU_LEVEL, &added), 0);
    aws.change(|fleet| {
        let instances = &mut fleet.region(ACCOUNT, REGION).instances;
        instances.insert("application-autoscaling-1".to_owned(), member());
    });
    wait_for("level and value of the new reader", LATE, || {
        let page = exporter.metrics();
        (page.count(CPU_LEVEL, &added) == 2 && page.count(CPU, &added) == 1).then_some(())
    });
}

#[test]
fn members_of_a_new_cluster_have_an_issue_while_clusters_cannot_be_listed() {
    let (aws, exporter) = shop();
    let fault = aws.fault(Fault::new(Effect::Denied).operation("DescribeDBClusters"));
    aws.change(|fleet| {
        let region = fleet.region(ACCOUNT, REGION);
        let tags = [("plimsoll/CPUUtilization".to_owned(), "60/75".to_owned())].into();
        let cluster = Cluster { engine: "aurora-mysql".to_owned(), tags, ..Cluster::default() };
        region.clusters.insert("search".to_owned(), cluster);
        region.instances.insert("search-1".to_owned(), Instance { cluster: Some("search".to_owned()), ..member() });
    });
    let issues = |labels: &[(&str, &str)]| exporter.metrics().count("plimsoll_threshold_issue", labels);
    let unreadable = [(INSTANCE, "search-1"), ("reason", "cluster_tags_unreadable")];
    wait_for("the issue of the new member", LATE, || (issues(&unreadable) == 1).then_some(()));
    assert_eq!(issues(&[]), 1, "those of the old cluster have its tags");
    aws.lift(fault);
    wait_for("the level of the new cluster", LATE, || {
        (exporter.metrics().cpu_level("search-1", "critical") == Some(75.0)).then_some(())
    });
    assert_eq!(issues(&[]), 0);
}
