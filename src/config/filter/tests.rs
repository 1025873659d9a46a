//! Which databases filters keep: a configuration and databases in, the watched ones out.

use super::*;
use crate::config::Config;
use crate::config::file::parse;
use crate::resource::{Engine, Kind, fixture};

fn filters(text: &str) -> Filters {
    let Config { filter, mut accounts, .. } = parse(text, "plimsoll.toml").unwrap().config;
    Filters { discovery: filter, account: accounts.remove(0).filter }
}

fn database(id: &str, class: &str, tags: &[(&str, &str)]) -> Described {
    Described { class: class.into(), tags: fixture::tags(tags), ..fixture::instance(id) }
}

/// A cluster with one member, and databases of their own.
fn fleet() -> Vec<(Described, Option<Described>)> {
    let aurora = |one: Described| Described { engine: Engine::AuroraPostgresql, ..one };
    let cluster = aurora(Described { kind: Kind::DB_CLUSTER, ..database("shop", "", &[("env", "prod")]) });
    let member = |id, tags| aurora(Described { cluster: Some("shop".into()), ..database(id, "db.r6g.large", tags) });
    vec![
        (cluster.clone(), None),
        (member("shop-1", &[]), Some(cluster.clone())),
        (member("shop-2", &[("env", "dev")]), Some(cluster)),
        (database("orders", "db.t3.micro", &[("env", "prod"), ("team", "a")]), None),
        (database("orders-replica", "db.m5.large", &[]), None),
    ]
}

#[track_caller]
fn check(text: &str, watched: &str) {
    let filters = filters(text);
    let fleet = fleet();
    let kept = fleet.iter().filter(|(one, cluster)| filters.watch(one, cluster.as_ref()));
    assert_eq!(kept.map(|(one, _)| one.id.as_str()).collect::<Vec<_>>().join(" "), watched, "{text}");
}

#[test]
fn include_and_exclude_decide_what_is_watched() {
    let all = "shop shop-1 shop-2 orders orders-replica";
    check("", all);
    check("discovery.include = [{ id = \"orders\" }]", "orders");
    check("discovery.include = [{ id = \"orders*\" }]", "orders orders-replica");
    check("discovery.include = [{ id = \"*replica\" }]", "orders-replica");
    // The whole identifier must match.
    check("discovery.include = [{ id = \"rders\" }]", "");
    check("discovery.include = [{ id = \"order\" }, { id = \"shop-1\" }]", "shop-1");
    check("discovery.include = [{ engine = \"postgres\", class = \"db.t3.*\" }]", "orders");
    check("discovery.exclude = [{ class = \"db.t3.*\" }, { id = \"orders-replica\" }]", "shop shop-1 shop-2");
    check("discovery = { include = [{ id = \"orders*\" }], exclude = [{ id = \"*-replica\" }] }", "orders");
    check("discovery.exclude = [{ id = \"*\" }]", "");
}

#[test]
fn a_member_shares_the_fate_of_its_cluster() {
    check("discovery.include = [{ cluster = \"shop\" }]", "shop shop-1 shop-2");
    check("discovery.exclude = [{ cluster = \"sho*\" }]", "orders orders-replica");
    check("discovery.include = [{ cluster = \"shop\", engine = \"postgres\" }]", "");
    // A tag of its own decides before the one of its cluster, as with levels.
    check("discovery.include = [{ tag = { env = \"prod\" } }]", "shop shop-1 orders");
    check("discovery.exclude = [{ tag = { env = \"dev\" } }]", "shop shop-1 orders orders-replica");
    check("discovery.include = [{ tag = { env = \"prod\", team = \"*\" } }]", "orders");
}

#[test]
fn an_account_narrows_what_all_accounts_watch() {
    let account = "account = [{ name = \"a\", include = [{ id = \"orders*\" }], exclude = [{ id = \"*replica\" }] }]\n";
    check(account, "orders");
    check(&format!("{account}discovery.exclude = [{{ id = \"orders\" }}]"), "");
    check(&format!("{account}discovery.include = [{{ cluster = \"shop\" }}]"), "");
}

#[test]
fn tags_of_proxies_are_read_only_where_they_can_matter() {
    #[track_caller]
    fn check(text: &str, expected: bool) {
        assert_eq!(filters(text).can_watch(&fixture::instance("orders")), expected, "{text}");
    }
    check("", true);
    check("discovery.include = [{ id = \"billing\" }]", false);
    check("discovery.include = [{ id = \"orders\" }]", true);
    check("discovery.include = [{ tag = { env = \"prod\" } }]", true);
    check("discovery.include = [{ tag = { env = \"prod\" }, id = \"billing\" }]", false);
    check("discovery.exclude = [{ id = \"orders\" }]", false);
    check("discovery.exclude = [{ id = \"orders\", tag = { env = \"dev\" } }]", true);
}

#[test]
fn entries_are_named_by_their_table_list_and_place() {
    let text = "account = [{ name = \"a\", exclude = [{ id = \"x\" }, { id = \"y\" }] }]\ndiscovery.include = [{ id = \"z\" }]";
    let names: Vec<_> = filters(text).entries().map(|entry| entry.name).collect();
    assert_eq!(names, ["discovery.include.1", "account.exclude.1", "account.exclude.2"]);
}
