//! Start and end of the process: an error of configuration is printed in full, and a stop does not wait.

use std::time::{Duration, Instant};

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::client;
use crate::support::databases::{ONCE, databases};
use crate::support::exporter::Launch;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::{project, run};
use crate::support::wait_for;

const SOON: Duration = Duration::from_mins(1);
/// Less than the time-out of an attempt, and less than idle connections are kept.
const PROMPTLY: Duration = Duration::from_secs(8);

/// The text on standard error when the program refuses to run.
#[track_caller]
fn refusal(command: &mut std::process::Command) -> String {
    let output = run(command, "");
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(output.status.code(), Some(1), "{errors}");
    assert!(output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stdout));
    errors
}

#[test]
fn every_error_of_a_configuration_is_printed() {
    let bad = project().join("tests/fixtures/config/bad");
    let expected = std::fs::read_to_string(bad.join("everything-in-one-run.txt")).unwrap();
    for subcommand in [None, Some("check"), Some("rules")] {
        let mut command = Launch::against("http://127.0.0.1:1").command();
        command.arg("--config.file").arg(bad.join("everything-in-one-run.toml")).args(subcommand);
        let errors = refusal(&mut command);
        for problem in expected.lines() {
            assert!(errors.contains(problem), "{subcommand:?} does not print: {problem}\nbut: {errors}");
        }
    }
}

#[test]
fn without_a_region_the_error_names_where_to_write_one() {
    let mut command = Launch::against("http://127.0.0.1:1").command();
    command.env_remove("AWS_REGION").args(["--web.listen-address", "127.0.0.1:0"]);
    let errors = refusal(&mut command);
    assert!(errors.contains("no region") && errors.contains("AWS_REGION"), "{errors}");
}

#[test]
fn a_stop_does_not_wait_for_aws() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    aws.fault(Fault::new(Effect::Hang));
    let mut exporter = aws.launch().config(ONCE).start();
    wait_for("calls that hang", SOON, || (aws.counts().total().failed == 2).then_some(()));
    let start = Instant::now();
    assert_eq!(exporter.stop().code(), Some(0));
    assert!(start.elapsed() < PROMPTLY, "{:?}", start.elapsed());
}

#[test]
fn a_stop_does_not_wait_for_idle_clients() {
    use std::io::{Read, Write};

    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let mut exporter = aws.launch().config(ONCE).start();
    exporter.wait_until_ready();
    let mut kept_alive = client::connect(exporter.address()).unwrap();
    kept_alive.write_all(b"GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    let mut first = [0; 15];
    kept_alive.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"HTTP/1.1 200 OK");

    let start = Instant::now();
    assert_eq!(exporter.stop().code(), Some(0));
    assert!(start.elapsed() < PROMPTLY, "{:?}", start.elapsed());
    assert!(client::get(exporter.address(), "/-/healthy").is_err());
}

#[test]
fn a_second_stop_does_not_wait_for_a_client_that_does_not_read() {
    use std::io::{Read, Write};

    let aws = SimulatedAws::start(Fleet::seeded(1, 100), Options::default());
    let mut exporter = aws.launch().config("[metrics]\nprofile = \"all\"\n").start();
    exporter.wait_until_ready();
    let mut slow = client::connect(exporter.address()).unwrap();
    slow.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    slow.read_exact(&mut [0]).unwrap();

    exporter.signal("TERM");
    let refused = || client::connect(exporter.address()).is_err().then_some(());
    wait_for("the first signal to end the listener", SOON, refused);
    let start = Instant::now();
    assert_eq!(exporter.stop().code(), Some(128 + 15));
    assert!(start.elapsed() < PROMPTLY, "{:?}", start.elapsed());
}

#[test]
fn a_stop_waits_for_a_client_that_does_not_read_as_long_as_is_configured() {
    use std::io::{Read, Write};

    let aws = SimulatedAws::start(Fleet::seeded(1, 100), Options::default());
    let mut exporter = aws.launch().config("[web]\nstop_timeout = \"0s\"\n[metrics]\nprofile = \"all\"\n").start();
    exporter.wait_until_ready();
    let mut slow = client::connect(exporter.address()).unwrap();
    slow.write_all(b"GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n").unwrap();
    slow.read_exact(&mut [0]).unwrap();

    let start = Instant::now();
    assert_eq!(exporter.stop().code(), Some(0));
    assert!(start.elapsed() < PROMPTLY, "{:?}", start.elapsed());
    assert!(exporter.log().contains("cut connections that did not end in time"), "{}", exporter.log());
}

#[test]
fn sighup_does_not_end_the_process() {
    let aws = SimulatedAws::start(databases(["orders"]), Options::default());
    let mut exporter = aws.launch().config(ONCE).start();
    exporter.signal("HUP");
    wait_for("a line on it", SOON, || exporter.log().contains("configuration reloaded").then_some(()));
    assert_eq!(exporter.get("/-/healthy").status, 200);
    assert_eq!(exporter.stop().code(), Some(0));
}
