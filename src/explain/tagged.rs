//! What every tag of plimsoll sets, in forms with which whoever removed tags can put them back.
//!
//! Keys and values come from tags: everything is quoted for the program that reads it.

use std::collections::BTreeMap;
use std::fmt::{self, Display, Formatter};

use serde::Serialize;

use crate::config::Config;
use crate::escape::Line;
use crate::resource::Described;

#[cfg(test)]
mod tests;

/// A resource with those of its own tags that concern plimsoll.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tagged {
    /// The ARN.
    pub arn: String,
    /// By key.
    pub tags: BTreeMap<String, String>,
}

/// The forms of an export.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TagFormat {
    /// `ARN key=value`, a line for each tag, to be compared.
    Lines,
    /// A block `tags = {…}` for each resource.
    Terraform,
    /// A command for each resource.
    AwsCli,
}

/// An entry of `--tags`.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Tag<'a> {
    key: &'a str,
    value: &'a str,
}

/// The tags of a resource that concern plimsoll.
pub(super) fn of(resource: &Described, config: &Config) -> BTreeMap<String, String> {
    let own = resource.tags.iter().filter(|(key, _)| config.tags.owns(key));
    own.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()
}

impl Tagged {
    /// The resource, if it has any such tag.
    #[must_use]
    pub fn of(resource: &Described, config: &Config) -> Option<Self> {
        let tags = of(resource, config);
        (!tags.is_empty()).then(|| Self { arn: resource.arn.to_string(), tags })
    }

    /// Whether its ARN can be one: AWS's have only such characters, and `aws` reads what begins with `file:` from a file.
    #[must_use]
    pub fn has_arn(&self) -> bool {
        let is_of_arns = |byte: u8| byte.is_ascii_alphanumeric() || b":/-_.".contains(&byte);
        self.arn.starts_with("arn:") && self.arn.bytes().all(is_of_arns) && self.arn.split(':').count() > 5
    }

    /// The text of an export.
    #[must_use]
    pub fn text(&self, format: TagFormat) -> String {
        match format {
            TagFormat::Lines => self.lines(),
            TagFormat::Terraform => self.terraform(),
            TagFormat::AwsCli => self.aws_cli(),
        }
    }

    fn lines(&self) -> String {
        let line = |(key, value): (&String, &String)| format!("{}\n", Line(&format!("{} {key}={value}", self.arn)));
        self.tags.iter().map(line).collect()
    }

    fn terraform(&self) -> String {
        let line = |(key, value): (&String, &String)| {
            let entry = format!("  {} = {}", Hcl(key), Hcl(value));
            format!("{}\n", Line(&entry))
        };
        let entries: String = self.tags.iter().map(line).collect();
        format!("# {}\ntags = {{\n{entries}}}\n", Line(&self.arn))
    }

    /// As JSON, because the short form `Key=…,Value=…` has a syntax of its own for commas and quotes.
    fn aws_cli(&self) -> String {
        let tags: Vec<Tag> = self.tags.iter().map(|(key, value)| Tag { key, value }).collect();
        // Serialization cannot fail: the values are strings. Escaping does not change what the JSON means.
        let tags = Line(&serde_json::to_string(&tags).unwrap_or_default()).to_string();
        let region = self.arn.split(':').nth(3).unwrap_or_default();
        let [region, arn, tags] = [region, &self.arn, &tags].map(Shell);
        format!("aws rds add-tags-to-resource --region {region} --resource-name {arn} --tags {tags}\n")
    }
}

/// One word for a POSIX shell, whatever its characters.
///
/// <https://pubs.opengroup.org/onlinepubs/9799919799/utilities/V3_chap02.html#tag_19_02_02>
struct Shell<'a>(&'a str);

impl Display for Shell<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        write!(text, "'{}'", self.0.replace('\'', r"'\''"))
    }
}

/// A string of Terraform, without templates.
///
/// <https://developer.hashicorp.com/terraform/language/expressions/strings#escape-sequences-1>
struct Hcl<'a>(&'a str);

impl Display for Hcl<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        let quoted = self.0.replace('\\', r"\\").replace('"', r#"\""#);
        write!(text, "\"{}\"", quoted.replace("${", "$${").replace("%{", "%%{"))
    }
}
