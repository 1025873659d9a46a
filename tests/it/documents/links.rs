//! Links from one document to another. Those among `docs` are also checked when the site is built.

use std::collections::BTreeSet;
use std::path::{Component, Path, PathBuf};

use super::{pages, read, root};

#[test]
fn links_lead_to_files_and_headings() {
    let mut broken = Vec::new();
    for page in pages() {
        let text = read(&page);
        broken
            .extend(targets(&text).filter(|target| !leads_somewhere(&page, target)).map(|to| format!("{page}: {to}")));
    }
    assert!(broken.is_empty(), "\n{}\n", broken.join("\n"));
}

/// The targets of the links of a page that stay within the repository.
fn targets(text: &str) -> impl Iterator<Item = &str> {
    let links = text.split("](").skip(1).map(|rest| rest.split(')').next().unwrap());
    links.filter(|target| !target.contains("://"))
}

fn leads_somewhere(page: &str, target: &str) -> bool {
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let file = if path.is_empty() { PathBuf::from(page) } else { resolved(page, path) };
    if !root().join(&file).exists() {
        return false;
    }
    anchor.is_empty() || anchors(&read(&file.display().to_string())).contains(anchor)
}

fn resolved(page: &str, path: &str) -> PathBuf {
    let mut resolved = PathBuf::new();
    for part in Path::new(page).parent().unwrap().join(path).components() {
        if part == Component::ParentDir {
            resolved.pop();
        } else {
            resolved.push(part);
        }
    }
    resolved
}

/// As GitHub and `MkDocs` make them: lower case, `-` for spaces, without other characters.
fn anchors(text: &str) -> BTreeSet<String> {
    let headings = text.lines().filter(|line| line.starts_with('#'));
    let titles = headings.map(|line| line.trim_start_matches('#').trim().to_lowercase());
    titles
        .map(|title| {
            let kept = title.chars().filter(|one| one.is_alphanumeric() || " -_".contains(*one));
            kept.map(|one| if one == ' ' { '-' } else { one }).collect()
        })
        .collect()
}
