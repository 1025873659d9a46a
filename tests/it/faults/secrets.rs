//! No secret of AWS is logged, served or saved, whatever fails and at every log level.

use std::fmt::Write;
use std::time::Duration;

use plimsoll::sim::{Effect, Fault, Fleet, Options, SECRET_ACCESS_KEY, SESSION_TOKEN};

use crate::support::TempDir;
use crate::support::databases::{ONCE, database};
use crate::support::exporter::{Exporter, Launch};
use crate::support::simulated::SimulatedAws;
use crate::support::{client, wait_for};

const SOON: Duration = Duration::from_mins(1);

const ACCOUNT: &str = "222222222222";
const EXTERNAL_ID: &str = "external-id-of-4711";

/// Texts that only the simulated AWS's responses and requests to it contain.
const SECRETS: [&str; 5] = [SECRET_ACCESS_KEY, SESSION_TOKEN, EXTERNAL_ID, OWN_KEY, OWN_TOKEN];

/// The credentials of plimsoll itself, with which it assumes the role.
const OWN_KEY: &str = "secret-access-key-of-4711";
const OWN_TOKEN: &str = "session-token-of-4711";

const LEVELS: [&str; 5] = ["error", "warn", "info", "debug", "trace"];

/// One line for each failed call of each mode, and a few about the start.
const LOG_BYTES: usize = 64 * 1024;

/// The answer to `AssumeRole`, with this expiration.
fn session(expiration: &str) -> String {
    format!(
        "<AssumeRoleResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><AssumeRoleResult><Credentials>\
         <AccessKeyId>ASIASIM0222222222222</AccessKeyId><SecretAccessKey>{SECRET_ACCESS_KEY}</SecretAccessKey>\
         <SessionToken>{SESSION_TOKEN}</SessionToken><Expiration>{expiration}</Expiration></Credentials>\
         </AssumeRoleResult></AssumeRoleResponse>"
    )
}

fn error(code: &str, message: &str) -> String {
    format!("<ErrorResponse><Error><Code>{code}</Code><Message>{message}</Message></Error></ErrorResponse>")
}

/// A response with a text that is leaked, because an effect needs a static one.
fn answer(status: u16, text: String) -> Effect {
    Effect::Answer(status, text.leak().as_bytes())
}

/// A region for each way in which the operation fails.
fn modes() -> Vec<(&'static str, &'static str, Effect)> {
    let role = "AssumeRole";
    let canonical = format!(
        "The request signature we calculated does not match the signature you provided. The Canonical String for this \
         request should have been 'POST / host:rds x-amz-security-token:{SESSION_TOKEN} '"
    );
    let large = session("never").repeat(10 * 1024 * 1024 / session("never").len());
    let everything = format!("\u{1b}[2J {large}");
    vec![
        ("us-east-1", role, answer(200, session("as long as it lasts"))),
        ("us-east-2", role, answer(200, session(SECRET_ACCESS_KEY))),
        ("us-west-1", role, answer(500, session("2030-01-01T00:00:00Z"))),
        ("us-west-2", role, answer(403, session("2030-01-01T00:00:00Z"))),
        ("ca-central-1", role, Effect::Echo),
        ("sa-east-1", role, Effect::CutBody(440)),
        ("eu-west-2", role, answer(200, large.clone())),
        ("eu-west-3", role, answer(500, large)),
        ("eu-north-1", role, answer(400, error("ValidationError", &everything))),
        ("eu-south-1", role, Effect::Denied),
        ("ap-south-1", role, Effect::Html503),
        ("ap-east-1", role, answer(200, String::new())),
        ("eu-central-1", "DescribeDBInstances", answer(403, error("SignatureDoesNotMatch", &canonical))),
        ("eu-west-1", "GetMetricData", Effect::Echo),
    ]
}

/// An account for each mode, all with the same role.
fn config() -> String {
    modes().iter().fold(String::new(), |mut config, (region, ..)| {
        let role = format!("role_arn = \"arn:aws:iam::{ACCOUNT}:role/plimsoll\"\nexternal_id = \"{EXTERNAL_ID}\"");
        writeln!(config, "[[account]]\nname = \"{region}\"\nregions = [\"{region}\"]\n{role}").unwrap();
        config
    }) + ONCE
}

fn aws() -> SimulatedAws {
    let mut fleet = Fleet::empty(ACCOUNT);
    fleet.external_ids.insert(ACCOUNT.to_owned(), EXTERNAL_ID.to_owned());
    for (region, ..) in modes() {
        fleet.region(ACCOUNT, region).instances.insert("orders".to_owned(), database());
    }
    let aws = SimulatedAws::start(fleet, Options::default());
    for (region, operation, effect) in modes() {
        aws.fault(Fault::new(effect).region(region).operation(operation));
    }
    aws
}

#[track_caller]
fn check_log(exporter: &Exporter, level: &str) {
    let log = exporter.log();
    for secret in SECRETS {
        let found = log.lines().find(|line| line.contains(secret));
        assert_eq!(found, None, "at {level}");
    }
    assert!(log.len() < LOG_BYTES, "{} bytes at {level}", log.len());
    assert!(!log.contains('\u{1b}'), "at {level}");
}

/// Checks the logs of all levels at the same time, each of an exporter that `prepare` configures.
fn check_levels(prepare: impl Fn(&SimulatedAws) -> Launch, regions: &[&str]) {
    let aws = aws();
    let start = |level| (level, prepare(&aws).arg("--log.level").arg(level).start_quietly());
    let exporters: Vec<_> = LEVELS.into_iter().map(start).collect();
    for (level, exporter) in exporters {
        exporter.wait_until_ready();
        wait_for("every mode to fail", SOON, || {
            let page = exporter.metrics();
            let fails = |region: &&str| page.total("plimsoll_aws_errors_total", &[("region", region)]) > 0;
            regions.iter().all(fails).then_some(())
        });
        check_log(&exporter, level);
    }
}

#[test]
fn no_secret_of_a_role_is_logged() {
    let regions: Vec<_> = modes().iter().map(|(region, ..)| *region).collect();
    check_levels(|aws| aws.launch().config(&config()), &regions);
}

#[test]
fn no_secret_of_a_role_in_a_profile_is_logged() {
    let folder = TempDir::new("profile");
    let role = format!("role_arn = arn:aws:iam::{ACCOUNT}:role/plimsoll\nexternal_id = {EXTERNAL_ID}");
    let profiles = folder.write("config", &format!("[default]\n{role}\nsource_profile = base\n[profile base]\n"));
    let keys = "aws_access_key_id = test\naws_secret_access_key = test\n";
    let credentials = folder.write("credentials", &format!("[base]\n{keys}"));
    let prepare = |aws: &SimulatedAws| {
        aws.launch()
            .env("AWS_CONFIG_FILE", profiles.to_str().unwrap())
            .env("AWS_SHARED_CREDENTIALS_FILE", credentials.to_str().unwrap())
            .env("AWS_ACCESS_KEY_ID", "")
            .env("AWS_REGION", "us-east-1")
            .config(ONCE)
    };
    check_levels(prepare, &["us-east-1"]);
}

/// What a reader gets, with the credentials of a role and without them.
#[test]
fn no_secret_of_a_role_is_served_or_saved() {
    let (aws, folder) = (aws(), TempDir::new("secrets"));
    let state = folder.path().join("state");
    let config = format!("{}[state]\nfile = {state:?}\n", config());
    let launch = aws.launch().env("AWS_SECRET_ACCESS_KEY", OWN_KEY).env("AWS_SESSION_TOKEN", OWN_TOKEN);
    let mut exporter = launch.config(&config).arg("--log.level").arg("trace").start_quietly();
    exporter.wait_until_ready();
    let check = |what: &str, shown: &str| {
        let found = SECRETS.iter().find(|secret| shown.contains(*secret));
        assert_eq!(found, None, "{what}");
    };
    let arn = "arn:aws:rds:eu-west-1:222222222222:db:orders";
    let of_one = [format!("/resources/{arn}"), format!("/api/v1/resources/{arn}")];
    let lists = ["/", "/resources", "/headroom", "/-/ready", "/metrics", "/api/v1/resources", "/api/v1/levels.csv"];
    for path in lists.into_iter().chain(of_one.iter().map(String::as_str)) {
        let response = exporter.get(path);
        assert_eq!(response.status, 200, "{path}");
        check(path, &response.text());
    }
    let role = format!("role_arn = \"arn:aws:iam::{ACCOUNT}:role/plimsoll\"\nexternal_id = \"{EXTERNAL_ID} !\"");
    let mistakes = format!("[[account]]\nname = 1\nregions = [\"eu-west-1\"]\n{role}\n");
    std::fs::write(exporter.config(), mistakes).unwrap();
    let refused = client::request(exporter.address(), "POST", "/-/reload", &[], b"").unwrap();
    assert_eq!(refused.status, 400);
    exporter.stop();
    check("the state file", &String::from_utf8_lossy(&std::fs::read(state).unwrap()));
    check("the response to a reload", &refused.text());
    assert!(exporter.log().contains("configuration not reloaded"));
    check_log(&exporter, "trace");
}
