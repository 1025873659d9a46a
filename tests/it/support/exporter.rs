//! plimsoll itself: the built binary, started as a user starts it.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::Duration;

use super::client::{self, Response};
use super::program::Program;
use super::scrape::Scrape;
use super::tools::bare;
use super::{TempDir, wait_for};

const READY: Duration = Duration::from_mins(1);
const CONFIG: &str = "plimsoll.toml";

/// Mounts `$0` where the kubelet mounts a service account, and goes on with the other arguments.
const MOUNT: &str = "d=/run/secrets/kubernetes.io/serviceaccount && mount -t tmpfs none /run && mkdir -p $d \
    && mount --bind \"$0\" $d && exec \"$@\"";

/// How the exporter is started. The environment has only `PATH`, invalid credentials and what is set here, so that a
/// test never uses a real AWS account.
#[derive(Clone)]
pub(crate) struct Launch {
    arguments: Vec<String>,
    environment: Vec<(String, String)>,
    config: Option<String>,
    open_files: Option<u32>,
    service_account: Option<PathBuf>,
}

impl Launch {
    /// Without configuration, with every AWS call going to `endpoint`.
    pub(crate) fn against(endpoint: &str) -> Self {
        let launch = Self {
            arguments: Vec::new(),
            environment: Vec::new(),
            config: None,
            open_files: None,
            service_account: None,
        };
        launch
            .env("AWS_ENDPOINT_URL", endpoint)
            .env("AWS_REGION", "eu-west-1")
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_EC2_METADATA_DISABLED", "true")
    }

    pub(crate) fn config(mut self, toml: &str) -> Self {
        self.config = Some(toml.to_owned());
        self
    }

    /// Sets a variable, replacing any former value.
    pub(crate) fn env(mut self, name: &str, value: &str) -> Self {
        self.environment.push((name.to_owned(), value.to_owned()));
        self
    }

    pub(crate) fn arg(mut self, argument: &str) -> Self {
        self.arguments.push(argument.to_owned());
        self
    }

    /// Lowers both limits of open files.
    pub(crate) fn open_files(mut self, limit: u32) -> Self {
        self.open_files = Some(limit);
        self
    }

    /// Mounts a folder as the service account of a pod, seen by this process alone.
    pub(crate) fn service_account(mut self, folder: &Path) -> Self {
        self.service_account = Some(folder.to_owned());
        self
    }

    /// Starts it on a free port and waits until it listens.
    #[track_caller]
    pub(crate) fn start(self) -> Exporter {
        let any_port = SocketAddr::from(([127, 0, 0, 1], 0));
        let (program, address) = self.run(any_port, TempDir::new("exporter"));
        Exporter { launch: self, program, address }
    }

    /// Starts it at a log level that hides the address, on a port that was free a moment before.
    #[track_caller]
    pub(crate) fn start_quietly(self) -> Exporter {
        let address = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap();
        let program = self.spawn(address, TempDir::new("exporter"));
        let exporter = Exporter { launch: self, program, address };
        wait_for("plimsoll to listen", READY, || client::get(address, "/-/healthy").ok());
        exporter
    }

    fn run(&self, listen: SocketAddr, folder: TempDir) -> (Program, SocketAddr) {
        let mut program = self.spawn(listen, folder);
        let address = program.address(listening);
        (program, address)
    }

    fn spawn(&self, listen: SocketAddr, folder: TempDir) -> Program {
        let mut command = self.command();
        command.args(["--log.format", "json", "--web.listen-address", &listen.to_string()]);
        if let Some(config) = &self.config {
            command.arg("--config.file").arg(folder.write(CONFIG, config));
        }
        Program::start("plimsoll", &mut command, folder)
    }

    /// The bare command, for subcommands that print and end.
    pub(crate) fn command(&self) -> Command {
        let plimsoll = env!("CARGO_BIN_EXE_plimsoll");
        let mut command = match (self.open_files, &self.service_account) {
            (None, None) => bare(plimsoll),
            (Some(limit), _) => {
                let mut shell = bare("sh");
                shell.args(["-c", "ulimit -n \"$0\" && exec \"$@\"", &limit.to_string(), plimsoll]);
                shell
            }
            (None, Some(folder)) => {
                let mut unshare = bare("unshare");
                unshare.args(["--user", "--map-root-user", "--mount", "sh", "-c", MOUNT]).arg(folder).arg(plimsoll);
                unshare
            }
        };
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command.args(&self.arguments);
        command
    }
}

pub(crate) struct Exporter {
    launch: Launch,
    program: Program,
    address: SocketAddr,
}

impl Exporter {
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    #[track_caller]
    pub(crate) fn get(&self, path: &str) -> Response {
        client::get(self.address, path).unwrap()
    }

    #[track_caller]
    pub(crate) fn metrics(&self) -> Scrape {
        let response = self.get("/metrics");
        assert_eq!(response.status, 200);
        Scrape::parse(&response.text())
    }

    /// Waits until every scope has finished its first round, well or badly.
    #[track_caller]
    pub(crate) fn wait_until_ready(&self) {
        wait_for("plimsoll to be ready", READY, || (self.get("/-/ready").status == 200).then_some(()));
    }

    /// The id of the process.
    pub(crate) fn id(&self) -> u32 {
        self.program.id()
    }

    /// Its memory now.
    #[track_caller]
    pub(crate) fn resident_kib(&self) -> u64 {
        self.program.status_kib("VmRSS:")
    }

    /// The most memory it ever had.
    #[track_caller]
    pub(crate) fn peak_kib(&self) -> u64 {
        self.program.status_kib("VmHWM:")
    }

    /// The configuration file.
    pub(crate) fn config(&self) -> PathBuf {
        self.program.folder().path().join(CONFIG)
    }

    pub(crate) fn log(&self) -> String {
        self.program.log()
    }

    /// Sends a signal by its name without `SIG`: `STOP` and `CONT` make it hang for a while.
    pub(crate) fn signal(&self, signal: &str) {
        self.program.signal(signal);
    }

    /// Ends it by SIGTERM. `start_again` may follow.
    pub(crate) fn stop(&mut self) -> ExitStatus {
        self.program.stop()
    }

    /// Ends it at once, as a crash does. `start_again` may follow.
    pub(crate) fn kill(&mut self) {
        self.program.kill();
    }

    /// Starts a new process on the same address with the same configuration and a new log.
    #[track_caller]
    pub(crate) fn start_again(&mut self) {
        (self.program, self.address) = self.launch.run(self.address, TempDir::new("exporter"));
    }
}

/// The address in `{"fields":{"message":"listening","address":"127.0.0.1:1234"},…}`.
pub(crate) fn listening(line: &str) -> Option<String> {
    let event: serde_json::Value = serde_json::from_str(line).ok()?;
    let fields = event.get("fields")?;
    let says_so = fields.get("message")? == "listening";
    says_so.then(|| fields.get("address")?.as_str().map(str::to_owned)).flatten()
}

#[test]
fn the_address_is_read_from_the_log() {
    let line = r#"{"level":"INFO","fields":{"message":"listening","address":"127.0.0.1:1234"},"target":"plimsoll"}"#;
    assert_eq!(listening(line).as_deref(), Some("127.0.0.1:1234"));
    assert_eq!(listening(r#"{"fields":{"message":"loading","address":"x"}}"#), None);
    assert_eq!(listening("not json"), None);
}
