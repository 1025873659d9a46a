//! Everybody who may say a level for one resource, gathered once and heard for each metric.

use super::chain::Chain;
use super::tags::{self, Tagged};
use super::{Source, defaults, denominator};
use crate::catalog::Alert;
use crate::config::selection::Selected;
use crate::config::{Config, DefaultsMode, Override};
use crate::level::Written;
use crate::resource::Resource;

/// The sources of one resource.
pub(super) struct Sources<'a> {
    resource: &'a Resource,
    /// Its own tags.
    pub(super) own: Tagged,
    /// Those of its cluster, as they hold for it.
    pub(super) inherited: Tagged,
    overrides: Vec<&'a Override>,
    defaults: DefaultsMode,
    severities: usize,
}

impl<'a> Sources<'a> {
    pub(super) fn gather(
        resource: &'a Resource,
        cluster: Option<&Resource>,
        config: &'a Config,
        account: &str,
    ) -> Self {
        let own = tags::read(resource, resource, config);
        let inherited = cluster.map(|cluster| tags::read(cluster, resource, config)).unwrap_or_default();
        let defaults = match config.defaults_mode(resource, cluster, account) {
            DefaultsMode::Tagged if !own.carries_ours && !inherited.carries_ours => DefaultsMode::Off,
            mode => mode,
        };
        let overrides = config.overrides_for(resource, cluster);
        Self { resource, own, inherited, overrides, defaults, severities: config.severities.len() }
    }

    /// Whether a tag or an override wants a level for the metric, readable or not.
    pub(super) fn names(&self, metric: &str) -> bool {
        let tagged = self.own.named.contains(metric) || self.inherited.named.contains(metric);
        tagged || self.overridden(metric).any(|written| *written != Written::Off)
    }

    /// Whether tags alone switch the metric off, and the chain of everybody who spoke of it.
    pub(super) fn speak(&self, selected: &Selected, alert: &Alert) -> (bool, Chain) {
        let row = selected.row;
        let mut chain = Chain::new(row, alert.bad, self.severities, denominator::of(row, self.resource));
        for (tagged, source) in [(&self.own, Source::ResourceTag), (&self.inherited, Source::ClusterTag)] {
            if let Some(saying) = tagged.sayings.get(row.metric) {
                chain.hear(saying, source);
            }
        }
        let off_by_tags = chain.is_off();
        for written in self.overridden(row.metric) {
            chain.hear_written(written, Source::Override);
        }
        if let Some(written) = &selected.threshold {
            chain.hear_written(written, Source::Configured);
        }
        if let Some(levels) = row.default_levels(self.resource) {
            chain.hear_defaults(&defaults::by_severity(levels, self.defaults, self.severities));
        }
        (off_by_tags, chain)
    }

    /// What overrides say of the metric, strongest first.
    fn overridden(&self, metric: &str) -> impl Iterator<Item = &'a Written> {
        let said = self.overrides.iter().flat_map(|applied| &applied.thresholds);
        said.filter(move |(named, _)| *named == metric).map(|(_, written)| written)
    }
}
