//! Proxies of RDS: listed like databases, with tags that AWS gives one proxy at a time.

use std::time::{Duration, Instant};

use plimsoll::sim::{Curve, Effect, Fault, Fleet, Options, Proxy};

use crate::support::databases::{ACCOUNT, CPU, INSTANCE, REGION, databases};
use crate::support::exporter::Exporter;
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const CONFIG: &str = r#"
[discovery]
services = ["rds", "rds-proxy"]

[polling]
discovery = "1s"
fast = "1s"

[metrics]
profile = "alerting"

[defaults]
mode = "off"
"#;

const CONNECTIONS: &str = "aws_rds_client_connections_sum";
const LEVEL: &str = "aws_rds_client_connections_threshold";
const PROXIES: usize = 4;
const SOON: Duration = Duration::from_secs(30);

/// A database and some proxies, each with 50 clients and a level of its own.
fn fleet() -> Fleet {
    let mut fleet = databases(["orders"]);
    for number in 1..=PROXIES {
        let tags = [("plimsoll/ClientConnections".to_owned(), format!("{number}00"))];
        let metrics = [("ClientConnections".to_owned(), Some(Curve::constant(50.0)))];
        let proxy = Proxy { tags: tags.into(), metrics: metrics.into(), ..Proxy::default() };
        fleet.region(ACCOUNT, REGION).proxies.insert(format!("proxy-{number}"), proxy);
    }
    fleet
}

fn level(exporter: &Exporter, proxy: &str) -> Option<f64> {
    exporter.metrics().value(LEVEL, &[("dimension_ProxyName", proxy), ("severity", "critical")])
}

#[test]
fn a_proxy_has_its_series_and_the_levels_of_its_tags_which_are_read_once() {
    let started = Instant::now();
    let aws = SimulatedAws::start(fleet(), Options::default());
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    let least = Duration::from_millis(250) * u32::try_from(PROXIES).unwrap();
    assert!(started.elapsed() >= least, "more than four tags a second: {:?}", started.elapsed());

    let page = exporter.metrics();
    for number in 1..=PROXIES {
        let name = format!("proxy-{number}");
        let labels = [("dimension_ProxyName", name.as_str()), ("account_id", ACCOUNT), ("region", REGION)];
        assert_eq!(page.value(CONNECTIONS, &labels), Some(50.0), "{name}");
        assert_eq!(level(&exporter, &name), Some(100.0 * f64::from(u32::try_from(number).unwrap())), "{name}");
    }
    assert_eq!(page.find("aws_rds_info", &[]).len(), 1 + PROXIES, "one for each resource of the namespace");

    let listings = || aws.counts().of("DescribeDBProxies").calls;
    let before = listings();
    wait_for("two more listings", SOON, || (listings() >= before + 2).then_some(()));
    assert_eq!(aws.counts().of("ListTagsForResource").calls, PROXIES as u64, "each once an hour");
}

#[test]
fn a_proxy_whose_tags_cannot_be_read_is_no_proxy_without_levels_and_concerns_no_database() {
    let aws = SimulatedAws::start(fleet(), Options::default());
    let denied = aws.fault(Fault::new(Effect::Denied).operation("ListTagsForResource"));
    let exporter = aws.launch().config(CONFIG).start();
    exporter.wait_until_ready();
    let page = exporter.metrics();
    assert_eq!(page.value(CPU, &[(INSTANCE, "orders")]), Some(50.0));
    assert!(page.find(CONNECTIONS, &[]).is_empty(), "nothing without the levels that it may have");
    let failed = [("operation", "ListTagsForResource"), ("code", "denied")];
    assert!(page.total("plimsoll_aws_errors_total", &failed) > 0);
    aws.lift(denied);
    wait_for("the levels of a proxy", SOON, || level(&exporter, "proxy-1"));
}
