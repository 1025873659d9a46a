//! The processors that were ordered for an instance.

use serde::Deserialize;

use crate::resource::Processors;

/// An entry of `ProcessorFeatures`.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[expect(missing_docs, reason = "AWS's names, documented at AWS")]
pub struct ProcessorFeature {
    pub name: Option<String>,
    pub value: Option<String>,
}

/// What was ordered of cores and threads; other features, and counts that are no numbers, are left out.
pub(super) fn ordered(features: &[ProcessorFeature]) -> Processors {
    let count = |name| {
        let feature = features.iter().find(|feature| feature.name.as_deref() == Some(name))?;
        feature.value.as_ref()?.parse::<u32>().ok().filter(|count| *count > 0)
    };
    Processors { cores: count("coreCount"), threads_per_core: count("threadsPerCore") }
}
