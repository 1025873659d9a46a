//! Keys that are the name of a metric, without the prefix that makes them keys of plimsoll.
//!
//! A running exporter ignores them: a tag without the prefix belongs to somebody else. Before tags are applied, it is
//! probably a mistake.

use crate::config::Config;
use crate::explain::Problem;
use crate::level::Reason;
use crate::resource::Resource;

/// A problem for each such key of a resource.
pub(super) fn problems(resource: &Resource, config: &Config) -> impl Iterator<Item = Problem> {
    resource.tags.iter().filter_map(|(key, text)| {
        let row = config.catalog.find(resource.kind, key)?;
        let is_name = key == row.metric || key == row.metric.to_lowercase();
        (is_name && !config.tags.legacy.contains_key(key)).then(|| Problem {
            on: resource.arn.to_string(),
            tag_key: key.to_owned(),
            text: text.to_owned(),
            reason: Reason::NearMiss.name().to_owned(),
            remedy: format!("It has no effect. Did you mean `{}{}`?", config.tags.prefix, row.metric),
            ..Problem::default()
        })
    })
}
