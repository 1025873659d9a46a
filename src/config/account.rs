//! Accounts: credentials, regions, and which of their resources are watched.

use std::fmt;

use super::defaults_mode::DefaultsMode;
use super::filter::Filter;

/// One set of credentials and the regions it is used in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// The value of the label `account` on plimsoll's own series.
    pub name: String,
    /// The role to assume; `None` stays with the default chain.
    pub role_arn: Option<String>,
    /// The external id that the role's trust policy requires.
    pub external_id: Option<ExternalId>,
    /// The name of the role's sessions in CloudTrail; `None` is plimsoll's own.
    pub session_name: Option<String>,
    /// The id of the account if its metrics are queried through the monitoring account that it is linked to, which is the
    /// account of the default chain.
    pub source_account: Option<String>,
    /// Where its resources are looked for.
    pub regions: Regions,
    /// Which of its resources are watched.
    pub filter: Filter,
    /// Overrides `defaults` for this account.
    pub defaults: Option<DefaultsMode>,
}

/// The regions of an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Regions {
    /// The region of the default chain.
    OfChain,
    /// These; at least one.
    Named(Vec<String>),
    /// Every region that is enabled for the account, also those that are enabled later.
    Enabled,
}

/// An external id, which is a secret between the role's owner and whoever may assume the role: no output shows it.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalId(pub String);

impl fmt::Debug for ExternalId {
    fn fmt(&self, text: &mut fmt::Formatter<'_>) -> fmt::Result {
        text.write_str("ExternalId(hidden)")
    }
}

impl Account {
    /// The account of the AWS default credential chain.
    #[must_use]
    pub fn default_chain(regions: Regions) -> Self {
        Self {
            name: "default".to_owned(),
            role_arn: None,
            external_id: None,
            session_name: None,
            source_account: None,
            regions,
            filter: Filter::default(),
            defaults: None,
        }
    }
}

impl Regions {
    /// One region.
    #[must_use]
    pub fn one(name: &str) -> Self {
        Self::Named(vec![name.to_owned()])
    }
}
