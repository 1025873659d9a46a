//! How regions and account ids are written.

use super::reader::Value;
use crate::config::nearest::nearest;

/// Region names: <https://docs.aws.amazon.com/general/latest/gr/rande.html>.
pub(super) const REGION_REMEDY: &str = "write the name of a region, such as `eu-west-1`";

/// The regions of all partitions in which RDS exists: <https://docs.aws.amazon.com/general/latest/gr/rds-service.html>.
/// AWS adds some each year, so that another name is no error.
const REGIONS: [&str; 38] = [
    "af-south-1",
    "ap-east-1",
    "ap-east-2",
    "ap-northeast-1",
    "ap-northeast-2",
    "ap-northeast-3",
    "ap-south-1",
    "ap-south-2",
    "ap-southeast-1",
    "ap-southeast-2",
    "ap-southeast-3",
    "ap-southeast-4",
    "ap-southeast-5",
    "ap-southeast-6",
    "ap-southeast-7",
    "ca-central-1",
    "ca-west-1",
    "cn-north-1",
    "cn-northwest-1",
    "eu-central-1",
    "eu-central-2",
    "eu-north-1",
    "eu-south-1",
    "eu-south-2",
    "eu-west-1",
    "eu-west-2",
    "eu-west-3",
    "il-central-1",
    "me-central-1",
    "me-south-1",
    "mx-central-1",
    "sa-east-1",
    "us-east-1",
    "us-east-2",
    "us-gov-east-1",
    "us-gov-west-1",
    "us-west-1",
    "us-west-2",
];

pub(super) fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Warns of a region that is not known: it may be misspelt.
pub(super) fn warn_of_unknown_region(value: &Value, name: &str) {
    if !is_region(name) || REGIONS.contains(&name) {
        return;
    }
    let meant = nearest(name, REGIONS.into_iter()).map(|meant| format!("did you mean `{meant}`? "));
    let what = format_args!("has {name:?}, which is not a region that this version of plimsoll knows");
    let meant = meant.unwrap_or_default();
    value.warn(what, format_args!("{meant}Ignore this if AWS has added the region since"));
}

pub(super) fn is_region(text: &str) -> bool {
    let mut parts = text.split('-');
    let area = parts.next().is_some_and(|part| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    let Some(number) = parts.next_back() else { return false };
    let mut middle = 0;
    let are_words = parts.inspect(|_| middle += 1).all(is_word);
    area && are_words && (1..=2).contains(&middle) && is_number(number)
}

fn is_word(part: &str) -> bool {
    (1..=16).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_number(part: &str) -> bool {
    (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit())
}
