//! The samples of a column in few bytes.

use std::ops::Range;
use std::sync::Arc;

use crate::resource::ResourceIndex;

/// One value of one resource.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Sample {
    /// The value; never NaN.
    pub value: f64,
    /// Its place in the labels of its column.
    pub resource: ResourceIndex,
    /// Index into the extras of its column.
    pub extra: u32,
}

/// Samples in the order they are served.
///
/// A large fleet has a million of them. Values are in one list and what each of them belongs to is in another one, which
/// columns share: most have one sample for each resource, or one for each resource and severity.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Samples {
    owners: Arc<[Owner]>,
    /// One for each owner.
    values: Box<[f64]>,
}

/// What a value belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Owner {
    resource: ResourceIndex,
    extra: u32,
}

impl Samples {
    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The one at a place.
    #[must_use]
    pub fn get(&self, place: usize) -> Option<Sample> {
        Some(Sample::of(*self.owners.get(place)?, *self.values.get(place)?))
    }

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = Sample> {
        self.range(0..self.len())
    }

    /// Those at some places.
    ///
    /// # Panics
    /// If there is no such place.
    pub fn range(&self, places: Range<usize>) -> impl Iterator<Item = Sample> {
        let owners = self.owners[places.clone()].iter();
        owners.zip(&self.values[places]).map(|(owner, value)| Sample::of(*owner, *value))
    }

    /// The first place whose resource is not before this one, in samples that are in the order of resources.
    #[must_use]
    pub fn first_of(&self, resource: ResourceIndex) -> usize {
        self.owners.partition_point(|owner| owner.resource < resource)
    }

    /// The places of each run of neighbours whose resources have something in common.
    pub fn runs<T: PartialEq>(&self, of: impl Fn(ResourceIndex) -> T) -> impl Iterator<Item = Range<usize>> {
        let mut end = 0;
        let runs = self.owners.chunk_by(move |left, right| of(left.resource) == of(right.resource));
        runs.map(move |run| {
            let start = end;
            end += run.len();
            start..end
        })
    }
}

impl Sample {
    fn of(Owner { resource, extra }: Owner, value: f64) -> Self {
        Self { value, resource, extra }
    }
}

/// Samples that are gathered one by one.
#[derive(Debug, Default)]
pub struct SamplesBuilder {
    owners: Vec<Owner>,
    values: Vec<f64>,
}

impl SamplesBuilder {
    /// One with room for so many samples: what grows is twice as large as needed at its end.
    #[must_use]
    pub fn with_capacity(samples: usize) -> Self {
        Self { owners: Vec::with_capacity(samples), values: Vec::with_capacity(samples) }
    }

    /// Adds one behind the others.
    pub fn push(&mut self, Sample { value, resource, extra }: Sample) {
        self.owners.push(Owner { resource, extra });
        self.values.push(value);
    }

    /// The further labels of the last one.
    #[must_use]
    pub fn last_extra(&self) -> Option<u32> {
        self.owners.last().map(|owner| owner.extra)
    }

    /// The samples that were added.
    #[must_use]
    pub fn finish(self) -> Samples {
        Samples { owners: self.owners.into(), values: self.values.into() }
    }
}

impl FromIterator<Sample> for Samples {
    fn from_iter<T: IntoIterator<Item = Sample>>(samples: T) -> Self {
        let mut gathered = SamplesBuilder::default();
        samples.into_iter().for_each(|sample| gathered.push(sample));
        gathered.finish()
    }
}

/// The owners that the columns of a scope have, each list once.
#[derive(Debug, Default)]
pub struct SharedOwners(Vec<Arc<[Owner]>>);

impl SharedOwners {
    /// Lets samples share their owners with equal ones of another column.
    pub fn share(&mut self, samples: &mut Samples) {
        self.0.retain(|known| Arc::strong_count(known) > 1);
        match self.0.iter().find(|known| **known == samples.owners) {
            Some(known) => samples.owners = Arc::clone(known),
            None => self.0.push(Arc::clone(&samples.owners)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples(count: usize, value: f64) -> Samples {
        (0..count).map(|place| Sample { value, resource: ResourceIndex::new(place / 2), extra: 0 }).collect()
    }

    #[test]
    fn columns_with_equal_owners_share_them_as_long_as_one_of_them_exists() {
        let (mut shared, mut one, mut other, mut longer) =
            (SharedOwners::default(), samples(4, 1.0), samples(4, 2.0), samples(6, 1.0));
        for samples in [&mut one, &mut other, &mut longer] {
            shared.share(samples);
        }
        assert!(Arc::ptr_eq(&one.owners, &other.owners));
        assert_eq!((&other, &longer), (&samples(4, 2.0), &samples(6, 1.0)));
        drop((one, other));
        shared.share(&mut longer);
        assert_eq!(shared.0.len(), 1);
    }

    #[test]
    fn samples_are_found_by_place_and_by_resource() {
        let samples = samples(5, 1.0);
        assert_eq!(samples.runs(ResourceIndex::position).collect::<Vec<_>>(), [0..2, 2..4, 4..5]);
        assert_eq!((samples.first_of(ResourceIndex::new(1)), samples.first_of(ResourceIndex::new(9))), (2, 5));
        assert_eq!(samples.get(4).map(|sample| sample.resource), Some(ResourceIndex::new(2)));
        assert_eq!((samples.get(5), samples.range(1..3).count()), (None, 2));
    }
}
