//! Reads `include` and `exclude`: which resources are watched. A filter that cannot be read stops the start, because
//! without it other databases would be watched than meant.

use super::overrides::{matchers, same_matchers};
use super::reader::{Section, Value};
use crate::config::{Filter, Matcher};

pub(super) fn read(section: &mut Section) -> Filter {
    let mut filter = Filter::default();
    section.set(&mut filter.include, "include", |list| Some(entries(list)));
    section.set(&mut filter.exclude, "exclude", |list| Some(entries(list)));
    filter
}

fn entries(list: &Value) -> Vec<Vec<Matcher>> {
    let mut entries: Vec<Vec<Matcher>> = Vec::new();
    if list.is_empty_list() {
        list.error("has no entry", "add one, such as { tag = { env = \"prod\" } }, or remove the key");
    }
    for table in list.entries() {
        let Some(matchers) = entry(&table) else { continue };
        if entries.iter().any(|other| same_matchers(other, &matchers)) {
            table.error("has an entry twice", "remove one of them");
        }
        entries.push(matchers);
    }
    entries
}

fn entry(table: &Value) -> Option<Vec<Matcher>> {
    let mut section = table.table("write a table, such as { id = \"orders-*\" }")?;
    let matchers = matchers(&mut section);
    if matchers.is_empty() {
        let remedy = "add `id`, `cluster`, `engine`, `class`, `account_id`, `region`, `role` or `tag`";
        table.error("has an entry that matches every database", remedy);
    }
    section.finish();
    matchers.into_iter().collect()
}
