//! Everybody who may say a level for one resource, gathered once and heard for each metric.

use super::chain::Chain;
use super::guard::{self, Bounded, MuteBound, MuteBounds, Said};
use super::saying::Word;
use super::tags::{self, Tagged};
use super::{Issue, Source, defaults, denominator, saying};
use crate::catalog::Alert;
use crate::config::selection::{Selected, Selection};
use crate::config::{Config, DefaultsMode, Guard, Override};
use crate::level::Written;
use crate::resource::Resource;

/// The sources of one resource.
pub(super) struct Sources<'a> {
    resource: &'a Resource,
    /// Its own tags.
    pub(super) own: Tagged<'a>,
    /// Those of its cluster, as they hold for it.
    pub(super) inherited: Tagged<'a>,
    overrides: Vec<&'a Override>,
    guards: Vec<&'a Guard>,
    defaults: DefaultsMode,
    severities: usize,
}

impl<'a> Sources<'a> {
    pub(super) fn gather(
        resource: &'a Resource,
        cluster: Option<&'a Resource>,
        config: &'a Config,
        account: &str,
    ) -> Self {
        let own = tags::read(resource, resource, config);
        let inherited = cluster.map(|cluster| tags::read(cluster, resource, config)).unwrap_or_default();
        let defaults = match config.defaults_mode(resource, cluster, account) {
            DefaultsMode::Tagged if !own.carries_ours && !inherited.carries_ours => DefaultsMode::Off,
            mode => mode,
        };
        let (overrides, guards) = (config.overrides_for(resource, cluster), config.guards_for(resource, cluster));
        Self { resource, own, inherited, overrides, guards, defaults, severities: config.severities.len() }
    }

    /// Whether a tag or an override wants a level for the metric, readable or not.
    pub(super) fn names(&self, metric: &str) -> bool {
        let tagged = self.own.named.contains(metric) || self.inherited.named.contains(metric);
        tagged || self.overridden(metric).any(|written| *written != Written::Off)
    }

    /// Takes out what tags say of metrics that are asked only for their sake, beyond as many as a guard allows.
    pub(super) fn limit_extra_metrics(&mut self, selection: &Selection) -> Vec<Issue> {
        let allowed = self.guards.iter().find_map(|guard| guard.extra_metrics.map(|allowed| (*guard, allowed)));
        let Some((guard, allowed)) = allowed else { return Vec::new() };
        let extra = selection.polled().filter(|selected| self.is_extra(selected)).map(|selected| selected.row.metric);
        let beyond: Vec<_> = extra.skip(allowed).collect();
        let mut issues = Vec::new();
        for tagged in [&mut self.own, &mut self.inherited] {
            for metric in &beyond {
                tagged.named.remove(metric);
                tagged.sayings.remove(metric);
                let claims = tagged.claims.remove(metric).unwrap_or_default();
                issues.extend(guard::blamed(guard, &claims, saying::wants_level));
            }
        }
        issues
    }

    /// How long a guard lets tags mute the metric.
    pub(super) fn longest_mute(&self, metric: &str) -> Option<MuteBound<'a>> {
        guard::longest_mute(&self.guards, metric)
    }

    /// The same of every metric that a mute for all is about.
    pub(super) fn longest_mutes(&self, selection: &Selection) -> MuteBounds<'a> {
        let rows = selection.metrics.iter().map(|selected| selected.row);
        let concerned = rows.filter(|row| row.alert.is_some() && tags::can_be_about(self.resource, row));
        concerned.map(|row| (row.metric, self.longest_mute(row.metric))).collect()
    }

    /// Whether the metric is asked for this resource only because a tag names it.
    fn is_extra(&self, selected: &Selected) -> bool {
        let row = selected.row;
        let named = self.own.named.contains(row.metric) || self.inherited.named.contains(row.metric);
        let asked = selected.asked_without_level && row.publishes_on(self.resource);
        let wanted = || self.overridden(row.metric).any(|written| *written != Written::Off);
        let has_level = || row.alert.is_some_and(|alert| !self.hear(selected, &alert, &[]).1.is_empty());
        named && row.can_exist_on(self.resource) && !asked && !wanted() && !has_level()
    }

    /// Whether tags alone switch the metric off, and the chain of everybody who spoke of it.
    pub(super) fn speak(&self, selected: &Selected, alert: &Alert) -> (bool, Chain) {
        let row = selected.row;
        let mut tags = self.said(row.metric);
        match guard::of(&self.guards, row.metric) {
            Some(bounded) if !tags.is_empty() => self.speak_bounded(selected, alert, &mut tags, bounded),
            _ => self.hear(selected, alert, &tags),
        }
    }

    /// The same, with tags heard only as far as a guard lets them.
    fn speak_bounded(
        &self,
        selected: &Selected,
        alert: &Alert,
        tags: &mut [(Said, Source)],
        (guard, bound): Bounded,
    ) -> (bool, Chain) {
        let whole = denominator::of(selected.row, self.resource);
        let mut issues: Vec<Issue> = Vec::new();
        for (said, _) in tags.iter_mut() {
            issues.extend(guard::bind((guard, bound), selected.row, whole, said));
        }
        let mut heard = self.hear(selected, alert, tags);
        if !bound.may_be_off && heard.1.is_empty() {
            issues.extend(tags.iter_mut().flat_map(|(said, _)| guard::unblank(guard, said)));
            heard = self.hear(selected, alert, tags);
        }
        // A level of a tag may leave no room in the ladder for a required one.
        let without = || self.hear(selected, alert, &[]);
        if !heard.1.has_all(&bound.required)
            && let Some(untagged) = Some(without()).filter(|(_, chain)| chain.has_all(&bound.required))
        {
            issues.extend(tags.iter().flat_map(|(said, _)| guard::blamed(guard, said.claims, saying::wants_level)));
            heard = untagged;
        }
        heard.1.issues.extend(issues);
        heard
    }

    /// The severities of which the metric would have levels if no tag took any away.
    pub(super) fn severities_without_off(&self, selected: &Selected, alert: &Alert) -> Vec<usize> {
        let mut tags = self.said(selected.row.metric);
        let words = tags.iter_mut().flat_map(|(said, _)| &mut said.saying);
        words.filter(|word| **word == Word::Blank).for_each(|word| *word = Word::Silent);
        self.hear(selected, alert, &tags).1.thresholds().map(|threshold| threshold.severity).collect()
    }

    /// What tags say of the metric, the resource's own first.
    fn said(&self, metric: &str) -> Vec<(Said<'_>, Source)> {
        let tags = [(&self.own, Source::ResourceTag), (&self.inherited, Source::ClusterTag)];
        let said = tags.into_iter().filter_map(|(tagged, source)| {
            let saying = tagged.sayings.get(metric)?.clone();
            Some((Said { saying, claims: tagged.claims.get(metric)? }, source))
        });
        said.collect()
    }

    /// Everybody in turn, beginning with these tags.
    fn hear(&self, selected: &Selected, alert: &Alert, tags: &[(Said, Source)]) -> (bool, Chain) {
        let row = selected.row;
        let mut chain = Chain::new(row, alert.bad, self.severities, denominator::whole(row, self.resource));
        for (said, source) in tags {
            chain.hear(&said.saying, *source);
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
