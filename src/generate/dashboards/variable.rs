//! The variables of a dashboard: the data source, then what narrows the resources down, each within those before it.

use serde::Serialize;
use serde_json::{Value, json};

use super::data_source::data_source;
use super::noun;
use super::query::Resources;
use crate::catalog::name::dimension_label;
use crate::resource::Kind;

/// One variable.
#[derive(Debug, Serialize)]
#[serde(transparent)]
pub(super) struct Variable(Value);

/// When Grafana looks for the values of a variable anew: when the time range changes.
const ON_TIME_RANGE_CHANGE: u8 = 2;

/// Alphabetical.
const SORTED: u8 = 1;

impl Variable {
    /// The Prometheus that all queries go to.
    pub(super) fn data_source() -> Self {
        Self(json!({
            "current": {},
            "hide": 0,
            "includeAll": false,
            "label": "Data source",
            "multi": false,
            "name": "datasource",
            "options": [],
            "query": "prometheus",
            "refresh": 1,
            "regex": "",
            "skipUrlSync": false,
            "type": "datasource",
        }))
    }

    /// One or more values of a label; at first all of them.
    ///
    /// `all` is the regular expression that stands for all values.
    pub(super) fn several(name: &str, label: &str, query: &str, all: &str) -> Self {
        let Self(mut variable) = Self::one(name, label, query);
        variable["allValue"] = json!(all);
        variable["current"] = json!({"selected": true, "text": ["All"], "value": ["$__all"]});
        variable["includeAll"] = json!(true);
        variable["multi"] = json!(true);
        Self(variable)
    }

    /// One value of a label.
    pub(super) fn one(name: &str, label: &str, query: &str) -> Self {
        Self(json!({
            "current": {},
            "datasource": data_source(),
            "definition": query,
            "hide": 0,
            "includeAll": false,
            "label": label,
            "multi": false,
            "name": name,
            "options": [],
            "query": query,
            "refresh": ON_TIME_RANGE_CHANGE,
            "regex": "",
            "skipUrlSync": false,
            "sort": SORTED,
            "type": "query",
        }))
    }
}

/// Data source, job, account and region, each within those before it, as a series has them.
///
/// `accounts` is the regular expression that stands for every account.
pub(super) fn scope(series: &str, accounts: &str) -> Vec<Variable> {
    let of = |matchers: &str, label: &str| format!("label_values({series}{{{matchers}}}, {label})");
    vec![
        Variable::data_source(),
        Variable::several("job", "Job", "label_values(plimsoll_build_info, job)", ANY),
        Variable::several("account", "Account", &of("job=~\"$job\"", "account_id"), accounts),
        Variable::several("region", "Region", &of("job=~\"$job\",account_id=~\"$account\"", "region"), ANY),
    ]
}

/// The variables of dashboards about resources.
pub(super) fn of_resources() -> Vec<Variable> {
    scope(INFO, ANY)
}

/// The one resource of a kind that a dashboard is about.
pub(super) fn one_of(kind: Kind) -> Vec<Variable> {
    resources(kind, Variable::one)
}

/// Resources of a kind; at first all of them.
pub(super) fn several_of(kind: Kind) -> Vec<Variable> {
    resources(kind, |name, label, query| Variable::several(name, label, query, ANY))
}

/// One variable for each dimension.
fn resources(kind: Kind, variable: impl Fn(&str, &str, &str) -> Variable) -> Vec<Variable> {
    let of = Resources::all(&[kind]);
    let series = of.series(INFO, &of.kind_matcher());
    let of_dimension = |dimension: &&str| {
        let query = format!("label_values({series}, {})", dimension_label(dimension));
        variable(&noun::variable(dimension), noun::title(dimension), &query)
    };
    kind.dimensions.iter().map(of_dimension).collect()
}

/// Stands for every value but none.
const ANY: &str = ".+";

/// The series with every resource.
const INFO: &str = "plimsoll_resource_info";
