//! Changes of the fleet and their alerts: storage grows, a failover, a new reader, lost tags. All at the same time, each on
//! its own databases.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use plimsoll::sim::{Cluster, Curve, Fleet, Instance};

use super::stack::{EACH_ALERT, Stack, labels};
use crate::support::databases::{ACCOUNT, REGION, database};
use crate::support::wait_for;

const METRICS: &str = r#"
[metrics.CPUUtilization]
for = "5s"
aggregates = ["writer"]

[metrics.FreeStorageSpace]
interval = "1s"
for = "5s"
"#;

/// The region of nine databases, of which three lose their tags.
const STRIPPED_REGION: &str = "eu-central-1";

const GIB: f64 = 1_073_741_824.0;
const SOON: Duration = Duration::from_mins(1);

const STORAGE_LOW: (&str, &str, &str) = ("RDSFreeStorageSpaceLow", "archive", "critical");
const WRITER_BUSY: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "shop-1", "critical");
const READER_BUSY: (&str, &str, &str) = ("RDSCPUUtilizationHigh", "shop-3", "critical");
const LEVELS_LOST: (&str, &str, &str) = ("PlimsollLevelsLost", "", "warning");

#[test]
fn a_resize_a_failover_a_new_reader_and_lost_tags_page_as_they_must() {
    let stack = Stack::watch(fleet(), METRICS, EACH_ALERT);
    stack.shorten("PlimsollLevelsLost", "5m");
    stack.wait_for_page(STORAGE_LOW);
    stack.wait_for_page(WRITER_BUSY);

    let failover = Failover::begin(&stack);
    tags_are_stripped(&stack);
    storage_grows(&stack);
    a_reader_is_added(&stack);
    stack.wait_for_page(READER_BUSY);
    lost_levels_are_counted(&stack);
    failover.has_kept_one_alert(&stack);
    the_level_has_followed_the_storage(&stack);
    assert_eq!(
        stack.notices(),
        [
            "PlimsollLevelsLost  warning fires",
            "RDSCPUUtilizationHigh shop-1 critical fires",
            "RDSCPUUtilizationHigh shop-3 critical fires",
            "RDSFreeStorageSpaceLow archive critical fires",
        ]
    );
    stack.assert_all_went_well();
}

fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    region.instances.insert("ledger".to_owned(), disk(12.0));
    region.instances.insert("archive".to_owned(), disk(5.0));
    region.instances.insert("shop-1".to_owned(), member(95.0));
    region.instances.insert("shop-2".to_owned(), member(20.0));
    let tags = tags(&[("plimsoll/CPUUtilization", "85"), ("plimsoll/AuroraReplicaLag", "1s"), ("team", "payments")]);
    let writer = Some("shop-1".to_owned());
    let shop = Cluster { engine: "aurora-mysql".to_owned(), writer, tags, ..Cluster::default() };
    region.clusters.insert("shop".to_owned(), shop);
    let nine = (1..=9).map(|number| (format!("db-{number}"), database()));
    fleet.region(ACCOUNT, STRIPPED_REGION).instances.extend(nine);
    fleet
}

/// An instance with 100 GiB, this number of them free, and a level at 10.
fn disk(free: f64) -> Instance {
    let tags = tags(&[("plimsoll/FreeStorageSpace", "10pct"), ("team", "payments")]);
    let metrics = [("FreeStorageSpace".to_owned(), Some(Curve::constant(free * GIB)))].into();
    Instance { storage: 100, tags, metrics, ..Instance::of("postgres") }
}

/// A member of the cluster, without tags of its own.
fn member(cpu: f64) -> Instance {
    let metrics = [("CPUUtilization".to_owned(), Some(Curve::constant(cpu)))].into();
    let cluster = Some("shop".to_owned());
    Instance { class: "db.r6g.large".to_owned(), cluster, metrics, ..Instance::of("aurora-mysql") }
}

fn tags(tags: &[(&str, &str)]) -> BTreeMap<String, String> {
    tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
}

const LEVEL: &str = r#"aws_rds_free_storage_space_threshold{dimension_DBInstanceIdentifier="ledger"}"#;

/// Datapoints show the new size later than Describe. A level that moves too early would be crossed by now.
fn storage_grows(stack: &Stack) {
    stack.edit("ledger", |instance| instance.storage = 200);
    stack.wait_until_true(r#"aws_rds_allocated_storage{dimension_DBInstanceIdentifier="ledger"} == 200 * 2^30"#);
    stack.wait_for_evaluations(3);
    stack.report("ledger", "FreeStorageSpace", Some(112.0 * GIB));
}

fn the_level_has_followed_the_storage(stack: &Stack) {
    stack.wait_until_true(&format!("{LEVEL} == 20 * 2^30"));
    stack.wait_for_evaluations(3);
    assert_eq!(stack.prometheus.value(&format!("min_over_time({LEVEL}[1h])")), Some(10.0 * GIB));
    assert_eq!(stack.prometheus.value(&format!("changes({LEVEL}[1h])")), Some(1.0));
    let ever = r#"last_over_time(ALERTS{dimension_DBInstanceIdentifier="ledger"}[1h])"#;
    assert_eq!(stack.prometheus.query(ever), [], "not even a pending alert");
}

/// A failover while the former writer is beyond its level.
struct Failover {
    begun: Instant,
    active_at: String,
}

impl Failover {
    fn begin(stack: &Stack) -> Self {
        let active_at = stack.wait_for_alert(WRITER_BUSY, "firing").active_at;
        let begun = Instant::now();
        stack.aws.change(|fleet| fleet.cluster("shop").unwrap().writer = Some("shop-2".to_owned()));
        Self { begun, active_at }
    }

    fn has_kept_one_alert(&self, stack: &Stack) {
        let lag_level = |id| format!("aws_rds_aurora_replica_lag_threshold{{dimension_DBInstanceIdentifier={id:?}}}");
        stack.wait_until_true(&format!("{} unless on () {}", lag_level("shop-1"), lag_level("shop-2")));
        // Longer than a bridge: a lost or duplicate alert would be visible by now.
        stack.wait_for_evaluations(18);
        assert_eq!(stack.alert(WRITER_BUSY).unwrap().active_at, self.active_at);
        let alerts = r#"count(ALERTS{dimension_DBInstanceIdentifier=~"shop-1|shop-2"}) or vector(0)"#;
        let over_time = format!("_over_time(({alerts})[{}s:1s])", self.begun.elapsed().as_secs());
        for most_and_least in ["max", "min"] {
            assert_eq!(stack.prometheus.value(&format!("{most_and_least}{over_time}")), Some(1.0), "{most_and_least}");
        }
    }
}

/// When the listing after the next one is requested, an interval has passed since the first that could contain it.
fn a_reader_is_added(stack: &Stack) {
    let listings = || stack.aws.counts().in_scope(ACCOUNT, REGION, "DescribeDBInstances").calls;
    stack.aws.change(|fleet| fleet.region(ACCOUNT, REGION).instances.insert("shop-3".to_owned(), member(95.0)));
    let before = listings();
    wait_for("two listings", SOON, || (listings() >= before + 2).then_some(()));
    let page = stack.exporter.metrics();
    assert_eq!((page.cpu_level("shop-3", "critical"), page.cpu("shop-3")), (Some(85.0), Some(95.0)));
    let alert = stack.wait_for_page(READER_BUSY);
    assert_eq!(alert.labels, labels(READER_BUSY, &[]), "the team is the cluster's");
}

fn tags_are_stripped(stack: &Stack) {
    for id in ["db-1", "db-2", "db-3"] {
        stack.edit(id, |instance| instance.tags.clear());
    }
}

fn lost_levels_are_counted(stack: &Stack) {
    let lost = stack.wait_for_page(LEVELS_LOST);
    let description = "6 levels of account 123456789012 in eu-central-1 have disappeared. \
                       If tags were removed, plimsoll levels export prints how to put them back.";
    assert_eq!(lost.annotations["description"], description);
}
