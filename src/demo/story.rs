//! What happens in the demonstration, and when, counted from its start.
//!
//! The load of `orders` and the uptime of `events-1` are curves of the fleet file; tests compare them with the times here.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::time::{Instant, sleep_until};

use crate::sim::{Effect, Event, Fault, Fleet, Sim};

use super::accounts::{OTHER_REGION, REGION};

/// `orders` is above its warning level.
pub(super) const WARNING: Duration = Duration::from_secs(10);
/// `orders` is above its critical level.
pub(super) const CRITICAL: Duration = Duration::from_secs(30);
/// The load of `orders` begins to fall. That is long after the rules have waited.
pub(super) const CALM: Duration = Duration::from_mins(40);
/// A call to AWS fails.
pub(super) const FAILED_CALL: Duration = Duration::from_secs(90);
/// `events-1` restarts.
pub(super) const RESTART: Duration = Duration::from_secs(150);
/// `events-1` is available again: two listings later.
const RESTARTED: Duration = Duration::from_secs(170);
/// `inventory` has had no value for its level for as long as a value may be old.
pub(super) const UNWATCHED: Duration = Duration::from_secs(210);
/// Another member becomes the writer of `web`.
pub(super) const FAILOVER: Duration = Duration::from_mins(4);
/// `web` is available again: two listings later.
const FAILED_OVER: Duration = Duration::from_secs(260);
/// Scenes come again after this time.
pub(super) const ROUND: Duration = Duration::from_mins(10);

/// The operation that fails: a listing is repeated soon, and nothing is dropped because of it.
pub(super) const FAILING_OPERATION: &str = "DescribeDBClusters";
/// As many attempts fail as the SDK makes for one call.
const FAILING_ATTEMPTS: u32 = 3;

/// A change to the simulated AWS.
struct Scene {
    at: Duration,
    act: fn(&Sim),
}

/// Those of one round, in the order of their times.
const SCENES: [Scene; 5] = [
    Scene { at: FAILED_CALL, act: fail_a_call },
    Scene { at: RESTART, act: |sim| sim.change(|fleet| set_status(fleet, "rebooting")) },
    Scene { at: RESTARTED, act: |sim| sim.change(end_restart) },
    Scene { at: FAILOVER, act: |sim| sim.change(fail_over) },
    Scene { at: FAILED_OVER, act: |sim| sim.change(end_failover) },
];

/// Plays all scenes, round after round.
pub(super) async fn play(sim: Arc<Sim>) {
    let mut start = Instant::now();
    loop {
        for scene in &SCENES {
            sleep_until(start + scene.at).await;
            (scene.act)(&sim);
        }
        start += ROUND;
    }
}

/// Replaces the fault of the round before, which has ended.
fn fail_a_call(sim: &Sim) {
    let fault = Fault::new(Effect::ServerError500).region(OTHER_REGION).operation(FAILING_OPERATION);
    sim.clear();
    sim.fault(fault.times(FAILING_ATTEMPTS));
}

fn set_status(fleet: &mut Fleet, status: &str) {
    if let Some(instance) = fleet.instance("events-1") {
        status.clone_into(&mut instance.status);
    }
}

fn end_restart(fleet: &mut Fleet) {
    set_status(fleet, "available");
    report(fleet, ("db-instance", "events-1"), ("availability", "DB instance restarted"));
}

/// Adds an event that `DescribeEvents` returns: its type and identifier, its category and message.
fn report(fleet: &mut Fleet, (source_type, source): (&str, &str), (category, message): (&str, &str)) {
    let date = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
    let home = fleet.home_account.clone();
    fleet.region(&home, REGION).events.push(Event {
        source: source.to_owned(),
        source_type: source_type.to_owned(),
        categories: vec![category.to_owned()],
        message: message.to_owned(),
        date: i64::try_from(date).unwrap_or_default(),
    });
}

/// The writer of `web` changes from one member to the other.
fn fail_over(fleet: &mut Fleet) {
    if let Some(cluster) = fleet.cluster("web") {
        let next = if cluster.writer.as_deref() == Some("web-1") { "web-2" } else { "web-1" };
        cluster.writer = Some(next.to_owned());
        "failing-over".clone_into(&mut cluster.status);
    }
}

fn end_failover(fleet: &mut Fleet) {
    if let Some(cluster) = fleet.cluster("web") {
        "available".clone_into(&mut cluster.status);
    }
    report(fleet, ("db-cluster", "web"), ("failover", "Completed failover to another DB instance"));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sim::{Curve, Incident, Options};

    fn curve(id: &str, metric: &str) -> Curve {
        Fleet::demo().instance(id).unwrap().metrics[metric].clone().unwrap()
    }

    fn tag(id: &str, metric: &str) -> String {
        Fleet::demo().instance(id).unwrap().tags[&format!("plimsoll/{metric}")].clone()
    }

    /// The value of an incident, and when it is reached and left.
    fn reached_and_left(incident: &Incident) -> (f64, Duration, Duration) {
        let reached = incident.start_s + incident.rise_s;
        let left = reached + incident.hold_s;
        (incident.value, Duration::from_secs_f64(reached), Duration::from_secs_f64(left))
    }

    #[test]
    fn orders_crosses_both_of_its_levels_in_time_and_stays_and_billing_bears_the_same_load() {
        let load = curve("orders", "CPUUtilization");
        assert_eq!(
            (tag("orders", "CPUUtilization").as_str(), tag("billing", "CPUUtilization").as_str()),
            ("80/90", "97")
        );
        let [(high, from, _), (highest, until_from, until)] =
            [&load.incidents[0], &load.incidents[1]].map(reached_and_left);
        assert!(high - load.noise > 80.0 && from <= WARNING, "{load:?}");
        assert!(highest - load.noise > 90.0 && until_from <= CRITICAL && until == CALM, "{load:?}");
        assert!(highest + load.noise < 97.0 && load.base + load.noise < 80.0, "{load:?}");
        assert_eq!(curve("billing", "CPUUtilization"), load);
    }

    #[test]
    fn the_uptime_of_events_1_begins_anew_with_each_restart() {
        let uptime = curve("events-1", "EngineUptime").incidents;
        assert!(
            uptime.iter().all(|incident| incident.start_s.to_bits() == RESTART.as_secs_f64().to_bits()),
            "{uptime:?}"
        );
        assert_eq!(uptime[1].repeat_s, Some(ROUND.as_secs_f64()));
    }

    #[tokio::test]
    async fn scenes_are_in_order_and_leave_the_fleet_running() {
        let sim = Sim::start(Fleet::demo(), Options::default()).await.unwrap();
        assert!(SCENES.is_sorted_by_key(|scene| scene.at) && SCENES.iter().all(|scene| scene.at < ROUND));
        let state = || {
            let status = sim.change(|fleet| fleet.instance("events-1").unwrap().status.clone());
            let web = sim.change(|fleet| fleet.cluster("web").unwrap().clone());
            [status, web.writer.unwrap(), web.status]
        };
        let states: Vec<_> = SCENES
            .iter()
            .chain(&SCENES)
            .map(|scene| {
                (scene.act)(&sim);
                state()
            })
            .collect();
        let expected = [
            ["available", "web-1", "available"],
            ["rebooting", "web-1", "available"],
            ["available", "web-1", "available"],
            ["available", "web-2", "failing-over"],
            ["available", "web-2", "available"],
            ["available", "web-2", "available"],
            ["rebooting", "web-2", "available"],
            ["available", "web-2", "available"],
            ["available", "web-1", "failing-over"],
            ["available", "web-1", "available"],
        ];
        assert_eq!(states, expected);
        let home = Fleet::demo().home_account;
        let sources = |fleet: &mut Fleet| {
            fleet.region(&home, REGION).events.iter().map(|event| event.source.clone()).collect::<Vec<_>>()
        };
        assert_eq!(sim.change(sources), ["events-1", "web", "events-1", "web"]);
    }
}
