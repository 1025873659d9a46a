//! Where the resources of earlier inventories are in the present one: a result may come after the inventory that its
//! query was made from was replaced.

use std::collections::{BTreeMap, BTreeSet};

use crate::resource::{Generation, ResourceIndex};

#[derive(Debug, Default)]
pub(super) struct Renumbering {
    present: Generation,
    /// By generation and index then, the index now; `None` if the resource was gone, stopped or created again since.
    earlier: BTreeMap<Generation, Vec<Option<ResourceIndex>>>,
}

impl Renumbering {
    pub(super) const fn present(&self) -> Generation {
        self.present
    }

    /// Begins a new generation. `before` has, for each of its resources, the index in the last one, which had `size` of
    /// them. Of earlier generations, those are kept that are `awaited` because results for them may come.
    pub(super) fn advance(&mut self, before: &[Option<ResourceIndex>], size: usize, awaited: &BTreeSet<Generation>) {
        let mut now = vec![None; size];
        for (position, before) in before.iter().enumerate() {
            if let Some(before) = before {
                now[before.position()] = Some(ResourceIndex::new(position));
            }
        }
        self.earlier.retain(|generation, _| awaited.contains(generation));
        for indices in self.earlier.values_mut() {
            for index in indices {
                *index = index.and_then(|index| now[index.position()]);
            }
        }
        if awaited.contains(&self.present) {
            self.earlier.insert(self.present, now);
        }
        self.present = self.present.next();
    }

    /// The present index of what had an index in a generation.
    pub(super) fn index(&self, generation: Generation, index: ResourceIndex) -> Option<ResourceIndex> {
        if generation == self.present {
            return Some(index);
        }
        *self.earlier.get(&generation)?.get(index.position())?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn indices(positions: &[Option<usize>]) -> Vec<Option<ResourceIndex>> {
        positions.iter().map(|position| position.map(ResourceIndex::new)).collect()
    }

    /// The indices now of `size` resources of a generation.
    fn now(renumbering: &Renumbering, generation: Generation, size: usize) -> Vec<Option<usize>> {
        let now = |position| renumbering.index(generation, ResourceIndex::new(position)).map(ResourceIndex::position);
        (0..size).map(now).collect()
    }

    #[test]
    fn an_index_of_any_awaited_generation_leads_to_the_same_resource_or_nowhere() {
        let mut renumbering = Renumbering::default();
        let first = renumbering.present();
        assert_eq!(now(&renumbering, first, 3), [Some(0), Some(1), Some(2)]);
        // One more before all others, and the second of three is gone.
        renumbering.advance(&indices(&[None, Some(0), Some(2)]), 3, &BTreeSet::from([first]));
        let second = renumbering.present();
        assert_eq!(now(&renumbering, first, 3), [Some(1), None, Some(2)]);
        // The one before all others is gone again; the last is created again.
        renumbering.advance(&indices(&[Some(1), None]), 3, &BTreeSet::from([first, second]));
        assert_eq!(now(&renumbering, first, 3), [Some(0), None, None]);
        assert_eq!(now(&renumbering, second, 3), [None, Some(0), None]);
        // Nothing is kept of generations that no batch is of.
        renumbering.advance(&indices(&[Some(0), Some(1)]), 2, &BTreeSet::from([second]));
        assert_eq!(now(&renumbering, first, 3), [None; 3]);
        assert_eq!(now(&renumbering, second, 3), [None, Some(0), None]);
        assert_eq!(renumbering.earlier.len(), 1);
    }
}
