//! When what happens: chapters, the ordinary hours between them, and every moment of the year in order.

use std::collections::BTreeMap;

use plimsoll::sim::{Effect, Region};

pub(crate) const MINUTE: i64 = 60;
const DAY_MINUTES: i64 = 24 * 60;

/// Longer than the `for` of any rule that can fire at the begin of a chapter, and than the start of plimsoll.
pub(crate) const LEAD_MINUTES: i64 = 30;

/// Minutes from one scrape to the next where no rule is evaluated, and the same in the days before a chapter that a
/// forecast looks back on. Its longest window is three days, and it takes a value that is up to an hour older.
const FAR_MINUTES: i64 = 12 * 60;
const NEAR_MINUTES: i64 = 30;
const LOOK_BACK_MINUTES: i64 = 76 * 60;

/// What is done at one moment.
#[derive(Clone)]
pub(crate) enum Step {
    /// Changes the fleet; the second argument is in seconds since the start of the simulation.
    Fleet(fn(&mut Region, f64)),
    /// Calls of this operation fail from now on.
    Fault(&'static str, Effect),
    /// AWS works again.
    Healed,
    /// plimsoll stops.
    Stopped,
    /// plimsoll starts anew.
    Started,
}

/// Something that happens to the fleet, and the pages that it must cause.
pub(crate) struct Chapter {
    pub title: &'static str,
    /// Days since the start of the year, and the hour of the day.
    pub day: i64,
    pub hour: i64,
    pub minutes: i64,
    /// Whether a forecast needs values of the days before.
    pub looks_back: bool,
    /// By the minute after its begin; those before it may be days before it.
    pub steps: Vec<(i64, Step)>,
    /// `alert database severity`; each of them must fire once.
    pub pages: &'static [&'static str],
}

impl Chapter {
    /// In minutes since the start of the year.
    pub(crate) fn begin(&self) -> i64 {
        self.day * DAY_MINUTES + self.hour * 60
    }

    pub(crate) fn end(&self) -> i64 {
        self.begin() + self.minutes
    }

    pub(crate) fn opens(&self) -> i64 {
        self.begin() - LEAD_MINUTES
    }
}

/// One minute in which something is polled and scraped.
pub(crate) struct Moment {
    pub at: i64,
    pub steps: Vec<Step>,
    /// Whether rules are evaluated.
    pub is_watched: bool,
    /// The title of the chapter whose first minute it is.
    pub opens: Option<&'static str>,
}

/// All chapters of the year, in order.
pub(crate) struct Calendar {
    pub chapters: Vec<Chapter>,
}

impl Calendar {
    /// The chapters, with an ordinary hour of each week; `only` keeps those whose title contains it.
    pub(crate) fn of(mut chapters: Vec<Chapter>, only: Option<&str>) -> Self {
        let all: Vec<_> = chapters.iter().map(|chapter| (chapter.opens(), chapter.end())).collect();
        let is_free = |hour: &Chapter| all.iter().all(|(opens, end)| hour.end() < *opens || *end < hour.opens());
        chapters.extend((0..52).map(ordinary_hour).filter(is_free));
        chapters.retain(|chapter| only.is_none_or(|words| chapter.title.contains(words)));
        chapters.sort_by_key(Chapter::begin);
        for pair in chapters.windows(2) {
            assert!(pair[0].end() < pair[1].opens(), "{} and {} overlap", pair[0].title, pair[1].title);
        }
        Self { chapters }
    }

    pub(crate) fn moments(&self, start: i64) -> Vec<Moment> {
        let mut steps: BTreeMap<i64, Vec<Step>> = BTreeMap::new();
        for chapter in &self.chapters {
            for (minute, step) in &chapter.steps {
                steps.entry(chapter.begin() + minute).or_default().push(step.clone());
            }
        }
        let mut moments = Vec::new();
        let first = self.chapters.first().map_or(0, Chapter::opens).min(steps.keys().next().copied().unwrap_or(0));
        let last = self.chapters.iter().map(Chapter::end).max().unwrap_or_default();
        let mut minute = (first - LOOK_BACK_MINUTES).max(0);
        while minute < last {
            let within = self.chapters.iter().find(|chapter| (chapter.opens()..chapter.end()).contains(&minute));
            moments.push(Moment {
                at: start + minute * MINUTE,
                steps: steps.remove(&minute).unwrap_or_default(),
                is_watched: within.is_some(),
                opens: within.filter(|chapter| chapter.opens() == minute).map(|chapter| chapter.title),
            });
            let next_step = steps.keys().next().copied().unwrap_or(i64::MAX);
            minute = if within.is_some() { minute + 1 } else { self.after(minute).min(next_step) };
        }
        moments
    }

    /// The next minute with a scrape, where no rule is evaluated.
    fn after(&self, minute: i64) -> i64 {
        let ahead = || self.chapters.iter().filter(|chapter| chapter.opens() > minute);
        let is_near = ahead().any(|chapter| chapter.looks_back && chapter.opens() - minute <= LOOK_BACK_MINUTES);
        let opens = ahead().map(Chapter::opens).next().unwrap_or(i64::MAX);
        opens.min(minute + if is_near { NEAR_MINUTES } else { FAR_MINUTES })
    }
}

/// The minutes of an ordinary hour after its lead.
const ORDINARY_MINUTES: i64 = 30;

/// An hour of each week, at another hour and day each time: five and 24 have no common divisor.
fn ordinary_hour(week: i64) -> Chapter {
    Chapter {
        title: "An ordinary hour",
        day: 7 * week + 1 + week % 5,
        hour: 5 * week % 24,
        minutes: ORDINARY_MINUTES,
        looks_back: false,
        steps: Vec::new(),
        pages: &[],
    }
}
