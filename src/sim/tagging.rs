//! `GetResources` of the Resource Groups Tagging API, which other exporters use for discovery.
//!
//! It never lists resources without tags.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::arn::{arn, proxy_arn};
use super::document::Document;
use super::error_response::ErrorResponse;
use super::scope::Scope;
use super::simulation::Simulation;

/// Resources on one page if the request sets no size.
const PAGE: usize = 50;
/// The largest page.
const MAX_PAGE: usize = 100;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Request {
    #[serde(default)]
    resource_type_filters: Vec<String>,
    #[serde(default)]
    tag_filters: Vec<TagFilter>,
    #[serde(default)]
    resources_per_page: Option<usize>,
    #[serde(default)]
    pagination_token: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct TagFilter {
    key: String,
    #[serde(default)]
    values: Vec<String>,
}

/// Responds to a call.
pub(super) fn respond(simulation: &Simulation, scope: &Scope, input: &Value) -> Result<Document, ErrorResponse> {
    let request = Request::deserialize(input).map_err(|error| ErrorResponse::malformed(error.to_string()))?;
    let token = request.pagination_token.as_deref().filter(|token| !token.is_empty()).map(str::parse).transpose();
    let start: usize = token.map_err(|_| ErrorResponse::invalid_parameter("Invalid pagination token"))?.unwrap_or(0);
    let size = request.resources_per_page.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let all = tagged(simulation, scope);
    let mut found = all.iter().filter(|(kind, _, tags)| request.matches(kind, tags)).skip(start);
    let page = found.by_ref().take(size).map(|(_, arn, tags)| describe(arn, tags)).collect();
    let next = if found.next().is_some() { (start + size).to_string() } else { String::new() };
    Ok(Document::Map(vec![("ResourceTagMappingList", Document::List(page)), ("PaginationToken", Document::text(next))]))
}

type Tagged<'a> = (&'static str, String, &'a BTreeMap<String, String>);

fn tagged<'a>(simulation: &'a Simulation, scope: &Scope) -> Vec<Tagged<'a>> {
    let Some(region) = simulation.region(scope) else {
        return Vec::new();
    };
    let clusters = region.clusters.iter().map(|(id, cluster)| ("cluster", arn(scope, "cluster", id), &cluster.tags));
    let instances = region.instances.iter().map(|(id, instance)| ("db", arn(scope, "db", id), &instance.tags));
    let proxies = region.proxies.iter().map(|(name, proxy)| ("db-proxy", proxy_arn(scope, name), &proxy.tags));
    clusters.chain(instances).chain(proxies).filter(|(_, _, tags)| !tags.is_empty()).collect()
}

impl Request {
    fn matches(&self, kind: &str, tags: &BTreeMap<String, String>) -> bool {
        let kinds = &self.resource_type_filters;
        let of_kind =
            kinds.is_empty() || kinds.iter().any(|wanted| wanted == "rds" || wanted.strip_prefix("rds:") == Some(kind));
        let has = |filter: &TagFilter| {
            tags.get(&filter.key).is_some_and(|value| filter.values.is_empty() || filter.values.contains(value))
        };
        of_kind && self.tag_filters.iter().all(has)
    }
}

fn describe(arn: &str, tags: &BTreeMap<String, String>) -> Document {
    let tag = |(key, value): (&String, &String)| {
        Document::Map(vec![("Key", Document::text(key)), ("Value", Document::text(value))])
    };
    Document::Map(vec![("ResourceARN", Document::text(arn)), ("Tags", Document::List(tags.iter().map(tag).collect()))])
}
