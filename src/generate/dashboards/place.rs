//! Where the dashboards are: their ids, which never change, and links to one resource.

use serde_json::{Value, json};

use super::noun;
use crate::catalog::name::dimension_label;
use crate::resource::{Kind, Service};

/// The whole fleet.
pub(in crate::generate) const FLEET: &str = "plimsoll-fleet";

/// One database.
pub(super) const DATABASE: &str = "plimsoll-database";

/// One cluster with its members.
pub(super) const CLUSTER: &str = "plimsoll-cluster";

/// plimsoll itself.
pub(in crate::generate) const OWN: &str = "plimsoll-exporter";

/// The quick look at a service.
pub(super) fn of_service(service: &Service) -> String {
    format!("plimsoll-{}", service.name)
}

/// The dashboard of the resources of a kind.
pub(super) fn of(kind: Kind) -> String {
    let own = [(Kind::DB_INSTANCE, DATABASE), (Kind::DB_CLUSTER, CLUSTER), (Kind::QUOTA, FLEET)];
    let own = own.into_iter().find(|(with_own, _)| *with_own == kind);
    own.map_or_else(|| of_service(kind.service), |(_, place)| place.to_owned())
}

/// The path of the dashboard of one resource of a kind; `value` is what stands for the value of a label.
pub(in crate::generate) fn path(kind: Kind, value: &dyn Fn(&str) -> String) -> String {
    let variable =
        |dimension: &&str| format!("&var-{}={}", noun::variable(dimension), value(&dimension_label(dimension)));
    let own = kind.dimensions.iter().filter(|_| has_own_variables(kind));
    let variables: String = own.map(variable).collect();
    let (account, region) = (value("account_id"), value("region"));
    format!("/d/{}?var-account={account}&var-region={region}{variables}", of(kind))
}

/// Whether the dashboard of a kind shows one of its resources: quotas stand on the dashboard of the fleet.
fn has_own_variables(kind: Kind) -> bool {
    kind != Kind::QUOTA
}

/// A link from a table cell that has the value of a dimension; `None` for a dimension that the kind lacks.
///
/// The table has the columns `Account` and `Region`; time, data source and job stay as they are.
pub(super) fn link(kind: Kind, dimension: &str) -> Option<Value> {
    (has_own_variables(kind) && kind.dimensions.contains(&dimension)).then(|| {
        let (place, variable) = (of(kind), noun::variable(dimension));
        json!({
            "title": format!("Dashboard of {}", kind.title),
            "url": format!(
                "/d/{place}?${{datasource:queryparam}}&${{job:queryparam}}&var-account=${{__data.fields.Account}}\
                 &var-region=${{__data.fields.Region}}&var-{variable}=${{__value.raw}}&${{__url_time_range}}"
            ),
        })
    })
}
