//! A pair whose lease is one of the Kubernetes API, and what that API can do to it.

use std::process::Command;

use hyper::Method;
use plimsoll::sim::Options;
use serde_json::json;

use super::{LEADER, QUERIES, SOON, wait_until_leader};
use crate::support::databases::{BRISK, databases};
use crate::support::exporter::{Exporter, Launch};
use crate::support::kubernetes::{Disorder, KubernetesApi};
use crate::support::simulated::SimulatedAws;
use crate::support::wait_for;

const REACHED: &str = "plimsoll_lease_reached";
const FORECAST: &str = "plimsoll_cost_forecast_dollars";
const NOT_REACHED: &str = "lease not reached";

fn aws() -> SimulatedAws {
    SimulatedAws::start(databases(["orders"]), Options::default())
}

/// A short lease, so that the test need not wait.
fn launch(aws: &SimulatedAws) -> Launch {
    aws.launch().config(&format!("{BRISK}\n[lease]\nkubernetes = \"plimsoll\"\nduration = \"3s\"\n"))
}

#[track_caller]
fn wait_for_log(exporter: &Exporter, text: &str) {
    wait_for(text, SOON, || exporter.log().contains(text).then_some(()));
}

/// Waits until somebody has renewed the Lease.
#[track_caller]
fn wait_for_renewal(api: &KubernetesApi) {
    let before = api.lease("plimsoll");
    wait_for("a renewal", SOON, || (api.lease("plimsoll") != before).then_some(()));
}

#[test]
fn one_of_two_replicas_polls_and_the_other_takes_over_after_a_stop_and_after_a_crash() {
    let (aws, api) = (aws(), KubernetesApi::start());
    let launch = api.outside(launch(&aws));
    let mut first = launch.clone().env("HOSTNAME", "plimsoll-a").start();
    wait_until_leader(&first, true);
    let mut second = launch.env("HOSTNAME", "plimsoll-b").start();
    second.wait_until_ready();
    wait_until_leader(&second, false);
    let page = second.metrics();
    assert_eq!(page.cpu_level("orders", "critical"), Some(90.0));
    assert_eq!(
        (page.value(QUERIES, &[]), page.cpu("orders")),
        (None, None),
        "it has neither queried nor read anything"
    );
    assert_eq!(page.value(REACHED, &[]), Some(1.0));
    assert_eq!(page.value(FORECAST, &[("count", "upper")]), Some(0.0), "the other one spends");
    assert!(!second.log().contains("forecast of the cost"));
    assert!(first.metrics().value(FORECAST, &[("count", "upper")]).unwrap() > 0.0);
    let holder = api.holder("plimsoll").unwrap();
    assert!(holder.starts_with("plimsoll-a-"), "{holder}");
    let cell = format!(">by {holder}</td>");
    wait_for("the page", SOON, || second.get("/").text().contains(&cell).then_some(()));

    let lease = api.lease("plimsoll").unwrap();
    assert_eq!(
        (&lease["metadata"]["namespace"], &lease["spec"]["leaseDurationSeconds"]),
        (&json!("monitoring"), &json!(3))
    );
    assert_eq!(lease["spec"]["leaseTransitions"], 1);
    assert_eq!(first.stop().code(), Some(0));
    wait_until_leader(&second, true);
    wait_for("a value", SOON, || second.cpu("orders"));
    assert!(second.log().contains("forecast of the cost"));

    first.start_again();
    first.wait_until_ready();
    wait_until_leader(&first, false);
    second.kill();
    wait_until_leader(&first, true);
    wait_for("a value", SOON, || first.cpu("orders"));
}

#[test]
fn a_replica_that_is_overtaken_follows_and_a_note_on_the_lease_is_no_other_holder() {
    let (aws, api) = (aws(), KubernetesApi::start());
    api.disorder(Some(Disorder::Overtaken(Some("quicker"))));
    let exporter = api.outside(launch(&aws)).start();
    wait_until_leader(&exporter, false);
    wait_for("the page", SOON, || exporter.get("/").text().contains(">by quicker</td>").then_some(()));
    wait_until_leader(&exporter, true);
    api.disorder(Some(Disorder::Overtaken(None)));
    wait_for_renewal(&api);
    wait_for_renewal(&api);
    assert_eq!(exporter.metrics().value(LEADER, &[]), Some(1.0), "the first renewal is the note, the second its own");
    api.disorder(Some(Disorder::Overtaken(Some("quicker"))));
    wait_until_leader(&exporter, false);
    assert!(!exporter.log().contains("status 409"), "{}", exporter.log());
}

#[test]
fn the_clock_of_another_holder_does_not_matter() {
    let (aws, api) = (aws(), KubernetesApi::start());
    let at = |time: &str| json!({"holderIdentity": "other", "leaseDurationSeconds": 2, "renewTime": time});
    api.write("plimsoll", &at("2001-01-01T00:00:00.000000Z"));
    let exporter = api.outside(launch(&aws)).start();
    wait_until_leader(&exporter, false);
    for time in ["2099-01-01T00:00:00.000000Z", "1999-01-01T00:00:00.000000Z"] {
        api.write("plimsoll", &at(time));
        wait_for_log(&exporter, "listening");
        assert_eq!(exporter.metrics().value(LEADER, &[]), Some(0.0), "{time}");
    }
    wait_until_leader(&exporter, true);
}

#[test]
fn each_disorder_of_the_api_has_a_log_line_and_ends_without_a_restart() {
    let (aws, api) = (aws(), KubernetesApi::start());
    let exporter = api.outside(launch(&aws)).start();
    wait_until_leader(&exporter, true);
    let status = |method: Method, status| Disorder::Status(method, status);
    for (disorder, error) in [
        (Disorder::Stall, "no answer within 750ms"),
        (status(Method::GET, 500), "cannot get the Lease monitoring/plimsoll: status 500"),
        (
            status(Method::GET, 403),
            "allow `get` on `leases` of the API group `coordination.k8s.io`: monitoring/plimsoll",
        ),
        (status(Method::PUT, 403), "allow `update` on `leases`"),
        (status(Method::PUT, 409), "cannot update the Lease monitoring/plimsoll: status 409"),
        (status(Method::GET, 401), "check that the service account of the pod exists"),
        (Disorder::Garbage, "cannot get the Lease monitoring/plimsoll: expected value"),
        (Disorder::Endless, "cannot get the Lease monitoring/plimsoll: length limit exceeded"),
    ] {
        api.disorder(Some(disorder));
        wait_for_log(&exporter, error);
        api.disorder(None);
        wait_for_renewal(&api);
    }
    assert!(!exporter.log().contains("words of the server"), "{}", exporter.log());
    assert_eq!(exporter.metrics().value(REACHED, &[]), Some(1.0));
}

#[test]
fn a_replica_that_cannot_reach_the_api_for_the_time_of_the_lease_polls_as_well() {
    let (aws, api) = (aws(), KubernetesApi::start());
    api.write("plimsoll", &json!({"holderIdentity": "other"}));
    api.disorder(Some(Disorder::Stall));
    let exporter = api.outside(launch(&aws)).start();
    wait_for("a value", SOON, || exporter.cpu("orders"));
    let page = exporter.metrics();
    assert_eq!((page.value(LEADER, &[]), page.value(REACHED, &[])), (Some(1.0), Some(0.0)));
    assert!(exporter.log().contains(NOT_REACHED));
    api.write("plimsoll", &json!({"holderIdentity": "other", "renewTime": "2026-01-01T00:00:00.000000Z"}));
    api.disorder(None);
    wait_until_leader(&exporter, false);
    assert_eq!(exporter.metrics().value(REACHED, &[]), Some(1.0));
}

#[test]
fn a_namespace_that_does_not_exist_and_a_missing_permission_to_create_have_their_remedies() {
    let (aws, api) = (aws(), KubernetesApi::start());
    api.disorder(Some(Disorder::Status(Method::POST, 403)));
    let exporter = api.outside(launch(&aws)).start();
    wait_for_log(&exporter, "allow `create` on `leases`");
    api.disorder(Some(Disorder::Status(Method::POST, 404)));
    let other = api.outside(launch(&aws)).start();
    wait_for_log(&other, "check `namespace` of `[lease]`");
}

#[test]
fn without_any_kubernetes_it_says_so_and_polls() {
    let aws = aws();
    let exporter = launch(&aws).start();
    wait_for_log(&exporter, "no Kubernetes API is known here");
    wait_for("a value", SOON, || exporter.cpu("orders"));
}

#[test]
fn in_a_pod_it_takes_the_service_account_and_reads_a_rotated_token() {
    let can_mount = Command::new("unshare").args(["--user", "--map-root-user", "--mount", "true"]).status();
    if !can_mount.is_ok_and(|status| status.success()) {
        return eprintln!("skipped: no mounts of one process on this machine");
    }
    let (aws, api) = (aws(), KubernetesApi::start());
    let mut exporter = api.in_pod(launch(&aws)).arg("--shard=0/2").start();
    wait_until_leader(&exporter, true);
    assert!(api.lease("plimsoll").is_none() && api.lease("plimsoll-0-of-2").is_some(), "each shard has its own");
    api.rotate_token("second");
    let renewed = || api.lease("plimsoll-0-of-2").unwrap()["spec"]["renewTime"].clone();
    let before = renewed();
    wait_for("a renewal", SOON, || (renewed() != before).then_some(()));
    assert_eq!(exporter.stop().code(), Some(0));
    assert_eq!(api.holder("plimsoll-0-of-2"), None, "it has given it up");
}
