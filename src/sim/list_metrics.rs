//! `ListMetrics`: what exists, 500 at a time.

use serde::Deserialize;
use serde_json::Value;

use super::document::Document;
use super::metric_data::Dimension;
use super::refusal::Refusal;
use super::world::{Scope, World};

/// Metrics in one answer.
const PAGE: usize = 500;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(default)]
    namespace: Option<String>,
    #[serde(default)]
    metric_name: Option<String>,
    #[serde(default)]
    dimensions: Vec<Dimension>,
    #[serde(default)]
    next_token: Option<String>,
}

/// Answers a call. A dimension without a value asks for any value.
pub(super) fn answer(world: &World, scope: &Scope, input: &Value) -> Result<Document, Refusal> {
    let request = Request::deserialize(input).map_err(|error| Refusal::malformed(error.to_string()))?;
    let token = request.next_token.as_deref().map(str::parse).transpose();
    let start: usize = token.map_err(|_| Refusal::next_token())?.unwrap_or(0);
    let all = world.all_metrics(scope);
    let fits = |(dimensions, metric): &&(String, String)| {
        let namespace = world.namespace(scope, dimensions);
        request.namespace.as_deref().is_none_or(|wanted| wanted == namespace)
            && request.metric_name.as_ref().is_none_or(|name| name == metric)
            && request.dimensions.iter().all(|it| it.fits(dimensions))
    };
    let mut found = all.iter().filter(fits).skip(start);
    let metrics = found.by_ref().take(PAGE).map(|it| describe(world.namespace(scope, &it.0), it)).collect();
    let mut answer = vec![("Metrics", Document::List(metrics))];
    if found.next().is_some() {
        answer.push(("NextToken", Document::text((start + PAGE).to_string())));
    }
    Ok(Document::Map(answer))
}

impl Dimension {
    fn fits(&self, dimensions: &str) -> bool {
        pairs(dimensions).any(|(name, value)| name == self.name && self.value.as_ref().is_none_or(|own| own == value))
    }
}

fn pairs(dimensions: &str) -> impl Iterator<Item = (&str, &str)> {
    dimensions.split(',').filter_map(|pair| pair.split_once('='))
}

fn describe(namespace: &str, (dimensions, metric): &(String, String)) -> Document {
    let dimension =
        |(name, value)| Document::Map(vec![("Name", Document::text(name)), ("Value", Document::text(value))]);
    Document::Map(vec![
        ("Namespace", Document::text(namespace)),
        ("MetricName", Document::text(metric)),
        ("Dimensions", Document::List(pairs(dimensions).map(dimension).collect())),
    ])
}
