//! Circles between files: a file that, directly or over others, imports itself cannot be read by itself.
//!
//! A path counts as an import of the file that defines the item, where another file only re-exports it. Tests are left
//! out.

use std::collections::{BTreeMap, BTreeSet};

use super::source::{Mention, Source};

/// As many re-exports of one item as are followed.
const MAX_RE_EXPORTS: usize = 8;

/// The folders of a file and its own name.
type Module<'a> = Vec<&'a str>;

/// What is wrong with the circles of all rooms.
pub(super) fn violations(sources: &[Source]) -> Vec<String> {
    let circles = Modules::of(sources).circles();
    let files = |circle: &Vec<Module>| {
        let files: Vec<String> = circle.iter().map(|module| format!("{}.rs", module.join("/"))).collect();
        format!("src/{}: import each other in a circle", files.join(", "))
    };
    circles.iter().map(files).collect()
}

/// Files by module.
struct Modules<'a>(BTreeMap<Module<'a>, &'a Source>);

impl<'a> Modules<'a> {
    fn of(sources: &'a [Source]) -> Self {
        let rooms = sources.iter().filter(|source| !["lib.rs", "main.rs"].contains(&&*source.path));
        Self(rooms.map(|source| (source.names().collect(), source)).collect())
    }

    /// The files of each circle; those that import each other are one circle.
    fn circles(&self) -> Vec<Vec<Module<'a>>> {
        let imports: BTreeMap<_, _> = self.0.keys().map(|module| (module.clone(), self.imports(module))).collect();
        let reached: BTreeMap<_, _> = imports.keys().map(|module| (module, reached(&imports, module))).collect();
        let circle = |module: &Module<'a>| {
            let others = reached[module].iter().filter(|other| reached[other].contains(module));
            others.cloned().collect::<Vec<_>>()
        };
        let circles: BTreeSet<Vec<Module>> = imports.keys().map(circle).filter(|circle| !circle.is_empty()).collect();
        circles.into_iter().collect()
    }

    /// The other files of its room that a file imports.
    fn imports(&self, module: &Module<'a>) -> BTreeSet<Module<'a>> {
        let mentions = self.0[module].mentions.iter().filter(|mention| !mention.in_test);
        let imported = mentions.filter_map(|mention| self.target(module, &mention.path, 0));
        imported.filter(|target| target != module && target[0] == module[0]).collect()
    }

    /// The file that defines what a path in a file leads to.
    fn target(&self, from: &Module<'a>, path: &'a [String], re_exports: usize) -> Option<Module<'a>> {
        let path = self.absolute(from, path)?;
        let length = (1..=path.len()).rev().find(|length| self.0.contains_key(&path[..*length]))?;
        let (module, item) = (path[..length].to_vec(), path.get(length));
        let is_it = |mention: &&Mention| {
            mention.in_use && !mention.in_test && mention.path.last().map(|name| &**name) == item.copied()
        };
        let re_export = self.0[&module].mentions.iter().find(is_it).filter(|_| re_exports < MAX_RE_EXPORTS);
        re_export.and_then(|mention| self.target(&module, &mention.path, re_exports + 1)).or(Some(module))
    }

    /// A path from the root of the crate; `None` for one into another crate.
    fn absolute(&self, from: &Module<'a>, path: &'a [String]) -> Option<Module<'a>> {
        let names: Module = path.iter().map(String::as_str).filter(|name| *name != "self").collect();
        let supers = names.iter().take_while(|name| **name == "super").count();
        let child = [&from[..], &names[..1.min(names.len())]].concat();
        match *names.first()? {
            "crate" => Some(names[1..].to_vec()),
            "super" => Some([&from[..from.len().checked_sub(supers)?], &names[supers..]].concat()),
            _ => self.0.contains_key(&child).then(|| [&from[..], &names].concat()),
        }
    }
}

/// All files that a file imports, directly or over others.
fn reached<'a>(imports: &BTreeMap<Module<'a>, BTreeSet<Module<'a>>>, from: &Module<'a>) -> BTreeSet<Module<'a>> {
    let mut reached = BTreeSet::new();
    let mut ahead: Vec<&Module> = imports[from].iter().collect();
    while let Some(module) = ahead.pop() {
        if reached.insert(module.clone()) {
            ahead.extend(&imports[module]);
        }
    }
    reached
}

#[track_caller]
fn check(files: &[(&str, &str)], expected: &[&[&str]]) {
    let sources: Vec<Source> = files.iter().map(|(path, text)| Source::parse(path, text)).collect();
    let circles = Modules::of(&sources).circles();
    let circles: Vec<Vec<String>> =
        circles.iter().map(|circle| circle.iter().map(|module| module.join("/")).collect()).collect();
    assert_eq!(circles, expected, "{files:?}");
}

#[test]
fn circles_are_found_directly_and_over_other_files() {
    let (a, c) = ("plan/a.rs", "plan/c.rs");
    let (room, b) = (("plan.rs", "mod a; mod b; mod c;"), ("plan/b.rs", "use super::c::C;"));
    check(&[room, (a, "use super::b::B;"), b, (c, "")], &[]);
    check(&[room, (a, "use super::b::B;"), b, (c, "use super::a::A;")], &[&["plan/a", "plan/b", "plan/c"]]);
    check(&[room, (a, ""), b, (c, "fn f() { crate::plan::b::g() }")], &[&["plan/b", "plan/c"]]);
    check(&[room, (a, ""), b, (c, "#[cfg(test)] mod tests { use super::super::b::B; }")], &[]);
    check(&[room, (a, ""), b, ("plan/c/tests.rs", "use super::super::b::B;"), (c, "")], &[]);
}

#[test]
fn a_re_export_is_no_import_of_the_file_that_re_exports() {
    let child = ("plan/b.rs", "use super::A;");
    check(&[("plan.rs", "mod a; mod b; pub use a::A; use b::B;"), ("plan/a.rs", ""), child], &[]);
    check(&[("plan.rs", "mod b; struct A; use b::B;"), child], &[&["plan", "plan/b"]]);
    check(&[("plan.rs", "mod b; struct A; fn f() { b::g() }"), child], &[&["plan", "plan/b"]]);
    check(&[("plan.rs", "mod b; struct A;"), child], &[]);
}
