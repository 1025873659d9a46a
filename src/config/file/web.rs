//! The table `[web]`.

use std::time::Duration;

use super::super::shard::MAX_SHARDS;
use super::super::web::Web;
use super::reader::{Bounds, Section, Value};

/// The most addresses. A machine that needs more listens on every interface.
const MAX_ADDRESSES: usize = 16;

/// A client that takes longer than ten minutes does not read.
const STOP_TIMEOUT: Bounds = Bounds(Duration::ZERO, Duration::from_mins(10));

pub(super) fn read(mut section: Section, web: &mut Web) {
    section.set(&mut web.pages, "pages", Value::boolean);
    section.set(&mut web.listen_addresses, "listen_addresses", |list| {
        let remedy = "write an address and a port, such as \"127.0.0.1:10754\" or \":10754\"";
        let is_address = |text: &str| Web::listen_address(text).is_some();
        let entries = list.entries();
        if entries.len() > MAX_ADDRESSES {
            list.error(format_args!("has {} addresses", entries.len()), format_args!("write at most {MAX_ADDRESSES}"));
        }
        let texts = entries.iter().filter_map(|entry| entry.text_if(is_address, remedy));
        let mut addresses: Vec<_> = texts.filter_map(Web::listen_address).collect();
        addresses.dedup();
        Some(addresses)
    });
    section.set(&mut web.shards, "shards", |value| value.whole_number(MAX_SHARDS)?.try_into().ok());
    section.set(&mut web.stop_timeout, "stop_timeout", |value| value.duration(STOP_TIMEOUT));
    section.finish();
}
