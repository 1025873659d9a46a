//! Reads `[[class]]`: instance classes that the built-in table does not have.

use super::reader::{Section, Value};
use crate::catalog::capacity::DescribedClass;
use crate::level::{self, Level, Writer, Written};

/// The memory of a class in bytes: from the smallest that RDS ever had to a hundred times the largest of today.
const MEMORY: std::ops::RangeInclusive<f64> = 5e8..=4e14;

/// The most vCPUs of a class: ten times those of the largest of today.
const MAX_VCPUS: u32 = 10_000;

pub(super) fn read(root: &mut Section) -> Vec<DescribedClass> {
    let mut classes: Vec<DescribedClass> = Vec::new();
    for entry in root.tables("class") {
        let Some(class) = class(&entry) else { continue };
        if classes.iter().any(|other| other.name == class.name) {
            entry.error(format_args!("describes {:?} a second time", class.name), "remove one of them");
        }
        classes.push(class);
    }
    classes
}

fn class(entry: &Value) -> Option<DescribedClass> {
    let mut section = entry.section()?;
    let (name, memory, vcpus) = (section.value("name"), section.value("memory"), section.value("vcpus"));
    section.finish();
    if name.is_none() || memory.is_none() || vcpus.is_none() {
        entry.error("is not complete", "write `name`, `memory` and `vcpus`");
    }
    // All values are read before the first error returns, so that no mistake hides another.
    let name = name.and_then(|name| name.text_if(is_name, "write a class name of AWS, such as `db.m6g.large`"));
    let (memory, vcpus) = (memory.as_ref().and_then(memory_bytes), vcpus.as_ref().and_then(count));
    Some(DescribedClass { name: name?.to_owned(), memory_bytes: memory?, vcpus: vcpus? })
}

fn is_name(text: &str) -> bool {
    let is_allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.' || byte == b'-';
    text.starts_with("db.") && (4..=64).contains(&text.len()) && text.bytes().all(is_allowed)
}

fn memory_bytes(value: &Value) -> Option<f64> {
    let text = value.text()?;
    let bytes = size(text).filter(|bytes| MEMORY.contains(bytes));
    if bytes.is_none() {
        value.error(format_args!("cannot be {text:?}"), "write the memory with its unit, such as `16GiB`");
    }
    bytes
}

fn size(text: &str) -> Option<f64> {
    let Written::Ladder(levels) = level::parse(text, 1, Writer::Configuration).ok()? else { return None };
    match levels[..] {
        [Some(Level::One(amount))] => amount.bytes(),
        _ => None,
    }
}

fn count(value: &Value) -> Option<u32> {
    let text = value.text_or_number()?;
    let count = text.parse().ok().filter(|count| (1..=MAX_VCPUS).contains(count));
    if count.is_none() {
        value.error(format_args!("cannot be {text:?}"), "write the number of virtual CPUs, such as 8");
    }
    count
}
