//! `ListMetrics`: all metrics that exist, in pages of 500.

use serde::Deserialize;
use serde_json::Value;

use super::dimensions::pairs;
use super::document::Document;
use super::error_response::ErrorResponse;
use super::metric_data::Dimension;
use super::scope::Scope;
use super::simulation::Simulation;

/// Metrics on one page.
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

/// Responds to a call. A dimension without a value matches every value.
pub(super) fn respond(simulation: &Simulation, scope: &Scope, input: &Value) -> Result<Document, ErrorResponse> {
    let request = Request::deserialize(input).map_err(|error| ErrorResponse::malformed(error.to_string()))?;
    let token = request.next_token.as_deref().map(str::parse).transpose();
    let start: usize = token.map_err(|_| ErrorResponse::next_token())?.unwrap_or(0);
    let all = simulation.all_metrics(scope);
    let matches = |(dimensions, metric): &&(String, String)| {
        let namespace = simulation.namespace(scope, dimensions);
        request.namespace.as_deref().is_none_or(|wanted| wanted == namespace)
            && request.metric_name.as_ref().is_none_or(|name| name == metric)
            && request.dimensions.iter().all(|dimension| dimension.matches(dimensions))
    };
    let mut found = all.iter().filter(matches).skip(start);
    let metrics =
        found.by_ref().take(PAGE).map(|metric| describe(simulation.namespace(scope, &metric.0), metric)).collect();
    let mut response = vec![("Metrics", Document::List(metrics))];
    if found.next().is_some() {
        response.push(("NextToken", Document::text((start + PAGE).to_string())));
    }
    Ok(Document::Map(response))
}

impl Dimension {
    fn matches(&self, dimensions: &str) -> bool {
        pairs(dimensions)
            .any(|(name, value)| name == self.name && self.value.as_ref().is_none_or(|wanted| wanted == value))
    }
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
