//! Reads the connection limit from a parameter group, if it is set there.

use aws_sdk_rds::operation::describe_db_cluster_parameters::DescribeDBClusterParametersError;
use aws_sdk_rds::operation::describe_db_parameters::DescribeDBParametersError;
use aws_sdk_rds::types::Parameter;

use super::clients::Target;
use super::failure::Failure;
use super::permission::permission;
use crate::resource::{GroupName, Lister, Setting};

/// Only parameters that users set; the others are hundreds of defaults and formulas.
const SOURCE: &str = "user";

/// The limit of pages of one group, which has a few hundred parameters. It ends a loop of markers.
const MAX_PAGES: usize = 20;

/// The names of the connection limit in all engines.
const NAMES: [&str; 3] = ["max_connections", "processes", SQLSERVER];

/// SQL Server's connection limit; 0 means its default:
/// <https://learn.microsoft.com/sql/database-engine/configure-windows/configure-the-user-connections-server-configuration-option>.
const SQLSERVER: &str = "user connections";

/// One page of a group and the marker of the next one.
type ParameterPage = Result<(Vec<Parameter>, Option<String>), Failure>;

impl Target {
    /// The connection limit that a parameter group sets.
    ///
    /// # Errors
    /// The failure of any page.
    pub async fn max_connections(&self, group: &GroupName) -> Result<Setting, Failure> {
        let mut marker = None;
        for _ in 0..MAX_PAGES {
            let (parameters, next) = if group.lister == Lister::Clusters {
                self.cluster_parameters(&group.name, marker).await?
            } else {
                self.instance_parameters(&group.name, marker).await?
            };
            let setting = parameters.iter().find_map(setting);
            marker = next.filter(|marker| !marker.is_empty());
            if setting.is_some() || marker.is_none() {
                return Ok(setting.unwrap_or(Setting::Unset));
            }
        }
        Err(self.exceeded(operation(group.lister), format!("more than {MAX_PAGES} pages")))
    }

    async fn instance_parameters(&self, group: &str, marker: Option<String>) -> ParameterPage {
        let operation = operation(Lister::Instances);
        let reporter = self.reporter::<DescribeDBParametersError>(operation);
        let call = self.rds.describe_db_parameters().db_parameter_group_name(group).source(SOURCE).set_marker(marker);
        let page = self.limiters.rds.call(operation, call.customize().interceptor(reporter).send()).await?;
        Ok((page.parameters.unwrap_or_default(), page.marker))
    }

    async fn cluster_parameters(&self, group: &str, marker: Option<String>) -> ParameterPage {
        let operation = operation(Lister::Clusters);
        let reporter = self.reporter::<DescribeDBClusterParametersError>(operation);
        let call = self.rds.describe_db_cluster_parameters().db_cluster_parameter_group_name(group);
        let call = call.source(SOURCE).set_marker(marker);
        let page = self.limiters.rds.call(operation, call.customize().interceptor(reporter).send()).await?;
        Ok((page.parameters.unwrap_or_default(), page.marker))
    }
}

pub(super) const fn operation(lister: Lister) -> &'static str {
    match lister {
        Lister::Instances | Lister::Proxies => "DescribeDBParameters",
        Lister::Clusters => "DescribeDBClusterParameters",
    }
}

/// The IAM action that reads the parameter groups of what a lister returns.
#[must_use]
pub fn parameters_permission(lister: Lister) -> String {
    permission(operation(lister))
}

/// The setting of a parameter, if it is the connection limit.
fn setting(parameter: &Parameter) -> Option<Setting> {
    let name = parameter.parameter_name().filter(|name| NAMES.contains(name))?;
    let text = parameter.parameter_value()?.trim();
    Some(match text.parse::<u32>() {
        Ok(0) if name == SQLSERVER => Setting::Unset,
        Ok(number) if number > 0 => Setting::Number(number.into()),
        _ => Setting::formula(text),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_formulas_are_distinguished() {
        let check = |name: &str, value: &str, expected: Option<Setting>| {
            let parameter = Parameter::builder().parameter_name(name).parameter_value(value).build();
            assert_eq!(setting(&parameter), expected, "{name} = {value}");
        };
        let formula = |text: &str| Some(Setting::Formula(text.to_owned()));
        check("max_connections", "500", Some(Setting::Number(500.0)));
        check("processes", "1200", Some(Setting::Number(1200.0)));
        check("user connections", "0", Some(Setting::Unset));
        check("max_connections", "0", formula("0"));
        check("max_connections", " {DBInstanceVCPU*50} ", formula("{DBInstanceVCPU*50}"));
        check("max_connections", &"9".repeat(255), formula(&"9".repeat(255)));
        check("max_connections", &"9".repeat(256), formula(""));
        check("work_mem", "500", None);
        assert_eq!(setting(&Parameter::builder().parameter_name("max_connections").build()), None);
    }
}
