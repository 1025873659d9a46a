//! The Resource Groups Tagging API's `GetResources`, by which other exporters discover. Never lists what has no tag.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::arn::arn;
use super::document::Document;
use super::rds::proxy_arn;
use super::refusal::Refusal;
use super::world::{Scope, World};

/// Resources in one answer when the caller does not say.
const PAGE: usize = 50;
/// The most a caller may ask for.
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

/// Answers a call.
pub(super) fn answer(world: &World, scope: &Scope, input: &Value) -> Result<Document, Refusal> {
    let request = Request::deserialize(input).map_err(|error| Refusal::malformed(error.to_string()))?;
    let token = request.pagination_token.as_deref().filter(|token| !token.is_empty()).map(str::parse).transpose();
    let start: usize = token.map_err(|_| Refusal::invalid_parameter("Invalid pagination token"))?.unwrap_or(0);
    let size = request.resources_per_page.unwrap_or(PAGE).clamp(1, MAX_PAGE);
    let all = tagged(world, scope);
    let mut found = all.iter().filter(|(kind, _, tags)| request.fits(kind, tags)).skip(start);
    let page = found.by_ref().take(size).map(|(_, arn, tags)| describe(arn, tags)).collect();
    let next = if found.next().is_some() { (start + size).to_string() } else { String::new() };
    Ok(Document::Map(vec![("ResourceTagMappingList", Document::List(page)), ("PaginationToken", Document::text(next))]))
}

type Tagged<'a> = (&'static str, String, &'a BTreeMap<String, String>);

fn tagged<'a>(world: &'a World, scope: &Scope) -> Vec<Tagged<'a>> {
    let Some(region) = world.region(scope) else {
        return Vec::new();
    };
    let clusters = region.clusters.iter().map(|(id, it)| ("cluster", arn(scope, "cluster", id), &it.tags));
    let instances = region.instances.iter().map(|(id, it)| ("db", arn(scope, "db", id), &it.tags));
    let proxies = region.proxies.iter().map(|(name, it)| ("db-proxy", proxy_arn(scope, name), &it.tags));
    clusters.chain(instances).chain(proxies).filter(|(_, _, tags)| !tags.is_empty()).collect()
}

impl Request {
    fn fits(&self, kind: &str, tags: &BTreeMap<String, String>) -> bool {
        let kinds = &self.resource_type_filters;
        let of_kind = kinds.is_empty() || kinds.iter().any(|it| it == "rds" || it.strip_prefix("rds:") == Some(kind));
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
