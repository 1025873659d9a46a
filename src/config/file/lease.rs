//! Reads `[lease]`.

use std::time::Duration;

use super::reader::{Bounds, Section, Value};
use super::state;
use crate::config::{Lease, LeaseName, LeasePlace};

/// With a shorter one, a slow disk would end it; with a longer one, values expire before the other replica polls.
const DURATION: Bounds = Bounds(Duration::from_secs(1), Duration::from_mins(1));

/// The longest name of an object and of a namespace.
///
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/names/>
const MAX_NAME: usize = 253;
const MAX_NAMESPACE: usize = 63;

/// What `--shard` adds to a name at most: `-63-of-64`.
const MAX_SUFFIX: usize = 9;

pub(super) fn read(mut section: Section, lease: &mut Lease) {
    let file = section.value("file");
    let kubernetes = section.value("kubernetes");
    let namespace = section.value("namespace");
    if let (Some(_), Some(kubernetes)) = (&file, &kubernetes) {
        kubernetes.key_error("cannot stand beside `lease.file`", "remove one of the two: there is one lease");
    }
    if let (None, Some(namespace)) = (&kubernetes, &namespace) {
        namespace.key_error("has no effect without `lease.kubernetes`", "remove it, or name the Lease");
    }
    let namespace = namespace.and_then(|value| text(&value, is_label, "namespace, such as \"monitoring\""));
    let in_file = file.and_then(|value| state::file(&value)).map(LeasePlace::File);
    let in_kubernetes = kubernetes.and_then(|value| text(&value, is_name, "Lease, such as \"plimsoll\""));
    let in_kubernetes = in_kubernetes.map(|name| LeasePlace::Kubernetes(LeaseName { name, namespace }));
    lease.place = in_file.or(in_kubernetes);
    section.set(&mut lease.duration, "duration", |value| value.duration(DURATION));
    section.finish();
}

fn text(value: &Value, is_valid: fn(&str) -> bool, example: &str) -> Option<String> {
    let remedy = format!("write the name of a {example}: lowercase letters, digits and hyphens");
    value.text_if(is_valid, &remedy).map(str::to_owned)
}

/// Whether it is the name of a Lease: labels with dots between them.
fn is_name(text: &str) -> bool {
    text.len() + MAX_SUFFIX <= MAX_NAME && text.split('.').all(is_part)
}

fn is_label(text: &str) -> bool {
    text.len() <= MAX_NAMESPACE && is_part(text)
}

fn is_part(text: &str) -> bool {
    let is_allowed = |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-';
    !text.is_empty() && text.chars().all(is_allowed) && !text.starts_with('-') && !text.ends_with('-')
}
