//! Operations of RDS: instances, clusters, proxies, their tags and parameters, with filters and pages.
//!
//! Reference: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html>.

use std::collections::BTreeMap;

use super::arn::proxy_arn;
use super::error_response::ErrorResponse;
use super::fleet::{Cluster, Instance, Proxy, Region};
use super::form::Form;
use super::scope::Scope;
use super::simulation::Simulation;
use super::xml::Xml;

mod describe;
pub(super) mod optional;

use describe::{Describe, cluster_resource_id, instance_resource_id};

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";
/// The smallest and the largest page, in records; the largest is the default.
const PAGE_SIZE: (usize, usize) = (20, 100);

/// Responds to `DescribeDBInstances`.
pub(super) fn instances(
    simulation: &Simulation,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let empty = Region::default();
    let region = simulation.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["db-instance-id", "db-cluster-id", "dbi-resource-id", "engine", "domain"])?;
    let wanted = form.get("DBInstanceIdentifier").map(name_in);
    let matches = |(id, instance): &(&String, &Instance)| {
        let is = |filter: &str, value: &str| match filter {
            "db-instance-id" => value == *id,
            "db-cluster-id" => instance.cluster.as_deref() == Some(value),
            "dbi-resource-id" => instance_resource_id(scope, id, instance) == value,
            "engine" => value == instance.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && matches_all(&filters, is)
    };
    let found: BTreeMap<&String, &Instance> = region.instances.iter().filter(matches).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(ErrorResponse::no_instance(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let describe = Describe { simulation, scope, now };
    Ok(Xml::response("DescribeDBInstances", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBInstances", |xml| {
            for (id, instance) in page {
                xml.block("DBInstance", |xml| describe.instance(xml, id, instance));
            }
        });
    }))
}

/// Responds to `DescribeDBClusters`.
pub(super) fn clusters(
    simulation: &Simulation,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let empty = Region::default();
    let region = simulation.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["clone-group-id", "db-cluster-id", "db-cluster-resource-id", "domain", "engine"])?;
    let wanted = form.get("DBClusterIdentifier").map(name_in);
    let matches = |(id, cluster): &(&String, &Cluster)| {
        let is = |filter: &str, value: &str| match filter {
            "db-cluster-id" => value == *id,
            "db-cluster-resource-id" => cluster_resource_id(scope, id, cluster) == value,
            "engine" => value == cluster.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && matches_all(&filters, is)
    };
    let found: BTreeMap<&String, &Cluster> = region.clusters.iter().filter(matches).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(ErrorResponse::no_cluster(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let mut members: BTreeMap<&str, Vec<(&str, &Instance)>> = BTreeMap::new();
    for (id, instance) in &region.instances {
        members.entry(instance.cluster.as_deref().unwrap_or_default()).or_default().push((id, instance));
    }
    let describe = Describe { simulation, scope, now };
    Ok(Xml::response("DescribeDBClusters", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBClusters", |xml| {
            for (id, cluster) in page {
                let members = members.get(id.as_str()).map_or(&[][..], Vec::as_slice);
                xml.block("DBCluster", |xml| describe.cluster(xml, id, cluster, members));
            }
        });
    }))
}

/// Responds to `DescribeDBProxies`, whose response has no tags.
pub(super) fn proxies(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let region = simulation.region(scope);
    let all: BTreeMap<&String, &Proxy> = region.iter().flat_map(|region| &region.proxies).collect();
    let (page, marker) = page(&all, form)?;
    Ok(Xml::response("DescribeDBProxies", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBProxies", |xml| {
            for (name, proxy) in page {
                xml.block("member", |xml| {
                    xml.leaf("DBProxyName", name);
                    xml.leaf("DBProxyArn", proxy_arn(scope, name));
                    xml.leaf("EngineFamily", &proxy.engine_family);
                    xml.leaf("Status", &proxy.status);
                });
            }
        });
    }))
}

/// Responds to `ListTagsForResource`, for proxies only: other listings contain the tags.
pub(super) fn tags_of(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let wanted = form.get("ResourceName").unwrap_or_default();
    let mut proxies = simulation.region(scope).into_iter().flat_map(|region| &region.proxies);
    let found = proxies.find(|(name, _)| proxy_arn(scope, name) == wanted);
    let (_, proxy) =
        found.ok_or_else(|| ErrorResponse::invalid_parameter(format!("Invalid resource name: {wanted}")))?;
    Ok(Xml::response("ListTagsForResource", NAMESPACE, request_id, |xml| describe::tags(xml, &proxy.tags)))
}

/// Responds to `DescribeDBParameters`.
pub(super) fn instance_parameters(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let instances = simulation.region(scope).into_iter().flat_map(|region| &region.instances);
    let groups = instances.map(|(id, instance)| (instance.parameter_group(id), &instance.parameters));
    parameters("DescribeDBParameters", "DBParameterGroupName", groups, form, request_id)
}

/// Responds to `DescribeDBClusterParameters`.
pub(super) fn cluster_parameters(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let clusters = simulation.region(scope).into_iter().flat_map(|region| &region.clusters);
    let groups = clusters.map(|(id, cluster)| (cluster.parameter_group(id), &cluster.parameters));
    parameters("DescribeDBClusterParameters", "DBClusterParameterGroupName", groups, form, request_id)
}

/// All parameters of a group on one page; only those with the source `user` are known.
fn parameters<'a>(
    operation: &str,
    key: &str,
    mut groups: impl Iterator<Item = (String, &'a BTreeMap<String, String>)>,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let wanted = form.get(key).unwrap_or_default();
    if form.get("Source") != Some("user") {
        return Err(ErrorResponse::invalid_parameter("The simulated AWS knows only parameters whose source is user"));
    }
    let (_, parameters) =
        groups.find(|(name, _)| name == wanted).ok_or_else(|| ErrorResponse::no_parameter_group(wanted))?;
    Ok(Xml::response(operation, NAMESPACE, request_id, |xml| {
        xml.block("Parameters", |xml| {
            for (name, value) in parameters {
                xml.block("Parameter", |xml| {
                    xml.leaf("ParameterName", name);
                    xml.leaf("ParameterValue", value);
                    xml.leaf("Source", "user");
                });
            }
        });
    }))
}

/// The identifier in an ARN, or the identifier itself; AWS ignores case.
fn name_in(identifier: &str) -> String {
    identifier.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

type Filters = Vec<(String, Vec<String>)>;

fn filters(form: &Form, known: &[&str]) -> Result<Filters, ErrorResponse> {
    let filters = form.filters();
    if let Some((name, _)) = filters.iter().find(|(name, _)| !known.contains(name)) {
        return Err(ErrorResponse::invalid_parameter(format!("Unrecognized filter name: {name}")));
    }
    let plain = |value: &&str| value.rsplit(':').next().unwrap_or_default().to_owned();
    Ok(filters.into_iter().map(|(name, values)| (name.to_owned(), values.iter().map(plain).collect())).collect())
}

/// Whether one value of every filter matches.
fn matches_all(filters: &Filters, is: impl Fn(&str, &str) -> bool) -> bool {
    filters.iter().all(|(name, values)| values.iter().any(|value| is(name, value)))
}

/// The records of one page by identifier, and the marker of the next page.
type Page<'a, T> = (Vec<(&'a String, &'a T)>, Option<String>);

/// The prefix of a marker; the last identifier on the page follows.
const MARKER_PREFIX: &str = "after-";

fn page<'a, T>(all: &BTreeMap<&'a String, &'a T>, form: &Form) -> Result<Page<'a, T>, ErrorResponse> {
    let (least, most) = PAGE_SIZE;
    let requested = form.get("MaxRecords").map_or(Some(most), |text| text.parse().ok());
    let size = requested.filter(|size| (least..=most).contains(size)).ok_or_else(|| {
        let value = form.get("MaxRecords").unwrap_or_default();
        ErrorResponse::invalid_parameter(format!(
            "Invalid value {value} for MaxRecords. Must be between {least} and {most}"
        ))
    })?;
    let marker =
        form.get("Marker").filter(|marker| !marker.is_empty()).map(|marker| marker.strip_prefix(MARKER_PREFIX));
    let after = marker.map(|id| id.ok_or_else(|| ErrorResponse::invalid_parameter("Invalid marker"))).transpose()?;
    let mut rest = all.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
    let page: Vec<_> = rest.by_ref().take(size).map(|(id, record)| (*id, *record)).collect();
    let marker = page.last().filter(|_| rest.next().is_some()).map(|(id, _)| format!("{MARKER_PREFIX}{id}"));
    Ok((page, marker))
}
