//! Guards that do not let tags disable levels. What a guard refuses counts as not written.

use super::violation::{Rule, Violation};
use super::{Guards, Sources};
use crate::catalog::Row;
use crate::config::selection::{Selected, Selection};
use crate::config::{Bound, Guard};

impl<'a> Guards<'a> {
    /// Stops using that tags disable levels where a guard does not allow it.
    pub(in super::super) fn refuse_off<'s>(
        &self,
        sources: &mut Sources<'s>,
        selection: &'a Selection,
    ) -> Vec<Violation<'s>>
    where
        'a: 's,
    {
        let mut violations = Vec::new();
        for selected in selection.metrics.iter().filter(|selected| selected.row.can_exist_on(self.resource)) {
            let row = selected.row;
            let disabling = self.bounding(row.id()).filter(|_| sources.are_tags_disabling(row.metric));
            let Some((guard, bound)) = disabling else { continue };
            let required = self.required(row, bound);
            violations.extend(refuse(sources, row, guard, (Rule::Required(required), required)));
            if self.is_off_against(bound, selected, sources) {
                let all: Vec<usize> = (0..sources.severities()).collect();
                violations.extend(refuse(sources, row, guard, (Rule::MustBeOn, &all)));
            }
        }
        violations
    }

    /// Whether the metric has no level at all although it must have one.
    fn is_off_against(&self, bound: &Bound, selected: &Selected, sources: &Sources) -> bool {
        let layers = sources.layers(selected).filter(|_| !bound.may_be_off);
        layers.is_some_and(|layers| !self.joined(layers).combined(|_| true).has_level())
    }
}

/// Stops using that tags disable these severities, against a rule.
fn refuse<'s>(
    sources: &mut Sources<'s>,
    row: &'static Row,
    guard: &'s Guard,
    (rule, severities): (Rule<'s>, &[usize]),
) -> Vec<Violation<'s>> {
    let refused = sources.tags_mut(row.metric).map(|levels| levels.refuse_off(severities));
    let refused = refused.filter(|tags| !tags.is_empty());
    refused.map(|tags| Violation { guard, row, rule, tags }).collect()
}
