//! The demonstration: within a minute it shows one database beyond its own level, without AWS.

use std::time::Duration;

use crate::support::exporter::{Exporter, Launch};
use crate::support::wait_for;

/// The time that the demonstration's text names.
const WITHIN: Duration = Duration::from_mins(1);

fn start() -> Exporter {
    // Nothing listens at that address: the demonstration must not use the endpoint of the environment.
    Launch::against("http://127.0.0.1:1").arg("demo").start()
}

#[test]
fn one_database_crosses_its_own_level_and_its_neighbour_does_not() {
    let exporter = start();
    let page = wait_for("a load that orders should not bear and billing may", WITHIN, || {
        let page = exporter.metrics();
        let level = page.cpu_level("orders", "warning")?;
        (page.cpu("orders")? > level && page.cpu("billing")? > level).then_some(page)
    });
    let levels = |id| (page.cpu_level(id, "warning"), page.cpu_level(id, "critical"));
    assert_eq!(levels("orders"), (Some(80.0), Some(90.0)));
    assert_eq!(levels("billing"), (None, Some(97.0)));
    assert!(page.cpu("billing").unwrap() < 97.0);
}

#[test]
fn the_printed_addresses_and_series_exist() {
    let exporter = start();
    exporter.wait_until_ready();
    let printed = exporter.log();
    let port = exporter.address().port();
    for address in [format!("http://localhost:{port}/metrics"), format!("http://localhost:{port}/\n")] {
        assert!(printed.contains(&address), "{printed}");
    }
    let page = exporter.metrics();
    for (tag_key, reason) in [("plimsoll/CPUUtilization", "not_a_number"), ("Plimsoll/FreeStorageSpace", "near_miss")] {
        let issue = page.value("plimsoll_threshold_issue", &[("tag_key", tag_key), ("reason", reason)]);
        assert_eq!(issue, Some(1.0), "{tag_key}");
    }
    assert_eq!(exporter.get("/").status, 200);
}

#[test]
fn it_ends_on_a_signal() {
    assert_eq!(start().stop().code(), Some(0));
}
