//! If nothing reads the log, plimsoll still runs, counts lost lines, and ends on a signal.

use std::fs::File;
use std::io::{BufRead, BufReader, PipeReader, PipeWriter, Write, pipe};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use plimsoll::sim::{Fleet, Options};

use crate::support::client;
use crate::support::databases::{ONCE, databases};
use crate::support::exporter::{Launch, listening};
use crate::support::scrape::Scrape;
use crate::support::simulated::SimulatedAws;
use crate::support::tools::project;
use crate::support::{TempDir, wait_for};

const READY: Duration = Duration::from_mins(1);
/// The log may take two seconds of it.
const PROMPTLY: Duration = Duration::from_secs(8);
/// The capacity of a pipe in Linux (pipe(7)).
const PIPE: usize = 64 * 1024;
const DROPPED: &str = "plimsoll_log_lines_dropped_total";

/// The limit of logged bad tags of one database, on enough databases that their log lines fill a pipe.
fn bad_tags() -> Fleet {
    let ids: Vec<String> = (0..100).map(|number| format!("orders-{number}")).collect();
    let mut fleet = databases(&ids);
    for id in &ids {
        let tags = (0..10).map(|number| (format!("plimsoll/Nonsense{number}"), "80".to_owned()));
        fleet.instance(id).unwrap().tags.extend(tags);
    }
    fleet
}

/// A program that is killed when the test ends.
struct Running {
    child: Child,
    address: SocketAddr,
}

impl Running {
    /// Starts plimsoll with its log in a pipe, and reads the pipe only to the line with the address.
    fn with_log_in_pipe(aws: &SimulatedAws, folder: &TempDir) -> (Self, BufReader<PipeReader>) {
        let (reader, writer) = pipe().unwrap();
        let mut command = aws.launch().command();
        command.args(["--log.format", "json", "--web.listen-address", "127.0.0.1:0", "--config.file"]);
        command.arg(folder.write("plimsoll.toml", ONCE)).stderr(writer);
        let child = command.spawn().unwrap();
        // The command holds the other copy of the writing end.
        drop(command);
        let mut reader = BufReader::with_capacity(1, reader);
        let address = (&mut reader).lines().find_map(|line| listening(&line.unwrap())).unwrap();
        (Self { child, address: address.parse().unwrap() }, reader)
    }

    fn dropped_lines(&self) -> Option<f64> {
        let response = client::get(self.address, "/metrics").ok()?;
        Scrape::parse(&response.text()).value(DROPPED, &[])
    }

    #[track_caller]
    fn wait_until_ready(&mut self) {
        wait_for("plimsoll to be ready", READY, || {
            assert_eq!(self.child.try_wait().unwrap(), None, "plimsoll ended");
            client::get(self.address, "/-/ready").is_ok_and(|response| response.status == 200).then_some(())
        });
    }

    #[track_caller]
    fn ends_promptly(mut self) {
        let kill = Command::new("sh").args(["-c", "kill \"$0\"", &self.child.id().to_string()]).status().unwrap();
        assert!(kill.success());
        assert_eq!(end_of(&mut self.child).code(), Some(0));
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The exit status of a program that ends soon.
#[track_caller]
fn end_of(child: &mut Child) -> ExitStatus {
    let start = Instant::now();
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        if start.elapsed() > PROMPTLY {
            let _ = child.kill();
        }
        std::thread::sleep(Duration::from_millis(10));
    };
    assert!(start.elapsed() < PROMPTLY, "it does not end by itself");
    status
}

#[test]
fn a_full_pipe_delays_nothing() {
    let aws = SimulatedAws::start(bad_tags(), Options::default());
    let folder = TempDir::new("log");
    let (mut plimsoll, reader) = Running::with_log_in_pipe(&aws, &folder);
    plimsoll.wait_until_ready();
    assert_eq!(plimsoll.dropped_lines(), Some(0.0), "all lines still wait");
    plimsoll.ends_promptly();
    drop(reader);
}

#[test]
fn a_closed_pipe_loses_only_lines() {
    let aws = SimulatedAws::start(bad_tags(), Options::default());
    let folder = TempDir::new("log");
    let (mut plimsoll, reader) = Running::with_log_in_pipe(&aws, &folder);
    drop(reader);
    plimsoll.wait_until_ready();
    wait_for("lost lines", READY, || plimsoll.dropped_lines().filter(|lines| *lines >= 1_000.0));
    plimsoll.ends_promptly();
}

#[test]
fn a_full_disk_loses_only_lines() {
    let mut command = Launch::against("http://127.0.0.1:1").arg("demo").command();
    command.args(["--web.listen-address", "127.0.0.1:0"]).stdout(Stdio::piped()).stderr(full());
    let mut child = command.spawn().unwrap();
    let welcome = BufReader::new(child.stdout.take().unwrap()).lines();
    let port = welcome
        .map(Result::unwrap)
        .find_map(|line| line.split_once("overview http://localhost:")?.1.trim_end_matches('/').parse::<u16>().ok());
    let address = SocketAddr::from(([127, 0, 0, 1], port.unwrap()));
    let mut plimsoll = Running { child, address };
    plimsoll.wait_until_ready();
    assert!(plimsoll.dropped_lines() > Some(0.0));
    plimsoll.ends_promptly();
}

/// The device that is always full.
fn full() -> File {
    File::options().write(true).open("/dev/full").unwrap()
}

/// The writing end of a pipe whose reader is closed.
fn closed() -> PipeWriter {
    let (reader, writer) = pipe().unwrap();
    drop(reader);
    writer
}

/// The writing end of a pipe that is full, and its reader.
fn stuck() -> (PipeReader, PipeWriter) {
    let (reader, mut writer) = pipe().unwrap();
    writer.write_all(&vec![b'x'; PIPE]).unwrap();
    (reader, writer)
}

#[test]
fn an_error_at_the_start_ends_the_program_even_if_it_cannot_be_printed() {
    let bad = project().join("tests/fixtures/config/bad/everything-in-one-run.toml");
    let check = |errors: Stdio| {
        let mut command = Launch::against("http://127.0.0.1:1").command();
        let mut child = command.arg("--config.file").arg(&bad).stderr(errors).spawn().unwrap();
        drop(command);
        assert_eq!(end_of(&mut child).code(), Some(1));
    };
    let (_reader, writer) = stuck();
    check(writer.into());
    check(full().into());
    check(closed().into());
}

#[test]
fn a_closed_output_is_no_error_of_a_command_and_a_full_disk_is() {
    let check = |arguments: &[&str], output: Stdio, code: i32, expected: &str| {
        let mut command = Launch::against("http://127.0.0.1:1").command();
        let mut child = command.args(arguments).stdout(output).stderr(Stdio::piped()).spawn().unwrap();
        drop(command);
        let status = end_of(&mut child);
        let errors = std::io::read_to_string(child.stderr.take().unwrap()).unwrap();
        assert_eq!((status.code(), errors.contains(expected)), (Some(code), true), "{arguments:?}: {errors}");
        assert_eq!(errors.is_empty(), expected.is_empty(), "{arguments:?}: {errors}");
    };
    let bad: &[&str] = &["check-tags", "--engine", "postgres", "plimsoll/CPUUtilization=much"];
    // clap, which prints help and version, treats every output that cannot be written as it treats a closed one.
    for arguments in [&["--help"][..], &["rules", "--help"], &["--version"]] {
        check(arguments, closed().into(), 0, "");
    }
    for (arguments, code) in [(&["rules"][..], 0), (&["check"], 0), (&["completions", "bash"], 0), (bad, 1)] {
        check(arguments, closed().into(), code, "");
        check(arguments, full().into(), 1, "plimsoll: cannot write to standard output: No space left on device");
    }
}
