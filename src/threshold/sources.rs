//! Everybody who may say a level for one resource, gathered once and heard for each metric.

use super::chain::Chain;
use super::guard::{self, Bounded, MuteBound, MuteBounds, Said};
use super::saying::Word;
use super::tags::{self, Tagged};
use super::{Issue, Source, Voice, defaults, denominator};
use crate::catalog::{Alert, MetricId, Row};
use crate::config::selection::{Selected, Selection};
use crate::config::{Config, DefaultsMode, Guard, Override};
use crate::level::{Reason, Written};
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
    severities: &'a [String],
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
        Self { resource, own, inherited, overrides, guards, defaults, severities: &config.severities }
    }

    /// Whether a tag or an override wants a level for the metric, readable or not.
    pub(super) fn names(&self, row: &Row) -> bool {
        let tagged = self.own.named.contains(row.metric) || self.inherited.named.contains(row.metric);
        tagged || self.overridden(row).any(|written| *written != Written::Off)
    }

    /// Takes out what tags say of metrics that are asked only for their sake, beyond as many as a guard allows.
    pub(super) fn limit_extra_metrics(&mut self, selection: &Selection) -> Vec<Issue> {
        let allowed = self.guards.iter().find_map(|guard| guard.extra_metrics.map(|allowed| (*guard, allowed)));
        let Some((guard, allowed)) = allowed else { return Vec::new() };
        let extra = selection.polled().filter(|selected| self.is_extra(selected)).map(|selected| selected.row.metric);
        let beyond: Vec<_> = extra.skip(allowed).collect();
        let most = format!("allows tags to ask for {allowed} metrics that are not asked for otherwise");
        let mut issues = Vec::new();
        for tagged in [&mut self.own, &mut self.inherited] {
            for metric in &beyond {
                tagged.named.remove(metric);
                tagged.sayings.remove(metric);
                let claims = tagged.claims.remove(metric).unwrap_or_default();
                issues.extend(guard::blamed(guard, &most, claims.iter().filter(|claim| claim.gives_level())));
            }
        }
        issues
    }

    /// How long a guard lets tags mute the metric.
    pub(super) fn longest_mute(&self, metric: &'static str) -> Option<MuteBound<'a>> {
        guard::longest_mute(&self.guards, MetricId::of(self.resource.kind, metric))
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
        let asked = selected.polled_by_default && row.publishes_on(self.resource);
        let wanted = || self.overridden(row).any(|written| *written != Written::Off);
        let has_level = || row.alert.is_some_and(|alert| !self.hear(selected, &alert, &[]).is_empty());
        named && row.can_exist_on(self.resource) && !asked && !wanted() && !has_level()
    }

    /// Everybody who speaks of the metric.
    pub(super) fn speak(&self, selected: &Selected, alert: &Alert) -> Chain {
        let row = selected.row;
        let mut tags = self.said(row.metric);
        match guard::of(&self.guards, row.id()) {
            Some(bounded) => self.speak_bounded(selected, alert, &mut tags, bounded),
            None => self.hear(selected, alert, &tags),
        }
    }

    /// The same, with tags heard only as far as a guard lets them.
    fn speak_bounded(
        &self,
        selected: &Selected,
        alert: &Alert,
        tags: &mut [(Said, Source)],
        (guard, bound): Bounded,
    ) -> Chain {
        let row = selected.row;
        let whole = denominator::of(row, self.resource);
        let mut issues: Vec<Issue> = Vec::new();
        for (said, _) in tags.iter_mut() {
            issues.extend(guard::bind((guard, bound), (row, whole), self.severities, said));
        }
        let mut heard = self.hear(selected, alert, tags);
        if !bound.may_be_off && heard.is_empty() {
            issues.extend(tags.iter_mut().flat_map(|(said, _)| guard::unblank(guard, row, said)));
            heard = self.hear(selected, alert, tags);
        }
        // A level of a tag may leave no room in the ladder for a required one.
        let without = || self.hear(selected, alert, &[]);
        if !heard.has_all(&bound.required)
            && let Some(untagged) = Some(without()).filter(|chain| chain.has_all(&bound.required))
        {
            let wanting = tags.iter().flat_map(|(said, _)| said.claims).filter(|claim| claim.gives_level());
            let required: Vec<&str> =
                bound.required.iter().map(|severity| self.severities[*severity].as_str()).collect();
            let allowed = format!("requires a {} level, for which this one leaves no room", required.join(" and a "));
            issues.extend(guard::blamed(guard, &allowed, wanting));
            heard = untagged;
        }
        heard.issues.extend(issues);
        let missing: Vec<&str> = heard.unsaid(self.required(selected.row)).map(|at| &*self.severities[at]).collect();
        heard.issues.extend(
            Some(missing)
                .filter(|missing| !missing.is_empty())
                .map(|missing| guard::missing(guard, selected.row, &missing)),
        );
        heard
    }

    /// The severities of which a guard wants a level, whether tags speak of the metric or not.
    fn required(&self, row: &Row) -> &'a [usize] {
        let bounded = guard::of(&self.guards, row.id()).filter(|_| row.may_publish_on(self.resource));
        bounded.map_or(&[], |(_, bound)| &bound.required)
    }

    /// What cannot be used here of the cluster's tags, unless the resource's own have said all.
    pub(super) fn inherited_issues(&self, metric: &'static str) -> impl Iterator<Item = &Issue> {
        let is_decided = self.own.sayings.get(metric).is_some_and(|saying| !saying.contains(&Word::Silent));
        self.inherited.issues_by_whole(metric).filter(move |_| !is_decided)
    }

    /// The severities of which the metric would have levels if no tag took any away.
    pub(super) fn severities_without_off(&self, selected: &Selected, alert: &Alert) -> Vec<usize> {
        let mut tags = self.said(selected.row.metric);
        let words = tags.iter_mut().flat_map(|(said, _)| &mut said.saying);
        words.filter(|word| **word == Word::Blank).for_each(|word| *word = Word::Silent);
        self.hear(selected, alert, &tags).thresholds().map(|threshold| threshold.severity).collect()
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
    fn hear(&self, selected: &Selected, alert: &Alert, tags: &[(Said, Source)]) -> Chain {
        let (row, severities) = (selected.row, self.severities.len());
        let mut chain = Chain::new(row, alert.bad, severities, denominator::whole(row, self.resource));
        for (said, source) in tags {
            chain.hear(&said.saying, *source, |severity| tags::said(said.claims, severity));
        }
        for written in self.overridden(row) {
            chain.hear_written(written, Source::Override);
        }
        if let Some(written) = selected.threshold.as_ref().filter(|_| row.may_publish_on(self.resource)) {
            chain.hear_written(written, Source::Configured);
        }
        if let Some(levels) = row.default_levels(self.resource) {
            let heard = defaults::by_severity(levels, self.defaults, severities, self.required(row));
            chain.hear_defaults(&heard, levels.source);
        }
        let left_out: Vec<Issue> =
            chain.left_out().flat_map(|(voice, heard)| self.left_out(row.metric, voice, heard)).collect();
        chain.issues.extend(left_out);
        chain
    }

    /// An issue with each key that gives a level which does not go with one that is heard before it.
    fn left_out(&self, metric: &'static str, voice: &Voice, heard: &Voice) -> Vec<Issue> {
        let [level, other] = [voice, heard].map(|voice| &self.severities[voice.severity]);
        let advice = format!(
            "Write a {level} level beside `{}` ({}), or change one of them: the {level} level here would be crossed \
             before the {other} level there.",
            heard.said,
            heard.source.name(),
        );
        let issues = match voice.source {
            Source::ClusterTag => {
                let claims = self.inherited.claims.get(metric).map_or(&[][..], Vec::as_slice);
                tags::heard(claims, voice.severity).map(|claim| claim.refused(Reason::WrongOrder)).collect()
            }
            source => vec![Issue::configured(source, metric, &voice.said, Reason::WrongOrder)],
        };
        issues.into_iter().map(|issue| issue.advising(advice.clone())).collect()
    }

    /// What overrides say of the metric, strongest first; those for many speak only where Describe does not deny it.
    fn overridden(&self, row: &Row) -> impl Iterator<Item = &'a Written> {
        let may_be_meant = row.may_publish_on(self.resource);
        let speaking = self.overrides.iter().filter(move |applied| may_be_meant || applied.names_its_resource());
        let said = speaking.flat_map(|applied| &applied.thresholds);
        said.filter(move |(named, _)| *named == row.id()).map(|(_, written)| written)
    }
}
