//! Counts the pages of one listing against limits. A listing beyond them fails, because in an incomplete listing
//! databases would seem to be deleted.

use std::collections::HashSet;

use crate::resource::Described;

/// What one listing may hold.
pub(super) const LIMITS: Limits = Limits { pages: 1_000, resources: 100_000, tags: 200, tag_bytes: 64 * 1024 * 1024 };

/// What one listing may hold.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// Requests: the limit of resources in pages of a hundred.
    pages: usize,
    /// Resources: far more than any quota of one account and region.
    resources: usize,
    /// Tags of one resource. AWS allows 50, and does not count its own, which begin with `aws:`:
    /// <https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_Tagging.html>.
    tags: usize,
    /// Bytes of all tags: 640 for each of the most resources. They are most of what a listing keeps in memory.
    tag_bytes: usize,
}

/// What the pages so far had.
pub(super) struct Gathered {
    limits: Limits,
    resources: usize,
    markers: HashSet<String>,
    tag_bytes: usize,
}

impl Gathered {
    pub(super) fn within(limits: Limits) -> Self {
        Self { limits, resources: 0, markers: HashSet::new(), tag_bytes: 0 }
    }

    /// Adds a page.
    ///
    /// # Errors
    /// The limit that is exceeded, in words.
    pub(super) fn add(&mut self, page: &[Described]) -> Result<(), String> {
        let Limits { resources, tags, tag_bytes, .. } = self.limits;
        if let Some(found) = page.iter().find(|found| found.tags.len() > tags) {
            return Err(format!("more than {tags} tags on {}", found.arn));
        }
        let lengths = page.iter().flat_map(|found| &found.tags).map(|(key, value)| key.len() + value.len());
        self.tag_bytes += lengths.sum::<usize>();
        self.resources += page.len();
        if self.resources > resources {
            return Err(format!("more than {resources} resources"));
        }
        if self.tag_bytes > tag_bytes {
            return Err(format!("more than {tag_bytes} bytes of tags"));
        }
        Ok(())
    }

    /// Records the marker of the next page.
    ///
    /// # Errors
    /// The marker was used before, or there are too many pages.
    pub(super) fn add_marker(&mut self, marker: &str) -> Result<(), String> {
        if !self.markers.insert(marker.to_owned()) {
            return Err("a page names one before it as the next".to_owned());
        }
        if self.markers.len() >= self.limits.pages {
            return Err(format!("more than {} pages", self.limits.pages));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::resource::fixture::{instance, tags};

    const FEW: Limits = Limits { pages: 3, resources: 5, tags: 2, tag_bytes: 10 };

    #[track_caller]
    fn check(pages: &[usize], its_tags: &[(&str, &str)], expected: Result<(), &str>) {
        let mut gathered = Gathered::within(FEW);
        let page = |&size: &usize| vec![Described { tags: tags(its_tags), ..instance("orders") }; size];
        let added = pages.iter().map(page).try_for_each(|page| gathered.add(&page));
        assert_eq!(added, expected.map_err(str::to_owned));
    }

    #[test]
    fn a_listing_is_bounded() {
        check(&[2, 3], &[], Ok(()));
        check(&[2, 4], &[], Err("more than 5 resources"));
        check(&[5], &[("a", "b")], Ok(()));
        check(&[1, 2], &[("a", "bcd")], Err("more than 10 bytes of tags"));
        let too_many = "more than 2 tags on arn:aws:rds:eu-west-1:123456789012:db:orders";
        check(&[1], &[("a", ""), ("b", ""), ("c", "")], Err(too_many));
    }

    #[test]
    fn markers_do_not_repeat_and_are_bounded() {
        let mut gathered = Gathered::within(FEW);
        assert_eq!(gathered.add_marker("a"), Ok(()));
        assert!(gathered.add_marker("a").unwrap_err().contains("before it"));
        assert_eq!(gathered.add_marker("b"), Ok(()));
        assert!(gathered.add_marker("c").unwrap_err().contains("3 pages"));
    }
}
