//! Sums of two metrics at CloudWatch, which are points like any other: made when both parts have a point of one period.

use crate::catalog::Row;
use crate::config::Selection;
use crate::config::selection::Selected;
use crate::plan::{Point, QueryResult};
use crate::resource::{Resource, ResourceIndex};
use crate::snapshot::points::{BEFORE_STEP, Held, Points, Series};
use crate::time::Timestamp;

/// The sums of a selection.
pub(super) struct Sums(Vec<Sum>);

struct Sum {
    row: &'static Row,
    series: Series,
    parts: [Series; 2],
}

impl Sums {
    pub(super) fn of(selection: &Selection) -> Self {
        let series = |row: &Row| (row.id(), row.statistic);
        let sum = |(sum, parts): (&Selected, [&Selected; 2])| Sum {
            row: sum.row,
            series: series(sum.row),
            parts: parts.map(|part| series(part.row)),
        };
        Self(selection.sums().map(sum).collect())
    }

    /// Whether a series is part of any sum.
    pub(super) fn have(&self, series: Series) -> bool {
        self.0.iter().any(|sum| sum.parts.contains(&series))
    }

    /// Takes in the result of a part, which `points` know already.
    pub(super) fn follow(&self, points: &mut Points, part: &Part, now: Timestamp) {
        let Part { series, resource, index, result } = *part;
        let is_meant = |sum: &&Sum| sum.parts.contains(&series) && sum.row.can_exist_on(resource);
        for sum in self.0.iter().filter(is_meant) {
            match result {
                QueryResult::Newest(_) => {
                    if let Some(held) = sum.held(points, index, now) {
                        let place = points.place(sum.series);
                        points.put(place, index, held);
                    }
                }
                QueryResult::Empty => {
                    let place = points.place(sum.series);
                    points.silent(place, index, now);
                }
                QueryResult::Missing => {}
            }
        }
    }
}

/// A result of one part of a sum.
pub(super) struct Part<'a> {
    pub(super) series: Series,
    pub(super) resource: &'a Resource,
    pub(super) index: ResourceIndex,
    pub(super) result: QueryResult,
}

impl Sum {
    /// The sum of the newest points, if they are of the same period; it expires with the part that expires first.
    ///
    /// Of points from before the wall clock was set, the periods are not known any more.
    fn held(&self, points: &Points, index: ResourceIndex, now: Timestamp) -> Option<Held> {
        let [one, other] = self.parts.map(|part| points.held(part, index, now));
        let (one, other) = (one?, other?);
        let end = one.point.end;
        let is_one_period = end == other.point.end && end != BEFORE_STEP;
        let point = Point { value: one.point.value + other.point.value, end };
        is_one_period.then_some(Held { point, expires: one.expires.min(other.expires) })
    }
}
