//! Accounts: credentials and regions.

use super::defaults_mode::DefaultsMode;

/// One set of credentials and the regions it is used in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The value of the label `account` on plimsoll's own series.
    pub name: String,
    /// The role to assume; `None` stays with the default chain.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy requires.
    pub external_id: Option<String>,
    /// Empty means the default chain's region.
    pub regions: Vec<String>,
    /// Overrides `defaults` for this account.
    pub defaults: Option<DefaultsMode>,
}

impl Account {
    /// The account of the AWS default credential chain; without `regions`, the chain's own region is used.
    #[must_use]
    pub fn default_chain(regions: Vec<String>) -> Self {
        Self { name: "default".to_owned(), role_arn: None, external_id: None, regions, defaults: None }
    }
}
