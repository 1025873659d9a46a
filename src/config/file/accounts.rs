//! Reads `regions` and `[[account]]`.

use super::names::{MAX_NAME, distinct};
use super::places::{REGION_REMEDY, is_account_id, is_region, warn_of_unknown_region};
use super::reader::{Section, Value};
use super::{defaults, filters};
use crate::config::{Account, ExternalId, Regions};

pub(super) fn read(root: &mut Section) -> Vec<Account> {
    let shared = root.value("regions").as_ref().map_or(Regions::OfChain, regions);
    let tables = root.tables("account");
    if tables.is_empty() {
        return vec![Account::default_chain(shared)];
    }
    let mut accounts: Vec<Account> = Vec::new();
    for entry in tables {
        let Some((account, keys)) = account(&entry, &shared) else {
            continue;
        };
        check_repetition(&accounts, &account, &keys);
        accounts.push(account);
    }
    accounts
}

/// The word for every region that is enabled for the account.
const ALL: &str = "all";

fn regions(list: &Value) -> Regions {
    let names = distinct(list, |text| text == ALL || is_region(text), REGION_REMEDY);
    for name in &names {
        warn_of_unknown_region(list, name);
    }
    if !names.iter().any(|name| name == ALL) {
        return if names.is_empty() { Regions::OfChain } else { Regions::Named(names) };
    }
    if names.len() > 1 {
        list.error("has \"all\" beside other regions", "write [\"all\"], or remove \"all\"");
    }
    Regions::Enabled
}

/// The keys of an account whose values must not be repeated, or the whole table in place of one that is absent.
struct Keys<'a> {
    name: Value<'a>,
    /// What makes it another role and region than those of other accounts.
    reach: Value<'a>,
}

fn account<'a>(entry: &Value<'a>, shared: &Regions) -> Option<(Account, Keys<'a>)> {
    let mut section = entry.section()?;
    let name = section.value("name");
    let role = section.value("role_arn");
    let own_regions = section.value("regions");
    let mut account = Account::default_chain(own_regions.as_ref().map_or(Regions::OfChain, regions));
    if account.regions == Regions::OfChain {
        account.regions = shared.clone();
    }
    account.name = name_of(name.as_ref(), entry);
    account.role_arn = role.as_ref().map(role_arn);
    session(&mut section, &mut account);
    account.filter = filters::read(&mut section);
    section.set(&mut account.defaults, "defaults", |value| defaults::mode(value).map(Some));
    section.finish();
    let reach = own_regions.or(role).unwrap_or_else(|| entry.clone());
    Some((account, Keys { name: name.unwrap_or_else(|| entry.clone()), reach }))
}

/// Reads what belongs to the role of an account.
fn session(section: &mut Section, account: &mut Account) {
    let role = account.role_arn.clone();
    let needs_role = |value: &Value| {
        if role.is_none() {
            let (what, remedy) = ("has no effect without `role_arn`", "add `role_arn`, the role to assume, or remove");
            value.error(what, format_args!("{remedy} `{}`", value.key));
        }
    };
    section.set(&mut account.external_id, "external_id", |value| {
        needs_role(value);
        external_id(value).map(Some)
    });
    section.set(&mut account.session_name, "session_name", |value| {
        needs_role(value);
        let remedy = "write 2 to 64 letters, digits and `+=,.@_-`, as they appear in CloudTrail";
        value.text_if(is_session_name, remedy).map(|name| Some(name.to_owned()))
    });
    section.set(&mut account.source_account, "source_account", |value| {
        needs_role(value);
        source_account(value, role.as_deref()).map(Some)
    });
}

/// The account whose metrics the monitoring account shows: that of the role, which lists its databases.
fn source_account(value: &Value, role: Option<&str>) -> Option<String> {
    let id = value.text_if(is_account_id, "write the twelve digits of the account, in quotes")?;
    let of_role = role.and_then(|arn| arn.split(':').nth(4)).filter(|of_role| !of_role.is_empty());
    if let Some(other) = of_role.filter(|of_role| *of_role != id) {
        let remedy = "write the account of the role: it lists the databases whose metrics are queried";
        value.error(format_args!("is {id:?}, but `role_arn` is a role of {other}"), remedy);
    }
    Some(id.to_owned())
}

fn name_of(name: Option<&Value>, entry: &Value) -> String {
    let Some(name) = name else {
        entry.error("has no `name`", "give each account a different name: it becomes a label");
        return String::new();
    };
    let text = name.text_if(is_name, "write 1 to 64 printable characters");
    text.unwrap_or_default().to_owned()
}

fn is_name(text: &str) -> bool {
    (1..=MAX_NAME).contains(&text.chars().count()) && text.trim() == text && !text.contains(char::is_control)
}

/// Empty if it is invalid: the account must not fall back to the default chain.
fn role_arn(value: &Value) -> String {
    let arn = value.text_if(is_role_arn, "write `arn:aws:iam::<twelve digits>:role/<name>`");
    arn.unwrap_or_default().to_owned()
}

fn is_role_arn(text: &str) -> bool {
    let parts: Vec<&str> = text.splitn(6, ':').collect();
    let [arn, partition, service, region, account, role] = parts[..] else {
        return false;
    };
    let name = role.strip_prefix("role/").unwrap_or_default();
    arn == "arn"
        && (partition == "aws" || partition.starts_with("aws-"))
        && service == "iam"
        && region.is_empty()
        && is_account_id(account)
        && !name.is_empty()
        && name.chars().all(|character| character.is_ascii_alphanumeric() || "+=,.@_/-".contains(character))
}

/// No message shows the value, which is a secret.
fn external_id(value: &Value) -> Option<ExternalId> {
    let text = value.text()?;
    if !is_external_id(text) {
        let remedy = "write 2 to 1224 letters, digits and `+=,.@:/_-`, the same as in the role's trust policy";
        value.error("has a length or a character that AWS does not allow", remedy);
    }
    Some(ExternalId(text.to_owned()))
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
fn is_external_id(text: &str) -> bool {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "+=,.@:/_-".contains(character);
    (2..=1224).contains(&text.len()) && text.chars().all(is_allowed)
}

/// <https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html>.
fn is_session_name(text: &str) -> bool {
    let is_allowed = |character: char| character.is_ascii_alphanumeric() || "+=,.@_-".contains(character);
    (2..=64).contains(&text.len()) && text.chars().all(is_allowed)
}

/// Two accounts with one name would share their series. Two with one role and region would be polled and billed twice.
fn check_repetition(earlier: &[Account], account: &Account, keys: &Keys) {
    if earlier.iter().any(|other| other.name == account.name) {
        keys.name.error(
            format_args!("is {:?}, as for an earlier account", account.name),
            "give each account a different name",
        );
    }
    let overlaps = |other: &&Account| {
        let shares_region = overlap(&other.regions, &account.regions);
        other.role_arn == account.role_arn && account.role_arn.as_deref() != Some("") && shares_region
    };
    if let Some(other) = earlier.iter().find(overlaps) {
        let what = format_args!("gives the same role and region as account {:?} has", other.name);
        keys.reach.error(what, "write another role or region: otherwise it is polled and billed twice");
    }
}

fn overlap(one: &Regions, other: &Regions) -> bool {
    match (one, other) {
        (Regions::Named(one), Regions::Named(other)) => one.iter().any(|region| other.contains(region)),
        (Regions::Enabled, _) | (_, Regions::Enabled) | (Regions::OfChain, Regions::OfChain) => true,
        // The region of the chain is known only at the start.
        (Regions::OfChain, Regions::Named(_)) | (Regions::Named(_), Regions::OfChain) => false,
    }
}
