//! Optional calls to the simulated AWS: with their permission, and without it.

use std::collections::BTreeSet;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use plimsoll::sim::{BlueGreenDeployment, Effect, Event, Fault, Fleet, Lifecycle, Maintenance, Options, Quota};

use crate::support::databases::{ACCOUNT, BRISK, INSTANCE, REGION, databases};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const SOON: Duration = Duration::from_secs(30);

/// The operations with their permissions.
const CALLS: [(&str, &str); 5] = [
    ("DescribePendingMaintenanceActions", "rds:DescribePendingMaintenanceActions"),
    ("DescribeDBMajorEngineVersions", "rds:DescribeDBMajorEngineVersions"),
    ("DescribeAccountAttributes", "rds:DescribeAccountAttributes"),
    ("DescribeEvents", "rds:DescribeEvents"),
    ("DescribeBlueGreenDeployments", "rds:DescribeBlueGreenDeployments"),
];

const CONFIG: &str = r#"
[polling]
discovery = "1s"
fast = "1s"

[metrics]
profile = "alerting"
"#;

/// Three databases; of the first one every optional call has something to return.
fn fleet() -> Fleet {
    let mut fleet = databases(["orders", "billing", "search"]);
    let orders = fleet.instance("orders").unwrap();
    let ordered = Maintenance { opt_in: Some("next-maintenance".into()), ..action("os-upgrade", 1_000_000_000) };
    orders.maintenance = vec![action("system-update", 2_000_000_000), ordered];
    for (id, version, support) in [
        ("orders", "13.18", "open-source-rds-extended-support"),
        ("billing", "17.6", "open-source-rds-extended-support"),
        ("search", "13.18", "open-source-rds-extended-support-disabled"),
    ] {
        let instance = fleet.instance(id).unwrap();
        (instance.engine_version, instance.engine_lifecycle_support) = (Some(version.into()), support.into());
    }
    fleet.region(ACCOUNT, REGION).events = vec![Event {
        source: "orders".into(),
        source_type: "db-instance".into(),
        categories: vec!["availability".into()],
        message: "DB instance restarted".into(),
        date: now() - 60,
    }];
    let quotas = [("DBInstances", 34, 40), ("ManualSnapshots", 1, 100), ("DBSubnetGroups", 1, 1)];
    let quotas = quotas.map(|(name, used, max)| (name.to_owned(), Quota { used, max }));
    fleet.region(ACCOUNT, REGION).quotas = quotas.into();
    fleet.lifecycles = [("13", 1_700_000_000), ("17", 4_000_000_000)].map(lifecycle).into();
    fleet
}

fn now() -> i64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs().cast_signed()
}

fn lifecycle((version, end): (&str, i64)) -> Lifecycle {
    let (engine, version) = ("postgres".to_owned(), version.to_owned());
    Lifecycle { engine, version, standard_support_end: end, extended_support_end: Some(end + 1) }
}

fn action(action: &str, forced: i64) -> Maintenance {
    Maintenance { action: action.to_owned(), forced_apply: Some(forced), ..Maintenance::default() }
}

fn start(aws: &SimulatedAws, config: &str) -> Exporter {
    let exporter = aws.launch().config(config).start();
    exporter.wait_until_ready();
    exporter
}

fn page_with(exporter: &Exporter, series: &str) -> Scrape {
    wait_for(series, SOON, || {
        let page = exporter.metrics();
        (!page.find(series, &[]).is_empty()).then_some(page)
    })
}

fn quota(name: &str) -> [(&str, &str); 3] {
    [("dimension_QuotaName", name), ("account_id", ACCOUNT), ("region", REGION)]
}

#[test]
fn what_optional_calls_return_has_series_and_levels() {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let exporter = start(&aws, CONFIG);
    let page = page_with(&exporter, "aws_rds_forced_maintenance_timestamp_seconds");
    let orders = [(INSTANCE, "orders")];
    assert_eq!(page.value("aws_rds_forced_maintenance_timestamp_seconds", &orders), Some(2e9));
    assert_eq!(page.value("aws_rds_forced_maintenance_threshold", &orders), Some(1_209_600.0));
    assert_eq!(page.find("aws_rds_forced_maintenance_timestamp_seconds", &[]).len(), 1);
    let page = page_with(&exporter, "aws_rds_extended_support");
    let check = |id: &str, end: Option<f64>, extended: f64| {
        let labels = [(INSTANCE, id)];
        assert_eq!(page.value("aws_rds_standard_support_end_timestamp_seconds", &labels), end, "{id}");
        assert_eq!(page.value("aws_rds_extended_support", &labels), Some(extended), "{id}");
        let level = page.value("aws_rds_standard_support_end_threshold", &labels);
        assert_eq!(level, end.map(|_| 15_552_000.0), "{id}");
        assert_eq!(page.value("aws_rds_extended_support_threshold", &labels), Some(0.0), "{id}");
    };
    check("orders", None, 1.0);
    check("billing", Some(4e9), 0.0);
    check("search", Some(1.7e9), 0.0);
    let page = page_with(&exporter, "aws_rds_quota_used_percent");
    assert_eq!(page.value("aws_rds_quota_used_percent", &quota("DBInstances")), Some(85.0));
    assert_eq!(page.value("aws_rds_quota_used_threshold", &quota("DBInstances")), Some(80.0));
    assert_eq!(page.value("aws_rds_quota_used_percent", &quota("ManualSnapshots")), Some(1.0));
    assert_eq!(page.find("aws_rds_quota_used_percent", &[]).len(), 2, "those that end growth");
    for (operation, _) in CALLS {
        assert_eq!(aws.counts().of(operation).calls, 1, "{operation}: at its own interval");
    }
    let page = page_with(&exporter, "aws_rds_events_total");
    let restarts = [(INSTANCE, "orders"), ("category", "restart")];
    assert_eq!(page.value("aws_rds_events_total", &restarts), Some(0.0), "what happened before does not count");
    assert_eq!(page.find("aws_rds_events_total", &[]).len(), 3 * 6, "each category of each database");
}

#[test]
fn the_members_of_a_deployment_that_are_not_in_production_are_muted_before_and_after_the_switchover() {
    let (green, old) = ("orders-green-abc123", "orders-old1");
    let mut fleet = databases(["orders", green, "erp", "erp-old1"]);
    fleet.instance("orders").unwrap().resource_id = Some("db-BLUE".into());
    fleet.instance(green).unwrap().resource_id = Some("db-GREEN".into());
    let members = vec![("orders".into(), green.into())];
    let deployment = BlueGreenDeployment { status: "AVAILABLE".into(), members };
    fleet.region(ACCOUNT, REGION).blue_green_deployments = [("bgd-1".into(), deployment)].into();
    let aws = SimulatedAws::start(fleet, Options::default());
    let exporter = start(&aws, BRISK);
    let check = |muted: &str, judged: [&str; 3]| {
        let page = wait_for(muted, SOON, || {
            let page = exporter.metrics();
            page.value("plimsoll_muted", &[(INSTANCE, muted), ("source", "blue_green")]).map(|_| page)
        });
        assert_eq!(page.cpu_level(muted, "critical"), None);
        assert!(judged.iter().all(|id| page.cpu_level(id, "critical") == Some(90.0)), "{judged:?}");
        assert_eq!(page.count("plimsoll_muted", &[]), 1, "a name alone mutes nobody");
    };
    check(green, ["orders", "erp", "erp-old1"]);
    aws.change(|fleet| {
        let instances = &mut fleet.region(ACCOUNT, REGION).instances;
        let (production, new) = (instances.remove("orders").unwrap(), instances.remove(green).unwrap());
        instances.extend([(old.to_owned(), production), ("orders".to_owned(), new)]);
    });
    check(old, ["orders", "erp", "erp-old1"]);
    assert_eq!(aws.counts().of("DescribeBlueGreenDeployments").calls, 1, "the listing was enough");
}

#[test]
fn refused_optional_calls_are_counted_and_shown_and_take_nothing_with_them() {
    let aws = SimulatedAws::start(fleet(), Options::default());
    for (operation, _) in CALLS {
        aws.fault(Fault::new(Effect::Denied).operation(operation));
    }
    let exporter = start(&aws, BRISK);
    for (operation, permission) in CALLS {
        let denied = [("operation", operation), ("code", "denied")];
        wait_for("a refused call", SOON, || {
            (exporter.metrics().total("plimsoll_aws_errors_total", &denied) == 1).then_some(())
        });
        let landing = exporter.get("/").text();
        assert!(landing.contains(&format!("<code>{permission}</code>")), "{landing}");
        assert_eq!(exporter.log().matches(&format!("{permission:?}")).count(), 1, "{}", exporter.log());
    }
    let page = exporter.metrics();
    assert_eq!((page.cpu("orders"), page.cpu_level("orders", "critical")), (Some(50.0), Some(90.0)));
    let tasks = page.find("plimsoll_last_success_timestamp_seconds", &[]);
    let tasks: BTreeSet<_> = tasks.iter().filter_map(|series| series.label("task")).collect();
    let expected = ["clusters", "day", "five_minutes", "hour", "instances", "minute"];
    assert_eq!(tasks, expected.into(), "nobody waits for a refused call");
}

#[test]
fn optional_calls_that_are_left_out_are_not_made() {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let exporter = start(&aws, &format!("[discovery]\noptional = []\n{BRISK}"));
    let listings = || aws.counts().of("DescribeDBInstances").calls;
    let before = listings();
    wait_for("two more listings", SOON, || (listings() >= before + 2).then_some(()));
    for (operation, _) in CALLS {
        assert_eq!(aws.counts().of(operation).calls, 0, "{operation}");
        assert!(exporter.metrics().find("plimsoll_aws_errors_total", &[("operation", operation)]).is_empty());
    }
}
