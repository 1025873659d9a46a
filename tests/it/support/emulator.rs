//! The AWS emulators `MiniStack` and moto.

use std::net::SocketAddr;
use std::process::Command;
use std::time::Duration;

use serde_json::json;

use super::boto::{Boto, Call};
use super::client;
use super::databases::REGION;
use super::program::{Program, word_after};
use super::tools::tool;
use super::{TempDir, wait_for};

const READY: Duration = Duration::from_mins(1);

pub(crate) struct Emulator {
    // Ends with this value.
    _program: Program,
    address: SocketAddr,
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
            // No fixed port, and no real databases if the machine has Docker.
            .env("IOT_MTLS_ENABLED", "0")
            .env("DOCKER_HOST", "unix:///nonexistent")
            .current_dir(folder.path());
        Self::start("ministack", &mut command, folder)
    }

    /// moto: RDS with paging, STS with accounts, and on request checks of signatures and policies.
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

    /// A client to fill it with.
    pub(crate) fn boto(&self) -> Boto {
        Boto::at(&self.endpoint())
    }
}

#[track_caller]
fn check(emulator: &Emulator) {
    let create = json!({
        "DBInstanceIdentifier": "orders", "Engine": "postgres", "DBInstanceClass": "db.t3.micro", "AllocatedStorage": 20,
        "MasterUsername": "user", "MasterUserPassword": "password",
        "Tags": [{"Key": "plimsoll/CPUUtilization", "Value": "80/90"}],
    });
    let answers = emulator.boto().call(&[
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
