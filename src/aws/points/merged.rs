//! The pages of one batch, merged by query: only the newest complete point of each is kept.

use super::page::{Page, Status};
use crate::config::Timing;
use crate::plan::{Batch, BatchResult, Now, Point, QueryResult, ResponseCounts, Window, is_stored, newest};
use crate::time::{Seconds, Timestamp};

/// What the pages of a batch have so far.
pub(super) struct Merged {
    requested_at: Now,
    timing: Timing,
    window: Window,
    by_query: Vec<Found>,
    counts: ResponseCounts,
}

/// What they have of one query.
#[derive(Debug, Clone, Copy, Default)]
struct Found {
    newest: Option<Point>,
    /// Whether there is any result, even one without points.
    result: bool,
    complete: bool,
    forbidden: bool,
}

impl Merged {
    /// Of a batch whose first page was requested then.
    pub(super) fn new(batch: &Batch, requested_at: Now) -> Self {
        Self {
            requested_at,
            timing: batch.poll_group.timing,
            window: batch.window(requested_at.wall),
            by_query: vec![Found::default(); batch.queries.len()],
            counts: ResponseCounts::default(),
        }
    }

    /// When the first page was requested.
    pub(super) const fn requested_at(&self) -> Now {
        self.requested_at
    }

    /// Adds a page.
    pub(super) fn add(&mut self, page: &Page) {
        self.counts.pages += 1;
        for result in &page.results {
            let points = page.points(result);
            self.count(points.clone());
            let Some(found) = result.query.and_then(|place| self.by_query.get_mut(place)) else { continue };
            found.result = true;
            found.forbidden |= result.status == Status::Forbidden;
            found.complete |= result.status == Status::Complete;
            if let QueryResult::Newest(point) = newest(points, self.timing, self.window)
                && found.newest.is_none_or(|before| before.end <= point.end)
            {
                found.newest = Some(point);
            }
        }
    }

    /// Counts points that end after the time of the request, which are outside the window, so that CloudWatch should send
    /// none, and those with a value that CloudWatch cannot have stored.
    fn count(&mut self, points: impl Iterator<Item = (Timestamp, f64)>) {
        let last_start = self.requested_at.wall - Seconds::from(self.timing.period);
        for (start, value) in points {
            self.counts.future += usize::from(start > last_start);
            self.counts.invalid += usize::from(!is_stored(value));
        }
    }

    /// Whether AWS refuses every result.
    pub(super) fn is_forbidden(&self) -> bool {
        let mut results = self.by_query.iter().filter(|found| found.result).peekable();
        results.peek().is_some() && results.all(|found| found.forbidden)
    }

    /// The newest point of each query, also of a partial result. A partial result without points counts as missing, not as
    /// empty.
    pub(super) fn finish(self) -> BatchResult {
        let answer = |found: Found| match found.newest {
            Some(point) => QueryResult::Newest(point),
            None if found.complete => QueryResult::Empty,
            None => QueryResult::Missing,
        };
        let answers = self.by_query.into_iter().map(answer).collect();
        BatchResult { requested_at: self.requested_at, answers, counts: self.counts }
    }
}

#[cfg(test)]
mod tests {
    use aws_smithy_cbor::Encoder;
    use aws_smithy_types::DateTime;

    use super::*;
    use crate::time::Period;

    fn merged(queries: usize, requested_at: i64) -> Merged {
        let timing = Timing {
            period: Period::Minute,
            look_back: Seconds::new(600),
            age_limit: Seconds::new(420),
            settle: Seconds::ZERO,
            poll_delay: Seconds::new(125),
        };
        let requested_at = Now::at(Timestamp::from_second(requested_at));
        Merged {
            requested_at,
            timing,
            window: Window::of(timing, None, requested_at.wall),
            by_query: vec![Found::default(); queries],
            counts: ResponseCounts::default(),
        }
    }

    /// Id, the starts of points and status of each result.
    fn page(results: &[(&str, &[i64], &str)]) -> Page {
        let mut out = Encoder::new(Vec::new());
        out.map(1).str("MetricDataResults").array(results.len());
        for (id, starts, status) in results {
            out.map(4).str("Id").str(id).str("StatusCode").str(status).str("Timestamps").array(starts.len());
            for start in *starts {
                out.timestamp(&DateTime::from_secs(*start));
            }
            out.str("Values").array(starts.len());
            for _ in *starts {
                out.double(1.0);
            }
        }
        Page::read(&out.into_writer()).unwrap()
    }

    #[test]
    fn points_that_end_after_now_are_counted_and_none_is_the_newest() {
        let check = |starts: &[i64], expected: usize, newest_end: Option<i64>| {
            let mut merged = merged(1, 6_000);
            merged.add(&page(&[("q0", starts, "Complete")]));
            let BatchResult { answers, counts, .. } = merged.finish();
            assert_eq!(counts.future, expected, "{starts:?}");
            assert_eq!(answers[0].point().map(|point| point.end.as_second()), newest_end, "{starts:?}");
        };
        check(&[5_820, 5_880], 0, Some(5_940));
        check(&[5_880, 5_940], 0, Some(6_000));
        check(&[5_880, 5_941], 1, Some(5_940));
        check(&[5_880, 6_000 + 3_600, 6_000 + 86_400], 2, Some(5_940));
    }

    #[test]
    fn pages_are_merged_by_the_place_in_the_id_and_foreign_ids_are_left_out() {
        let mut merged = merged(4, 6_000);
        merged.add(&page(&[
            ("q1", &[5_880], "PartialData"),
            ("q3", &[], "PartialData"),
            ("q4", &[5_880], "Complete"),
            ("m0", &[5_880], "Complete"),
        ]));
        merged.add(&page(&[("q1", &[5_820], "Complete"), ("q2", &[], "Complete")]));
        let BatchResult { answers, counts, .. } = merged.finish();
        let newest = QueryResult::Newest(Point { value: 1.0, end: Timestamp::from_second(5_940) });
        assert_eq!(answers, [QueryResult::Missing, newest, QueryResult::Empty, QueryResult::Missing]);
        assert_eq!(counts.pages, 2);
    }
}
