//! Storage volumes: what a full one does behind the sum of its instance.

use std::time::Duration;

use plimsoll::sim::{Curve, Fleet, Instance, Options, Volume};

use crate::support::databases::{ACCOUNT, INSTANCE, REGION};
use crate::support::exporter::Exporter;
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const GIB: f64 = 1_073_741_824.0;
const SOON: Duration = Duration::from_secs(30);

const CONFIG: &str = r#"
[polling]
discovery = "1s"
fast = "1s"

[metrics]
profile = "alerting"

[defaults]
mode = "off"
"#;

const FREE: &str = "aws_rds_free_storage_space_minimum";
const LEVEL: &str = "aws_rds_free_storage_space_threshold";

/// An instance whose second volume is full, while a third of both together is free.
fn fleet() -> Fleet {
    let mut fleet = Fleet::empty(ACCOUNT);
    let region = fleet.region(ACCOUNT, REGION);
    let free = |gib: f64| [("FreeStorageSpace".to_owned(), Curve::constant(gib * GIB))].into();
    let volume =
        Volume { name: "rdsdbdata2".to_owned(), storage: 300, max_storage: None, storage_type: "gp3".to_owned() };
    let ledger = Instance {
        storage: 500,
        additional_volumes: vec![volume],
        tags: [("plimsoll/FreeStorageSpace".to_owned(), "20pct/10pct".to_owned())].into(),
        metrics: [("FreeStorageSpace".to_owned(), Some(Curve::constant(261.0 * GIB)))].into(),
        ..Instance::of("oracle-se2")
    };
    region.instances.insert("ledger".to_owned(), ledger);
    for (name, gib) in [("rdsdbdata", 260.0), ("rdsdbdata2", 1.0)] {
        region.metrics.insert(format!("DbInstanceIdentifier=ledger,VolumeName={name}"), free(gib));
    }
    fleet
}

fn of_volume(page: &Scrape, name: &str, volume: &str, more: &[(&str, &str)]) -> Option<f64> {
    let labels = [&[(INSTANCE, "ledger"), ("dimension_VolumeName", volume)], more].concat();
    page.value(name, &labels).map(|bytes| bytes / GIB)
}

fn with_volumes(exporter: &Exporter) -> Scrape {
    wait_for("the values of both volumes", SOON, || {
        let page = exporter.metrics();
        let all = ["rdsdbdata", "rdsdbdata2"].iter().all(|volume| of_volume(&page, FREE, volume, &[]).is_some());
        all.then_some(page)
    })
}

#[test]
fn a_full_volume_is_seen_behind_the_sum_of_its_instance() {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    let page = with_volumes(&exporter);
    let critical = [("severity", "critical")];
    assert_eq!(of_volume(&page, FREE, "rdsdbdata2", &[]), Some(1.0));
    assert_eq!(of_volume(&page, LEVEL, "rdsdbdata2", &critical), Some(30.0));
    assert_eq!(of_volume(&page, LEVEL, "rdsdbdata", &critical), Some(50.0));
    let arn = format!("arn:aws:rds:{REGION}:{ACCOUNT}:db:ledger");
    assert_eq!(page.find(FREE, &[("name", arn.as_str())]).len(), 3, "the ARN is the instance's");
    assert_eq!(page.find("aws_rds_info", &[]).len(), 1);

    let home = String::from_utf8(exporter.get("/").body).unwrap();
    assert!(home.contains("1 crossed metric of 1 database: "), "{home}");
    assert!(home.contains(">ledger/rdsdbdata2</a>"), "{home}");
    let listing = aws.counts().of("DescribeDBInstances");
    assert!(listing.calls > 0 && listing.failed == 0, "volumes need no call of their own");
}
