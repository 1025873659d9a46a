//! Single fields of a description: texts, numbers, tags, ARNs.

use serde::Deserialize;

use crate::resource::{Tags, Text};

/// A tag.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Tag {
    pub key: Option<String>,
    pub value: Option<String>,
}

/// Region and account of `arn:aws:rds:eu-west-1:123456789012:db:orders`; empty where it is no ARN.
#[must_use]
pub fn arn_location(arn: &str) -> (Text, Text) {
    let mut parts = arn.split(':').skip(3).map(Text::from);
    (parts.next().unwrap_or_default(), parts.next().unwrap_or_default())
}

/// Tags by key.
#[must_use]
pub fn tags(tags: Vec<Tag>) -> Tags {
    tags.into_iter().filter_map(|tag| Some((tag.key?, tag.value.unwrap_or_default()))).collect()
}

/// A text that is not empty.
pub(super) fn text(value: Option<String>) -> Option<Text> {
    value.filter(|text| !text.is_empty()).map(Text::from)
}

/// A number that is not zero.
pub(super) fn positive(number: Option<f64>) -> Option<f64> {
    number.filter(|number| *number > 0.0)
}

/// The other value of `EngineLifecycleSupport` ends in `-disabled`:
/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html>.
pub(super) fn is_extended_support(support: &str) -> bool {
    support == "open-source-rds-extended-support"
}
