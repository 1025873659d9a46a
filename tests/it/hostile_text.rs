//! Control characters and CI commands in text from AWS, files and servers are shown escaped.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::Arc;
use std::thread;

use clap::Parser;
use plimsoll::cli::check_tags::check_tags;
use plimsoll::cli::{Arguments, Command};
use plimsoll::config::{Config, Selection};
use plimsoll::escape::is_hidden;
use plimsoll::explain::{self, Question, Wanted};
use plimsoll::inventory::View;
use plimsoll::offline::Input;
use plimsoll::plan::Now;
use plimsoll::resource::Lister;
use plimsoll::scope::{self, ScopeName, Seen};
use plimsoll::snapshot::ScopeSnapshot;
use plimsoll::time::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::support::TempDir;
use crate::support::exporter::Launch;

/// Control characters and CI commands, whole and in pieces.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = [
        "::error::",
        "##[error]",
        "##vso[task.complete]",
        "\n",
        "\r",
        "\u{1b}[2J",
        "\u{1b}]0;title\u{7}",
        "\u{9b}31m",
        "\u{202e}",
        "\u{2066}",
        "\u{200f}",
        "\u{61c}",
        "\u{2028}",
        "\u{2029}",
        "\u{85}",
        "\u{7f}",
        " ",
        "80/90",
        "é",
        "\\",
    ];
    prop::collection::vec(prop::sample::select(pieces.to_vec()), 1..6).prop_map(|pieces| pieces.concat())
}

#[track_caller]
fn check(output: &str) {
    for line in output.strip_suffix('\n').unwrap_or(output).split('\n') {
        assert!(!line.contains(is_hidden), "{line:?} of\n{output}");
        assert!(!line.trim_start().starts_with("::") && !line.contains("##["), "{line:?} of\n{output}");
        assert!(!line.contains("##vso["), "{line:?} of\n{output}");
    }
}

/// A member with such text in every text field, and its cluster.
fn listing(text: &str) -> Value {
    let tags = json!([
        {"Key": "plimsoll/CPUUtilization", "Value": text},
        {"Key": "plimsoll/mute", "Value": text},
        {"Key": format!("plimsoll/{text}"), "Value": "80"},
        {"Key": format!("plimsoll{text}"), "Value": text},
        {"Key": text, "Value": text},
    ]);
    let member = json!({
        "DBInstanceIdentifier": text, "Engine": text, "DBInstanceClass": text, "DBInstanceStatus": text,
        "DBClusterIdentifier": text, "TagList": tags,
    });
    json!({"DBInstances": [member], "DBClusters": [{"DBClusterIdentifier": text, "Engine": text, "TagList": tags}]})
}

/// A plan that removes a level, with an unknown engine and an unknown key.
fn plan(text: &str) -> Value {
    let before = json!({"engine": "postgres", "arn": text, "tags": {"plimsoll/CPUUtilization": "80/90"}});
    let after = json!({"identifier": text, "arn": text, "cluster_identifier": text, "tags": {text: text}});
    let unknown = json!({"engine": true, "tags": {format!("plimsoll/{text}"): true}});
    let change = json!({"actions": ["update"], "before": before, "after": after, "after_unknown": unknown});
    json!({"resource_changes": [{"address": text, "mode": "managed", "type": "aws_db_instance", "change": change}]})
}

fn view(listing: &Value) -> View {
    let mut input = Input::default();
    input.add(&listing.to_string()).unwrap();
    let config = Arc::new(Config::default());
    let listings =
        vec![(Lister::Clusters, Some(input.after.clusters)), (Lister::Instances, Some(input.after.instances))];
    let seen = Seen { listings, ..Seen::default() };
    let name = ScopeName { account: "".into(), region: "".into() };
    let inventory =
        scope::inventory(name, &config, &Arc::new(Selection::of(&config)), seen, Now::at(Timestamp::default()));
    View { inventory, snapshot: Arc::new(ScopeSnapshot::default()) }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn explain_prints_it_escaped(text in hostile()) {
        let views = [view(&listing(&text))];
        let answer = |question| explain::answer(&question, &views, Now::at(Timestamp::default())).unwrap().table();
        check(&answer(Question::Resources(Wanted::default())));
        for known in views[0].inventory.known() {
            check(&answer(Question::Resource { name: known.resource.arn.to_string(), metric: None }));
        }
    }

    #[test]
    fn check_tags_prints_it_escaped(text in hostile()) {
        let folder = TempDir::new("hostile-text");
        for (what, file) in [listing(&text), plan(&text)].into_iter().zip(["listing.json", "plan.json"]) {
            let file = folder.write(file, &what.to_string());
            for form in ["table", "json"] {
                let file = file.to_str().unwrap();
                let arguments = Arguments::parse_from(["plimsoll", "check-tags", file, "--output", form]);
                let Some(Command::CheckTags(what)) = arguments.command else { panic!("not what was written") };
                check(&check_tags(&what, Config::default()).unwrap().0);
            }
        }
    }
}

/// A server that sends this response to one request.
fn server(status: u16, body: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = BufReader::new(&stream).lines().map(Result::unwrap);
        assert!(request.any(|line| line.is_empty()), "no whole request");
        let length = body.len();
        let head = format!("HTTP/1.1 {status} OK\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
        stream.write_all((head + &body).as_bytes()).unwrap();
    });
    url
}

#[test]
fn explain_prints_the_text_of_a_server_escaped() {
    const HOSTILE: &str = "no\n::error::x\u{1b}[2J\u{202e}\u{9b}31m##[error]y";
    let text = |arguments: &[&str]| {
        let output = Launch::against("http://127.0.0.1:9").command().arg("explain").args(arguments).output().unwrap();
        String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
    };
    let check = |status, answer: Value, arguments: &[&str]| {
        let url = server(status, answer.to_string());
        let printed = text(&[arguments, &["--url", &url]].concat());
        check(&printed);
        assert!(printed.contains("\\u202e"), "{printed}");
    };
    check(404, json!({"error": HOSTILE, "candidates": [HOSTILE]}), &["orders"]);
    let summary = json!({
        "arn": HOSTILE, "id": HOSTILE, "kind": HOSTILE, "account_id": HOSTILE, "region": HOSTILE, "engine": HOSTILE,
        "status": HOSTILE, "levels": 0, "crossed": 0, "muted": 0, "unwatched": 0, "issues": 0,
    });
    for form in ["table", "json"] {
        check(200, json!({"resources": [summary], "next": null}), &["--output", form]);
    }
}
