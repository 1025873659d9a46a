//! Reads from a DB parameter group the connection limit that somebody set as a number.

use aws_sdk_rds::operation::describe_db_parameters::DescribeDBParametersError;
use aws_sdk_rds::types::Parameter;

use super::clients::Target;
use super::failure::Failure;

const OPERATION: &str = "DescribeDBParameters";

/// Only what people set: the rest are defaults, hundreds of them, and formulas.
const SOURCE: &str = "user";

/// Pages of one group: AWS allows a few hundred parameters; a marker that goes round must end.
const PAGES: usize = 20;

/// What the engines call their connection limit.
const NAMES: [&str; 3] = ["max_connections", "processes", "user connections"];

impl Target {
    /// The connection limit set in a DB parameter group; `None` when nobody set one or what they set is a formula.
    ///
    /// # Errors
    /// The failure of any page.
    pub async fn max_connections(&self, group: &str) -> Result<Option<f64>, Failure> {
        let mut marker = None;
        for _ in 0..PAGES {
            let call =
                self.rds.describe_db_parameters().db_parameter_group_name(group).source(SOURCE).set_marker(marker);
            let reporter = self.reporter::<DescribeDBParametersError>(OPERATION);
            let page = self.rds_lanes.call(OPERATION, call.customize().interceptor(reporter).send()).await?;
            let limit = page.parameters().iter().find_map(limit);
            marker = page.marker().filter(|marker| !marker.is_empty()).map(str::to_owned);
            if limit.is_some() || marker.is_none() {
                return Ok(limit);
            }
        }
        Err(Failure::too_many_pages(OPERATION, PAGES))
    }
}

/// SQL Server's 0 means its own maximum, which needs no saying.
fn limit(parameter: &Parameter) -> Option<f64> {
    let is_limit = NAMES.contains(&parameter.parameter_name()?);
    let number = parameter.parameter_value()?.trim().parse::<u32>().ok();
    number.filter(|number| is_limit && *number > 0).map(f64::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_count_and_formulas_do_not() {
        let check = |name: &str, value: &str, expected: Option<f64>| {
            let parameter = Parameter::builder().parameter_name(name).parameter_value(value).build();
            assert_eq!(limit(&parameter), expected, "{name} = {value}");
        };
        check("max_connections", "500", Some(500.0));
        check("processes", "1200", Some(1200.0));
        check("user connections", "0", None);
        check("max_connections", "LEAST({DBInstanceClassMemory/9531392},5000)", None);
        check("work_mem", "500", None);
        assert_eq!(limit(&Parameter::builder().parameter_name("max_connections").build()), None);
    }
}
