//! What is looked for: the services whose resources are listed and whose metrics are queried.

use crate::catalog::Catalog;
use crate::resource::SERVICES;

/// The services as shipped: others cost money, so that each must be asked for.
const AS_SHIPPED: &str = "rds";

/// The catalogue of the services as shipped.
pub(super) fn as_shipped() -> Catalog {
    let shipped: Vec<_> = SERVICES.iter().copied().filter(|service| service.name == AS_SHIPPED).collect();
    Catalog::of(&shipped)
}
