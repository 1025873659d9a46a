//! Operations of RDS that only some callers may use.

use std::collections::BTreeMap;

use super::describe::time;
use super::{NAMESPACE, page};
use crate::sim::arn::arn;
use crate::sim::error_response::ErrorResponse;
use crate::sim::fleet::{BlueGreenDeployment, Event, Lifecycle, Maintenance};
use crate::sim::form::Form;
use crate::sim::scope::Scope;
use crate::sim::simulation::Simulation;
use crate::sim::xml::Xml;

/// Responds to `DescribePendingMaintenanceActions`, which names resources by their ARNs.
pub(in crate::sim) fn maintenance(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let mut pending: BTreeMap<String, &Vec<Maintenance>> = BTreeMap::new();
    if let Some(region) = simulation.region(scope) {
        let instances = region.instances.iter().map(|(id, it)| (arn(scope, "db", id), &it.maintenance));
        let clusters = region.clusters.iter().map(|(id, it)| (arn(scope, "cluster", id), &it.maintenance));
        pending.extend(instances.chain(clusters).filter(|(_, actions)| !actions.is_empty()));
    }
    let pending: BTreeMap<&String, &Vec<Maintenance>> = pending.iter().map(|(arn, actions)| (arn, *actions)).collect();
    let (page, marker) = page(&pending, form)?;
    Ok(Xml::response("DescribePendingMaintenanceActions", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("PendingMaintenanceActions", |xml| {
            for (arn, actions) in page {
                xml.block("ResourcePendingMaintenanceActions", |xml| {
                    xml.leaf("ResourceIdentifier", arn);
                    xml.block("PendingMaintenanceActionDetails", |xml| {
                        for action in actions {
                            xml.block("PendingMaintenanceAction", |xml| write(xml, action));
                        }
                    });
                });
            }
        });
    }))
}

fn write(xml: &mut Xml, it: &Maintenance) {
    xml.leaf("Action", &it.action);
    xml.leaf_if("AutoAppliedAfterDate", it.auto_applied_after.map(time));
    xml.leaf_if("ForcedApplyDate", it.forced_apply.map(time));
    xml.leaf_if("CurrentApplyDate", it.current_apply.map(time));
    xml.leaf_if("OptInStatus", it.opt_in.as_ref());
}

/// Responds to `DescribeDBMajorEngineVersions`.
pub(in crate::sim) fn lifecycles(
    simulation: &Simulation,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let key = |lifecycle: &Lifecycle| format!("{}/{}", lifecycle.engine, lifecycle.version);
    let versions: BTreeMap<String, &Lifecycle> = simulation.fleet.lifecycles.iter().map(|it| (key(it), it)).collect();
    let versions: BTreeMap<&String, &Lifecycle> = versions.iter().map(|(key, it)| (key, *it)).collect();
    let (page, marker) = page(&versions, form)?;
    Ok(Xml::response("DescribeDBMajorEngineVersions", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("DBMajorEngineVersions", |xml| {
            for (_, lifecycle) in page {
                xml.block("DBMajorEngineVersion", |xml| write_lifecycle(xml, lifecycle));
            }
        });
    }))
}

fn write_lifecycle(xml: &mut Xml, it: &Lifecycle) {
    xml.leaf("Engine", &it.engine);
    xml.leaf("MajorEngineVersion", &it.version);
    let standard = ("open-source-rds-standard-support", it.standard_support_end);
    let extended = it.extended_support_end.map(|end| ("open-source-rds-extended-support", end));
    xml.block("SupportedEngineLifecycles", |xml| {
        for (name, end) in std::iter::once(standard).chain(extended) {
            xml.block("SupportedEngineLifecycle", |xml| {
                xml.leaf("LifecycleSupportName", name);
                xml.leaf("LifecycleSupportEndDate", time(end));
            });
        }
    });
}

/// Responds to `DescribeAccountAttributes`, which has no pages.
pub(in crate::sim) fn quotas(simulation: &Simulation, scope: &Scope, request_id: &str) -> String {
    let region = simulation.region(scope);
    Xml::response("DescribeAccountAttributes", NAMESPACE, request_id, |xml| {
        xml.block("AccountQuotas", |xml| {
            for (name, quota) in region.into_iter().flat_map(|region| &region.quotas) {
                xml.block("AccountQuota", |xml| {
                    xml.leaf("AccountQuotaName", name);
                    xml.leaf("Used", quota.used);
                    xml.leaf("Max", quota.max);
                });
            }
        });
    })
}

/// Responds to `DescribeEvents` with those from `StartTime` to `EndTime`, both of which it requires.
pub(in crate::sim) fn events(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let second = |name: &str| {
        let time = form.get(name).and_then(|text| humantime::parse_rfc3339(text).ok());
        let since = time.and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
        let second = since.and_then(|since| i64::try_from(since.as_secs()).ok());
        second.ok_or_else(|| ErrorResponse::invalid_parameter(format!("Invalid value for {name}")))
    };
    let window = second("StartTime")?..=second("EndTime")?;
    let events = simulation.region(scope).into_iter().flat_map(|region| &region.events);
    let events = events.enumerate().filter(|(_, event)| window.contains(&event.date));
    let events: BTreeMap<String, &Event> =
        events.map(|(number, event)| (format!("{:012}-{number:06}", event.date), event)).collect();
    let events: BTreeMap<&String, &Event> = events.iter().map(|(key, event)| (key, *event)).collect();
    let (page, marker) = page(&events, form)?;
    Ok(Xml::response("DescribeEvents", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("Events", |xml| {
            for (_, event) in page {
                xml.block("Event", |xml| write_event(xml, scope, event));
            }
        });
    }))
}

fn write_event(xml: &mut Xml, scope: &Scope, event: &Event) {
    let kind = if event.source_type == "db-cluster" { "cluster" } else { "db" };
    xml.leaf("SourceIdentifier", &event.source);
    xml.leaf("SourceType", &event.source_type);
    xml.leaf("SourceArn", arn(scope, kind, &event.source));
    xml.leaf("Message", &event.message);
    xml.leaf("Date", time(event.date));
    xml.block("EventCategories", |xml| {
        for category in &event.categories {
            xml.leaf("EventCategory", category);
        }
    });
}

/// Responds to `DescribeBlueGreenDeployments`.
pub(in crate::sim) fn blue_green(
    simulation: &Simulation,
    scope: &Scope,
    form: &Form,
    request_id: &str,
) -> Result<String, ErrorResponse> {
    let deployments = simulation.region(scope).into_iter().flat_map(|region| &region.blue_green_deployments);
    let deployments: BTreeMap<&String, &BlueGreenDeployment> = deployments.collect();
    let (page, marker) = page(&deployments, form)?;
    Ok(Xml::response("DescribeBlueGreenDeployments", NAMESPACE, request_id, |xml| {
        xml.leaf_if("Marker", marker);
        xml.block("BlueGreenDeployments", |xml| {
            for (id, deployment) in page {
                xml.block("member", |xml| write_deployment(xml, scope, (id, deployment)));
            }
        });
    }))
}

/// <https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_DescribeBlueGreenDeployments.html>
fn write_deployment(xml: &mut Xml, scope: &Scope, (id, deployment): (&str, &BlueGreenDeployment)) {
    xml.leaf("BlueGreenDeploymentIdentifier", id);
    xml.leaf("Status", &deployment.status);
    xml.block("SwitchoverDetails", |xml| {
        for (source, target) in &deployment.members {
            xml.block("member", |xml| {
                xml.leaf("SourceMember", arn(scope, "db", source));
                xml.leaf("TargetMember", arn(scope, "db", target));
                xml.leaf("Status", &deployment.status);
            });
        }
    });
}
