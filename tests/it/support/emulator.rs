//! Somebody else's AWS: `MiniStack` and moto, and a way to call their APIs with a client that is not ours either.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use serde_json::{Value, json};

use super::client;
use super::program::{Program, word_after};
use super::tools::{project, run, tool};
use super::{TempDir, wait_for};

const READY: Duration = Duration::from_mins(1);
/// Where both live, unless a call says otherwise.
pub(crate) const REGION: &str = "eu-west-1";

pub(crate) struct Emulator {
    // Held for its end.
    _program: Program,
    address: SocketAddr,
}

/// One call of an AWS API, by the names that boto3 gives things.
pub(crate) struct Call<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) arguments: Value,
}

impl Emulator {
    /// `MiniStack`: RDS, `CloudWatch` over CBOR, STS.
    #[track_caller]
    pub(crate) fn ministack() -> Self {
        let folder = TempDir::new("ministack");
        let mut command = tool("venv/bin/ministack");
        command
            .env("BIND_HOST", "127.0.0.1")
            .env("GATEWAY_PORT", "0")
            .env("SERVICES", "rds,cloudwatch,monitoring,sts,iam")
            .env("MINISTACK_REGION", REGION)
            .env("STATE_DIR", folder.path())
            // Neither listens on a fixed port nor starts databases where there is a docker.
            .env("IOT_MTLS_ENABLED", "0")
            .env("DOCKER_HOST", "unix:///nonexistent")
            .current_dir(folder.path());
        Self::start("ministack", &mut command, folder)
    }

    /// moto: RDS with paging, STS with accounts, signatures and policies when told to check them.
    #[track_caller]
    pub(crate) fn moto() -> Self {
        let mut command = tool("venv/bin/moto_server");
        command.args(["-H", "127.0.0.1", "-p", "0"]);
        Self::start("moto", &mut command, TempDir::new("moto"))
    }

    fn start(name: &str, command: &mut Command, folder: TempDir) -> Self {
        let mut program = Program::start(name, command, folder);
        let address = program.address(|line| word_after(line, "Running on http://"));
        wait_for(name, READY, || client::get(address, "/").ok());
        Self { _program: program, address }
    }

    /// For `AWS_ENDPOINT_URL`.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.address
    }

    /// Calls one after the other and returns their answers; panics at the first that fails.
    #[track_caller]
    pub(crate) fn call(&self, calls: &[Call]) -> Vec<Value> {
        self.call_as("test", calls)
    }

    /// The same with another access key; twelve digits are an account of their own in `MiniStack`.
    #[track_caller]
    pub(crate) fn call_as(&self, access_key: &str, calls: &[Call]) -> Vec<Value> {
        let mut command = tool("venv/bin/python");
        command
            .arg(project().join("tests/emulators/call.py"))
            .env("AWS_ENDPOINT_URL", self.endpoint())
            .env("AWS_DEFAULT_REGION", REGION)
            .env("AWS_ACCESS_KEY_ID", access_key)
            .env("AWS_SECRET_ACCESS_KEY", "test");
        let calls = calls.iter().map(|call| json!([call.service, call.operation, call.arguments]));
        let calls: Value = calls.collect();
        let output = run(&mut command, &calls.to_string());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        serde_json::from_slice(&output.stdout).unwrap()
    }
}

#[track_caller]
fn check(emulator: &Emulator) {
    let create = json!({
        "DBInstanceIdentifier": "orders", "Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20,
        "MasterUsername": "user", "MasterUserPassword": "password",
        "Tags": [{"Key": "plimsoll/CPUUtilization", "Value": "80/90"}],
    });
    let answers = emulator.call(&[
        Call { service: "rds", operation: "create_db_instance", arguments: create },
        Call { service: "rds", operation: "describe_db_instances", arguments: json!({}) },
    ]);
    assert_eq!(answers[1]["DBInstances"][0]["TagList"][0]["Value"], "80/90");
}

#[test]
fn ministack_runs() {
    check(&Emulator::ministack());
}

#[test]
fn moto_runs() {
    check(&Emulator::moto());
}
