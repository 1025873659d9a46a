//! `DescribeDBInstances`, `DescribeDBClusters` and the parameters of both: filters and pages.
//!
//! Reference: <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeDBInstances.html>.

use std::collections::BTreeMap;

use super::arn::{arn, resource_id};
use super::fleet::{Cluster, Instance, Proxy, Region};
use super::form::Form;
use super::refusal::Refusal;
use super::world::{Scope, World};
use super::xml::Xml;

mod describe;
pub(super) mod optional;

const NAMESPACE: &str = "http://rds.amazonaws.com/doc/2014-10-31/";
/// Records in one answer: the least and the most one may ask for; the most is what comes unasked.
const PAGE: (usize, usize) = (20, 100);

/// What the listing functions need.
struct View<'a> {
    world: &'a World,
    scope: &'a Scope,
    now: i64,
}

/// Answers `DescribeDBInstances`.
pub(super) fn instances(
    world: &World,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let empty = Region::default();
    let region = world.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["db-instance-id", "db-cluster-id", "dbi-resource-id", "engine", "domain"])?;
    let wanted = form.get("DBInstanceIdentifier").map(name_in);
    let fits = |(id, instance): &(&String, &Instance)| {
        let is = |filter: &str, value: &str| match filter {
            "db-instance-id" => value == *id,
            "db-cluster-id" => instance.cluster.as_deref() == Some(value),
            "dbi-resource-id" => instance_resource_id(scope, id, instance) == value,
            "engine" => value == instance.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && passes(&filters, is)
    };
    let found: BTreeMap<&String, &Instance> = region.instances.iter().filter(fits).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(Refusal::no_instance(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let view = View { world, scope, now };
    Ok(Xml::response("DescribeDBInstances", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBInstances", |xml| {
            for (id, instance) in page {
                xml.block("DBInstance", |xml| view.instance(xml, id, instance));
            }
        });
    }))
}

/// Answers `DescribeDBClusters`.
pub(super) fn clusters(
    world: &World,
    scope: &Scope,
    now: i64,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let empty = Region::default();
    let region = world.region(scope).unwrap_or(&empty);
    let filters = filters(form, &["clone-group-id", "db-cluster-id", "db-cluster-resource-id", "domain", "engine"])?;
    let wanted = form.get("DBClusterIdentifier").map(name_in);
    let fits = |(id, cluster): &(&String, &Cluster)| {
        let is = |filter: &str, value: &str| match filter {
            "db-cluster-id" => value == *id,
            "db-cluster-resource-id" => cluster_resource_id(scope, id, cluster) == value,
            "engine" => value == cluster.engine,
            _ => false,
        };
        wanted.as_ref().is_none_or(|wanted| wanted == *id) && passes(&filters, is)
    };
    let found: BTreeMap<&String, &Cluster> = region.clusters.iter().filter(fits).collect();
    if let Some(wanted) = wanted.filter(|_| found.is_empty()) {
        return Err(Refusal::no_cluster(&wanted));
    }
    let (page, marker) = page(&found, form)?;
    let mut members: BTreeMap<&str, Vec<(&str, &Instance)>> = BTreeMap::new();
    for (id, instance) in &region.instances {
        members.entry(instance.cluster.as_deref().unwrap_or_default()).or_default().push((id, instance));
    }
    let view = View { world, scope, now };
    Ok(Xml::response("DescribeDBClusters", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBClusters", |xml| {
            for (id, cluster) in page {
                let members = members.get(id.as_str()).map_or(&[][..], Vec::as_slice);
                xml.block("DBCluster", |xml| view.cluster(xml, id, cluster, members));
            }
        });
    }))
}

/// Answers `DescribeDBProxies`, which has no tags.
pub(super) fn proxies(world: &World, scope: &Scope, form: &Form, request_id: &str) -> Result<String, Refusal> {
    let region = world.region(scope);
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

/// The ARN of a proxy has an id instead of the name.
pub(super) fn proxy_arn(scope: &Scope, name: &str) -> String {
    arn(scope, "db-proxy", &resource_id(scope, "prx", name))
}

/// Answers `ListTagsForResource`, for proxies only: the listings of others have their tags.
pub(super) fn tags_of(world: &World, scope: &Scope, form: &Form, request_id: &str) -> Result<String, Refusal> {
    let wanted = form.get("ResourceName").unwrap_or_default();
    let mut proxies = world.region(scope).into_iter().flat_map(|region| &region.proxies);
    let found = proxies.find(|(name, _)| proxy_arn(scope, name) == wanted);
    let (_, proxy) = found.ok_or_else(|| Refusal::invalid_parameter(format!("Invalid resource name: {wanted}")))?;
    Ok(Xml::response("ListTagsForResource", NAMESPACE, request_id, |xml| describe::tags(xml, &proxy.tags)))
}

/// Answers `DescribeDBParameters`.
pub(super) fn instance_parameters(
    world: &World,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let instances = world.region(scope).into_iter().flat_map(|region| &region.instances);
    let groups = instances.map(|(id, instance)| (instance.parameter_group(id), &instance.parameters));
    parameters("DescribeDBParameters", "DBParameterGroupName", groups, form, request_id)
}

/// Answers `DescribeDBClusterParameters`.
pub(super) fn cluster_parameters(
    world: &World,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let clusters = world.region(scope).into_iter().flat_map(|region| &region.clusters);
    let groups = clusters.map(|(id, cluster)| (cluster.parameter_group(id), &cluster.parameters));
    parameters("DescribeDBClusterParameters", "DBClusterParameterGroupName", groups, form, request_id)
}

/// Everything in one page: only what somebody set can be asked for.
fn parameters<'a>(
    operation: &str,
    key: &str,
    mut groups: impl Iterator<Item = (String, &'a BTreeMap<String, String>)>,
    form: &Form,
    request_id: &str,
) -> Result<String, Refusal> {
    let wanted = form.get(key).unwrap_or_default();
    if form.get("Source") != Some("user") {
        return Err(Refusal::invalid_parameter("The simulated AWS knows only parameters whose source is user"));
    }
    let (_, parameters) = groups.find(|(name, _)| name == wanted).ok_or_else(|| Refusal::no_parameter_group(wanted))?;
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

fn instance_resource_id(scope: &Scope, id: &str, it: &Instance) -> String {
    it.resource_id.clone().unwrap_or_else(|| resource_id(scope, "db", id))
}

fn cluster_resource_id(scope: &Scope, id: &str, it: &Cluster) -> String {
    it.resource_id.clone().unwrap_or_else(|| resource_id(scope, "cluster", id))
}

/// The identifier in an ARN, or the identifier itself; AWS ignores case.
fn name_in(identifier: &str) -> String {
    identifier.rsplit(':').next().unwrap_or_default().to_ascii_lowercase()
}

type Filters = Vec<(String, Vec<String>)>;

fn filters(form: &Form, known: &[&str]) -> Result<Filters, Refusal> {
    let filters = form.filters();
    if let Some((name, _)) = filters.iter().find(|(name, _)| !known.contains(name)) {
        return Err(Refusal::invalid_parameter(format!("Unrecognized filter name: {name}")));
    }
    let plain = |value: &&str| value.rsplit(':').next().unwrap_or_default().to_owned();
    Ok(filters.into_iter().map(|(name, values)| (name.to_owned(), values.iter().map(plain).collect())).collect())
}

/// Every filter must be met by one of its values.
fn passes(filters: &Filters, is: impl Fn(&str, &str) -> bool) -> bool {
    filters.iter().all(|(name, values)| values.iter().any(|value| is(name, value)))
}

/// The records of one page by identifier, and the marker that asks for the next.
type Page<'a, T> = (Vec<(&'a String, &'a T)>, Option<String>);

/// How a marker begins; the last identifier shown follows.
const MARKER: &str = "after-";

fn page<'a, T>(all: &BTreeMap<&'a String, &'a T>, form: &Form) -> Result<Page<'a, T>, Refusal> {
    let (least, most) = PAGE;
    let asked = form.get("MaxRecords").map_or(Some(most), |text| text.parse().ok());
    let size = asked.filter(|size| (least..=most).contains(size)).ok_or_else(|| {
        let value = form.get("MaxRecords").unwrap_or_default();
        Refusal::invalid_parameter(format!("Invalid value {value} for MaxRecords. Must be between {least} and {most}"))
    })?;
    let marker = form.get("Marker").filter(|marker| !marker.is_empty()).map(|marker| marker.strip_prefix(MARKER));
    let after = marker.map(|id| id.ok_or_else(|| Refusal::invalid_parameter("Invalid marker"))).transpose()?;
    let mut rest = all.iter().filter(|(id, _)| after.is_none_or(|after| id.as_str() > after));
    let page: Vec<_> = rest.by_ref().take(size).map(|(id, it)| (*id, *it)).collect();
    let marker = page.last().filter(|_| rest.next().is_some()).map(|(id, _)| format!("{MARKER}{id}"));
    Ok((page, marker))
}
