//! What `DescribeDBProxies` returns of a proxy, and the description that it makes.

use super::field::{arn_location, text};
use crate::resource::{Described, Engine, Facts, Figures, Kind, Lister, Tags, Text};

/// An entry of `DBProxies`; each field is what AWS calls it.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct Proxy {
    pub name: Option<String>,
    pub arn: Option<String>,
    pub engine_family: Option<String>,
    pub status: Option<String>,
}

impl Proxy {
    /// The proxy without tags, which are listed separately; `None` where it has no name.
    ///
    /// Its engine family tells what clients talk to it in, not which engine runs behind it.
    #[must_use]
    pub fn described(self) -> Option<Described> {
        let arn = text(self.arn).unwrap_or_default();
        let (region, account_id) = arn_location(&arn);
        Some(Described {
            kind: Kind::listed(Lister::Proxies, Engine::Other)?,
            arn,
            account_id,
            region,
            id: text(self.name)?,
            further_ids: Vec::new(),
            resource_id: None,
            cluster: None,
            members: Vec::new(),
            engine: Engine::Other,
            engine_name: text(self.engine_family).unwrap_or_default(),
            engine_version: Text::default(),
            class: Text::default(),
            status: text(self.status).unwrap_or_default(),
            tags: Tags::default(),
            facts: Facts::default(),
            figures: Figures::default(),
        })
    }
}
