//! The labels that each series of a resource has.

use crate::catalog::name::{dimension_label, tag_label};
use crate::config::Config;
use crate::resource::{Described, Role};
use crate::snapshot::labels;

/// The labels that tell a resource apart: identity, then routing tags.
pub(super) fn block(
    resource: &Described,
    role: Option<Role>,
    parent: Option<&Described>,
    config: &Config,
    with_arn: bool,
) -> Box<str> {
    let mut block = String::new();
    labels::push(&mut block, "account_id", &resource.account_id);
    for (dimension, value) in resource.dimensions() {
        labels::push(&mut block, &dimension_label(dimension), value);
    }
    labels::push(&mut block, "dimension_Role", role.map_or("", Role::dimension_value));
    if with_arn {
        labels::push(&mut block, "name", resource.arn_at_aws());
    }
    labels::push(&mut block, "region", &resource.region);
    push_tags(&mut block, &config.labels.tags, resource, parent);
    block.into()
}

/// Tags as labels, the resource's own before those that it inherits.
pub(super) fn push_tags(block: &mut String, keys: &[String], resource: &Described, parent: Option<&Described>) {
    for key in keys {
        let value = resource.tags.get(key).or_else(|| parent.and_then(|parent| parent.tags.get(key)));
        if let (Some(value), Some(label)) = (value, tag_label(key)) {
            labels::push(block, &label, value);
        }
    }
}
