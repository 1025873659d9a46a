//! `basic_auth_users`: names and bcrypt hashes of their passwords.

use std::collections::BTreeMap;

use super::reader::{Mapping, Value};
use super::secret::Secret;

/// The most users. The toolkit recommends another way of authentication beyond a few.
const MAX_USERS: usize = 1000;

/// The highest cost of a hash. Each step doubles the time; 14 takes about a second, for which others wait.
const MAX_COST: u32 = 14;

/// Longer names do not fit into a request's head with the rest of it.
const MAX_NAME: usize = 256;

/// The characters of a bcrypt hash, whose first part is `$2y$` or the like and two digits of the cost:
/// man 5 crypt.
const HASH_CHARACTERS: usize = 60;

const REMEDY: &str = "write the output of `htpasswd -nBC 10 \"\" | tr -d ':\\n'` in quotes";

pub(super) fn read(mapping: &Mapping) -> BTreeMap<String, Secret> {
    let users: BTreeMap<_, _> = mapping.values().filter_map(|value| user(&value)).collect();
    if users.len() > MAX_USERS {
        mapping.value.error(format_args!("has {} users", users.len()), format_args!("write at most {MAX_USERS}"));
    }
    users
}

fn user(value: &Value) -> Option<(String, Secret)> {
    if value.key.is_empty() || value.key.len() > MAX_NAME || value.key.contains(':') {
        value.error("is no user name", format_args!("write 1 to {MAX_NAME} bytes without a colon"));
    }
    let Some(hash) = value.text() else {
        value.error("has no hash", REMEDY);
        return None;
    };
    match cost(hash) {
        None => value.error("is no bcrypt hash", REMEDY),
        Some(cost) if !(4..=MAX_COST).contains(&cost) => {
            value.error(format_args!("has a hash of cost {cost}"), format_args!("make one of cost 4 to {MAX_COST}"));
        }
        Some(_) => {}
    }
    Some((value.key.to_owned(), Secret::new(hash.to_owned())))
}

/// The cost of a bcrypt hash; `None` for another text.
fn cost(hash: &str) -> Option<u32> {
    let rest = ["$2a$", "$2b$", "$2x$", "$2y$"].iter().find_map(|version| hash.strip_prefix(version))?;
    let (cost, salt_and_hash) = rest.split_once('$')?;
    let is_of_base64 = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'.' || byte == b'/';
    let is_whole = hash.len() == HASH_CHARACTERS && cost.len() == 2 && salt_and_hash.bytes().all(is_of_base64);
    cost.parse().ok().filter(|_| is_whole)
}
