//! Account Management: `ListRegions`. The regions of an account in the fleet are enabled, and no other exists.
//!
//! Reference: <https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html>.

use serde_json::Value;

use super::document::Document;
use super::error_response::ErrorResponse;
use super::scope::Scope;
use super::simulation::Simulation;

/// The status of every region here.
const STATUS: &str = "ENABLED_BY_DEFAULT";
/// The largest page, in regions.
const MAX_RESULTS: u64 = 50;

/// Responds to `ListRegions`. A token is the first region of the next page.
pub(super) fn respond(simulation: &Simulation, scope: &Scope, input: &Value) -> Result<Document, ErrorResponse> {
    let size = input["MaxResults"].as_u64().unwrap_or(MAX_RESULTS);
    if !(1..=MAX_RESULTS).contains(&size) {
        return Err(ErrorResponse::validation(format!("MaxResults must be from 1 to {MAX_RESULTS}.")));
    }
    let wanted = input["RegionOptStatusContains"].as_array();
    let is_wanted = wanted.is_none_or(|wanted| wanted.iter().any(|status| status == STATUS));
    let token = input["NextToken"].as_str().unwrap_or_default();
    let regions = simulation.fleet.accounts.get(&scope.account).filter(|_| is_wanted).into_iter();
    let mut rest = regions.flat_map(|regions| regions.keys()).filter(|region| region.as_str() >= token);
    let page = rest.by_ref().take(usize::try_from(size).unwrap_or(usize::MAX));
    let entry = |region: &String| {
        Document::Map(vec![("RegionName", Document::text(region)), ("RegionOptStatus", Document::text(STATUS))])
    };
    let mut response = vec![("Regions", Document::List(page.map(entry).collect()))];
    response.extend(rest.next().map(|next| ("NextToken", Document::text(next))));
    Ok(Document::Map(response))
}
