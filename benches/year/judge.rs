//! Compares the pages of the year with those that its chapters expect.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use super::calendar::{Calendar, Chapter, MINUTE};
use super::engine::Transition;

/// An alert that is active within so many minutes of the begin of a chapter's evaluations was active before.
const AT_ONCE_MINUTES: i64 = 3;

/// One alert that fired, in minutes since the start of the year.
struct Page {
    name: String,
    fired: i64,
    ended: Option<i64>,
    description: String,
}

pub(crate) struct Judge<'a> {
    chapters: Vec<(&'a Chapter, Vec<Page>)>,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(calendar: &'a Calendar, start: i64, transitions: Vec<Transition>) -> Self {
        let mut chapters: Vec<(&Chapter, Vec<Page>)> = Vec::new();
        let mut transitions = transitions.into_iter().peekable();
        let mut standing = BTreeSet::new();
        for chapter in &calendar.chapters {
            let until = start + (chapter.end() + 5) * MINUTE;
            let of_chapter: Vec<_> = std::iter::from_fn(|| transitions.next_if(|one| one.at < until)).collect();
            let (pages, still) = pages(&of_chapter, start, chapter.opens(), &standing);
            standing = still;
            chapters.push((chapter, pages));
        }
        Self { chapters }
    }

    /// What was paged although nothing was wrong, more than once, or not at all.
    pub(crate) fn problems(&self) -> Vec<String> {
        self.chapters.iter().flat_map(|(chapter, pages)| problems(chapter, pages)).collect()
    }

    /// One line for each chapter, then the problems; ordinary hours together.
    pub(crate) fn table(&self) -> String {
        let mut text =
            "| day | what happens | pages, minutes after its begin | ended after |\n|---|---|---|---|\n".to_owned();
        let is_quiet = |(chapter, pages): &&(&Chapter, Vec<Page>)| chapter.steps.is_empty() && pages.is_empty();
        for (chapter, pages) in self.chapters.iter().filter(|one| !is_quiet(one)) {
            let fired: Vec<_> =
                pages.iter().map(|page| format!("{} {}", page.name, page.fired - chapter.begin())).collect();
            let ended =
                |page: &Page| page.ended.map_or("stands".to_owned(), |ended| (ended - chapter.begin()).to_string());
            let ended: Vec<_> = pages.iter().map(ended).collect();
            let (fired, ended) = (fired.join("<br>"), ended.join("<br>"));
            writeln!(text, "| {} | {} | {fired} | {ended} |", chapter.day, chapter.title).unwrap();
        }
        let quiet = self.chapters.iter().filter(is_quiet).count();
        let evaluated: i64 = self.chapters.iter().map(|(chapter, _)| chapter.end() - chapter.opens()).sum();
        writeln!(text, "\n{quiet} ordinary hours without a page; {evaluated} minutes of the year were evaluated.")
            .unwrap();
        for problem in self.problems() {
            writeln!(text, "PROBLEM: {problem}").unwrap();
        }
        text
    }
}

/// The pages of one chapter, and what fires at its end. What stood before it is no page again.
fn pages(
    transitions: &[Transition],
    start: i64,
    opens: i64,
    standing: &BTreeSet<String>,
) -> (Vec<Page>, BTreeSet<String>) {
    let (mut pages, mut firing, mut continued) = (Vec::<Page>::new(), BTreeMap::new(), BTreeSet::new());
    for transition in transitions {
        let (key, minute) = (key(transition), (transition.at - start) / MINUTE);
        if standing.contains(&key) && minute <= opens + AT_ONCE_MINUTES {
            continued.insert(key.clone());
        }
        match transition.state.as_str() {
            "firing" if continued.contains(&key) => {
                firing.insert(key, None);
            }
            "firing" => {
                firing.insert(key, Some(pages.len()));
                let description = transition.description.clone();
                pages.push(Page { name: name(transition), fired: minute, ended: None, description });
            }
            "inactive" => {
                continued.remove(&key);
                if let Some(Some(page)) = firing.remove(&key) {
                    pages[page].ended = Some(minute);
                }
            }
            _ => {}
        }
    }
    (pages, firing.into_keys().collect())
}

fn problems(chapter: &Chapter, pages: &[Page]) -> Vec<String> {
    let mut counts: BTreeMap<&str, i32> = chapter.pages.iter().map(|page| (*page, 0)).collect();
    for page in pages {
        *counts.entry(&page.name).or_default() += 1;
    }
    let found = counts.into_iter().filter_map(|(name, count)| {
        let is_expected = chapter.pages.contains(&name);
        let description = pages.iter().find(|page| page.name == name).map_or("", |page| &page.description);
        match (is_expected, count) {
            (true, 1) => None,
            (true, 0) => Some(format!("not paged: {name}")),
            (true, _) => Some(format!("paged {count} times: {name}")),
            (false, _) => Some(format!("false page: {name}: {description}")),
        }
    });
    found.map(|problem| format!("day {}, {}: {problem}", chapter.day, chapter.title)).collect()
}

/// All labels of an alert.
fn key(transition: &Transition) -> String {
    format!("{:?}", transition.labels)
}

/// `alert database severity`; an alert on plimsoll itself has its task in place of a database, or nothing.
fn name(transition: &Transition) -> String {
    let label = |name: &str| transition.labels.get(name).filter(|value| !value.is_empty()).map(String::as_str);
    let database = label("dimension_DBInstanceIdentifier").or(label("dimension_DBClusterIdentifier")).or(label("task"));
    [label("alertname"), database, label("severity")].into_iter().flatten().collect::<Vec<_>>().join(" ")
}
