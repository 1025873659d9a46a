//! What fails in one account and region, with cause and remedy.

use std::fmt::{self, Display, Formatter};

use serde::{Deserialize, Serialize};

/// The calls of one account and region that fail.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ScopeFailures {
    /// The account's name in the configuration.
    pub account: String,
    /// The region.
    pub region: String,
    /// Whether no listing has succeeded since the start.
    pub never_listed: bool,
    /// Each cause once.
    pub calls: Vec<CallFailure>,
}

/// Why a call fails that has not succeeded since.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CallFailure {
    /// The operation, as AWS names it.
    pub operation: String,
    /// What is wrong, with AWS's message.
    pub cause: String,
    /// What to do about it.
    pub remedy: String,
}

impl ScopeFailures {
    /// One line for each cause, not escaped.
    pub fn lines(&self) -> impl Iterator<Item = String> {
        self.calls.iter().map(|call| {
            let Self { account, region, never_listed, .. } = self;
            let CallFailure { operation, cause, remedy } = call;
            let what = if *never_listed { "nothing could be listed" } else { &format!("{operation} fails") };
            format!("{what} in {account}/{region}: {cause}; {remedy}")
        })
    }
}

impl Display for ScopeFailures {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        text.write_str(&self.lines().collect::<Vec<_>>().join("; "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_names_what_fails_where_why_and_what_to_do() {
        let check = |never_listed, expected: &str| {
            let [operation, cause, remedy] = ["GetMetricData", "no AWS credentials found", "set AWS_PROFILE"];
            let [operation, cause, remedy] = [operation, cause, remedy].map(str::to_owned);
            let calls = vec![CallFailure { operation, cause, remedy }];
            let failures = ScopeFailures { account: "default".into(), region: "eu-west-1".into(), never_listed, calls };
            assert_eq!(failures.to_string(), expected);
        };
        let rest = "in default/eu-west-1: no AWS credentials found; set AWS_PROFILE";
        check(true, &format!("nothing could be listed {rest}"));
        check(false, &format!("GetMetricData fails {rest}"));
    }
}
