//! Credentials of the default chain: web identity, container and instance; and of an assumed role.

use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::thread;
use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options};

use crate::support::databases::{BRISK, CPU, database};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;
use crate::support::{TempDir, wait_for};

const SOON: Duration = Duration::from_mins(1);
const HOME: &str = "111111111111";
const OTHER: &str = "222222222222";
const REGION: &str = "eu-west-1";

/// Keys with which the simulated AWS takes the caller for the other account.
const KEYS: &str = r#"{"Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "ASIASIM0222222222222",
 "SecretAccessKey": "secret", "Token": "token", "Expiration": "2099-01-01T00:00:00Z"}"#;

/// One database in the other account; the home account has none.
fn aws() -> SimulatedAws {
    let mut fleet = Fleet::empty(HOME);
    for region in [REGION, "us-east-1", "us-west-2"] {
        fleet.region(OTHER, region).instances.insert(region.to_owned(), database());
    }
    SimulatedAws::start(fleet, Options::default())
}

/// Without keys in the environment, so that the chain goes on to its next source.
fn without_keys(aws: &SimulatedAws) -> Launch {
    aws.launch().env("AWS_ACCESS_KEY_ID", "").env("AWS_SECRET_ACCESS_KEY", "").config(BRISK)
}

#[track_caller]
fn wait_for_cpu(exporter: &Exporter, region: &str, percent: f64) {
    let labels = [("account_id", OTHER), ("region", region)];
    let served = || exporter.metrics().value(CPU, &labels);
    wait_for("the CPU of the other account", SOON, || (served() == Some(percent)).then_some(()));
}

/// Answers each request by its path, on a thread that ends with the process; an unknown path is 404.
fn serve(answers: &'static [(&str, &str)]) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        for mut stream in listener.incoming().map_while(Result::ok) {
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            let request = lines.next().unwrap_or_default();
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let path = request.split(' ').nth(1).unwrap_or_default();
            let found = answers.iter().find(|(known, _)| *known == path);
            let (status, body) = found.map_or(("404 Not Found", ""), |(_, body)| ("200 OK", *body));
            let ttl = "x-aws-ec2-metadata-token-ttl-seconds: 21600";
            let head = format!("HTTP/1.1 {status}\r\n{ttl}\r\ncontent-length: {}\r\nconnection: close", body.len());
            let _ = write!(stream, "{head}\r\n\r\n{body}");
        }
    });
    address
}

#[test]
fn a_container_has_a_role() {
    let aws = aws();
    let address = serve(&[("/keys", KEYS)]);
    let launch = without_keys(&aws).env("AWS_CONTAINER_CREDENTIALS_FULL_URI", &format!("http://{address}/keys"));
    wait_for_cpu(&launch.start(), REGION, 50.0);
}

#[test]
fn an_instance_has_a_role() {
    let aws = aws();
    let address = serve(&[
        ("/latest/api/token", "session"),
        ("/latest/meta-data/iam/security-credentials/", "plimsoll"),
        ("/latest/meta-data/iam/security-credentials/plimsoll", KEYS),
    ]);
    let launch = without_keys(&aws).env("AWS_EC2_METADATA_DISABLED", "false");
    let launch = launch.env("AWS_EC2_METADATA_SERVICE_ENDPOINT", &format!("http://{address}"));
    wait_for_cpu(&launch.start(), REGION, 50.0);
}

#[test]
fn a_pod_has_a_token() {
    let (aws, folder) = (aws(), TempDir::new("token"));
    let token = folder.write("token", "eyJhbGciOiJSUzI1NiJ9.e30.c2ln");
    let launch = without_keys(&aws).env("AWS_WEB_IDENTITY_TOKEN_FILE", token.to_str().unwrap());
    let launch = launch.env("AWS_ROLE_ARN", &format!("arn:aws:iam::{OTHER}:role/pod"));
    wait_for_cpu(&launch.start(), REGION, 50.0);
    assert_eq!(aws.counts().of("AssumeRoleWithWebIdentity").calls, 1);
}

#[test]
fn a_role_is_assumed_once_for_all_regions_and_an_outage_of_sts_is_not_noticed() {
    let aws = aws();
    let regions = [REGION, "us-east-1", "us-west-2"];
    let role = format!("role_arn = \"arn:aws:iam::{OTHER}:role/plimsoll\"\nsession_name = \"plimsoll-other\"");
    let config = format!("{BRISK}\n[[account]]\nname = \"other\"\nregions = {regions:?}\n{role}\n");
    let exporter = aws.launch().config(&config).start();
    exporter.wait_until_ready();
    aws.fault(Fault::new(Effect::ServerError500).operation("AssumeRole"));
    for region in regions {
        aws.metric(OTHER, region, &format!("DBInstanceIdentifier={region}"), "CPUUtilization").pin(Some(60.0));
        wait_for_cpu(&exporter, region, 60.0);
    }
    assert_eq!(aws.counts().of("AssumeRole").calls, 1);
    assert_eq!(
        exporter.metrics().value("plimsoll_account_info", &[("account_id", OTHER), ("account", "other")]),
        Some(1.0)
    );
}
