//! Levels that are shares: they follow a resize without ever crossing an old value, and the connection limit is taken
//! from the best source.

use std::time::Duration;

use plimsoll::sim::{Cluster, Curve, Effect, Fault, Fleet, Instance, Options};

use crate::support::databases::{ACCOUNT, INSTANCE, REGION};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const GIB: f64 = 1_073_741_824.0;

/// The shortest intervals, and only the metrics that tags name.
const CONFIG: &str = r#"
[polling]
discovery = "1s"
fast = "1s"
publication_delay = "0s"

[metrics]
profile = "alerting"

[metrics.FreeStorageSpace]
interval = "1s"

[defaults]
mode = "off"
"#;

/// The limit until a datapoint shows a change, which takes over two minutes.
const TWO_MINUTES_AND_A_BUSY_MACHINE: Duration = Duration::from_mins(3);
const SOON: Duration = Duration::from_secs(30);

fn orders(tag: (&str, &str)) -> Instance {
    let tags = [(tag.0.to_owned(), tag.1.to_owned())].into();
    let metrics = [("DatabaseConnections".to_owned(), Some(Curve::constant(20.0)))].into();
    Instance { storage: 100, tags, metrics, ..Instance::of("postgres") }
}

fn aws(instance: Instance) -> SimulatedAws {
    let mut fleet = Fleet::empty(ACCOUNT);
    fleet.region(ACCOUNT, REGION).instances.insert("orders".to_owned(), instance);
    let options = Options { publication_delay: Some(Duration::ZERO), ..Options::default() };
    SimulatedAws::start(fleet, options)
}

fn start(aws: &SimulatedAws) -> Exporter {
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    exporter
}

fn set_free_storage(aws: &SimulatedAws, gib: f64) {
    aws.metric(ACCOUNT, REGION, "DBInstanceIdentifier=orders", "FreeStorageSpace").pin(Some(gib * GIB));
}

fn of_orders(page: &Scrape, name: &str) -> Option<f64> {
    page.value(name, &[(INSTANCE, "orders")])
}

/// Free storage and its critical level, in GiB.
fn storage(page: &Scrape) -> Option<(f64, f64)> {
    let free = of_orders(page, "aws_rds_free_storage_space_minimum")?;
    Some((free / GIB, of_orders(page, "aws_rds_free_storage_space_threshold")? / GIB))
}

#[test]
fn a_resize_moves_the_level_and_no_value_is_ever_on_the_wrong_side_of_it() {
    let aws = aws(orders(("plimsoll/FreeStorageSpace", "10pct")));
    set_free_storage(&aws, 15.0);
    let exporter = start(&aws);
    let before = wait_for("free storage and its level", SOON, || storage(&exporter.metrics()));
    assert_eq!(before, (15.0, 10.0));

    aws.change(|fleet| fleet.instance("orders").unwrap().storage = 200);
    let between = wait_for("the resize to be seen", SOON, || {
        let page = exporter.metrics();
        let resized = of_orders(&page, "aws_rds_allocated_storage") == Some(200.0 * GIB);
        resized.then(|| storage(&page)).flatten()
    });
    assert_eq!(between, (15.0, 10.0), "the level waits for a datapoint that knows of the resize");

    set_free_storage(&aws, 115.0);
    let after = wait_for("the level to follow", TWO_MINUTES_AND_A_BUSY_MACHINE, || {
        let (free, level) = storage(&exporter.metrics())?;
        assert!(free > level, "{free} GiB free of a level of {level} GiB");
        (level > 10.0).then_some((free, level))
    });
    assert_eq!(after, (115.0, 20.0));
}

/// The level on connections once the limit comes from that source.
#[track_caller]
fn level_by(exporter: &Exporter, source: &str) -> Option<f64> {
    wait_for(&format!("a limit by {source}"), SOON, || {
        let page = exporter.metrics();
        let labels = [(INSTANCE, "orders"), ("denominator", "max_connections"), ("source", source)];
        page.value("plimsoll_denominator_info", &labels)?;
        Some(of_orders(&page, "aws_rds_database_connections_threshold"))
    })
}

#[test]
fn a_tag_sets_the_connection_limit_before_the_parameter_group() {
    let mut instance = orders(("plimsoll/DatabaseConnections", "80pct"));
    instance.parameters.insert("max_connections".to_owned(), "500".to_owned());
    let aws = aws(instance);
    let exporter = start(&aws);
    assert_eq!(level_by(&exporter, "parameter_group"), Some(400.0));
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 1, "a group is read once an hour");
    aws.change(|fleet| {
        let tags = &mut fleet.instance("orders").unwrap().tags;
        tags.insert("plimsoll/max-connections".to_owned(), "300".to_owned())
    });
    assert_eq!(level_by(&exporter, "tag"), Some(240.0));
}

#[test]
fn a_limit_that_waits_for_a_reboot_moves_the_level_when_the_instance_has_rebooted() {
    let mut instance = orders(("plimsoll/DatabaseConnections", "80pct"));
    instance.parameters.insert("max_connections".to_owned(), "500".to_owned());
    let aws = aws(instance);
    let exporter = start(&aws);
    assert_eq!(level_by(&exporter, "parameter_group"), Some(400.0));
    let change = |limit: &str, status: &str| {
        aws.change(|fleet| {
            let instance = fleet.instance("orders").unwrap();
            instance.parameters.insert("max_connections".to_owned(), limit.to_owned());
            status.clone_into(&mut instance.parameter_status);
        });
        aws.counts().of("DescribeDBInstances").calls
    };
    let listed = change("1000", "pending-reboot");
    wait_for("three listings", SOON, || (aws.counts().of("DescribeDBInstances").calls > listed + 3).then_some(()));
    assert_eq!(level_by(&exporter, "parameter_group"), Some(400.0), "the engine still runs with 500");
    change("1000", "in-sync");
    wait_for("the new limit", SOON, || {
        (of_orders(&exporter.metrics(), "aws_rds_max_connections") == Some(1_000.0)).then_some(())
    });
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 2, "read because of the reboot");
}

#[test]
fn a_configured_formula_sets_the_limit_and_an_unknown_formula_sets_none() {
    let mut instance = orders(("plimsoll/DatabaseConnections", "80pct"));
    let formula = "LEAST({DBInstanceClassMemory/9531392},300)".to_owned();
    instance.parameters.insert("max_connections".to_owned(), formula);
    let aws = aws(instance);
    let exporter = start(&aws);
    assert_eq!(level_by(&exporter, "parameter_group_formula"), Some(240.0), "of 300, not of the 811 of the engine");
    let change = |limit: &str, status: &str| {
        aws.change(|fleet| {
            let instance = fleet.instance("orders").unwrap();
            instance.parameters.insert("max_connections".to_owned(), limit.to_owned());
            status.clone_into(&mut instance.parameter_status);
        });
        aws.counts().of("DescribeDBInstances").calls
    };
    let listed = change("{EndPointPort/10}", "pending-reboot");
    wait_for("two listings", SOON, || (aws.counts().of("DescribeDBInstances").calls > listed + 2).then_some(()));
    change("{EndPointPort/10}", "in-sync");
    let page = wait_for("the issue", SOON, || {
        let page = exporter.metrics();
        let labels = [(INSTANCE, "orders"), ("reason", "no_denominator")];
        page.value("plimsoll_threshold_issue", &labels).map(|_| page)
    });
    assert_eq!(of_orders(&page, "aws_rds_max_connections"), None);
    assert_eq!(of_orders(&page, "aws_rds_database_connections_threshold"), None, "no level of a wrong size");
}

#[test]
fn members_of_a_cluster_take_the_limit_that_the_cluster_sets() {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let parameters = [("max_connections".to_owned(), "700".to_owned())];
    let cluster = Cluster { engine: "postgres".to_owned(), parameters: parameters.into(), ..Cluster::default() };
    region.clusters.insert("shop".to_owned(), cluster);
    let tagged = orders(("plimsoll/DatabaseConnections", "50pct"));
    let (cluster, status) = (Some("shop".to_owned()), "pending-reboot".to_owned());
    let member = Instance { cluster, cluster_parameter_status: status, ..tagged };
    region.instances.insert("orders".to_owned(), member);
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = start(&aws);
    assert_eq!(level_by(&exporter, "pending_parameter_group"), Some(350.0));
    aws.change(|fleet| "in-sync".clone_into(&mut fleet.instance("orders").unwrap().cluster_parameter_status));
    assert_eq!(level_by(&exporter, "parameter_group"), Some(350.0));
    assert_eq!(aws.counts().of("DescribeDBClusterParameters").calls, 2);
    assert_eq!(aws.counts().of("DescribeDBParameters").calls, 0, "nobody can have set anything in a default group");
}

#[test]
fn without_the_permission_the_formula_of_the_engine_sets_the_limit() {
    let mut instance = orders(("plimsoll/DatabaseConnections", "50pct"));
    instance.parameters.insert("max_connections".to_owned(), "500".to_owned());
    let aws = aws(instance);
    aws.fault(Fault::new(Effect::Denied).operation("DescribeDBParameters"));
    let exporter = start(&aws);
    wait_for("the refusal", SOON, || (aws.counts().of("DescribeDBParameters").calls > 0).then_some(()));
    assert_eq!(level_by(&exporter, "formula"), Some(405.5), "half of the 811 that 8 GiB make");
    assert!(!exporter.log().contains("AWS call failed"), "{}", exporter.log());
}

/// The limit is one for reads and writes together: alone, each of them is far from it.
#[test]
fn reads_and_writes_together_are_held_against_what_the_storage_gives() {
    let mut instance = orders(("plimsoll/TotalIOPS", "60pct/80pct"));
    for (metric, value) in [("ReadIOPS", 1_300.0), ("WriteIOPS", 1_200.0)] {
        instance.metrics.insert(metric.to_owned(), Some(Curve::constant(value)));
    }
    let aws = aws(Instance { storage_type: "gp3".to_owned().into(), ..instance });
    let exporter = start(&aws);
    let page = wait_for("both parts of one period", SOON, || {
        let page = exporter.metrics();
        of_orders(&page, "aws_rds_total_iops_average").map(|_| page)
    });
    assert_eq!(of_orders(&page, "aws_rds_total_iops_average"), Some(2_500.0));
    assert_eq!(of_orders(&page, "aws_rds_provisioned_iops"), Some(3_000.0));
    let level = |severity| page.value("aws_rds_total_iops_threshold", &[(INSTANCE, "orders"), ("severity", severity)]);
    assert_eq!((level("warning"), level("critical")), (Some(1_800.0), Some(2_400.0)));
    let critical = [(INSTANCE, "orders"), ("metric", "TotalIOPS"), ("severity", "critical")];
    assert_eq!(page.value("plimsoll_headroom_ratio", &critical), Some(-0.04));
    let asked = aws.counts().of("GetMetricData");
    assert_eq!((asked.billed, asked.empty), (asked.metrics, 0), "CloudWatch is not queried for the sum");
}
