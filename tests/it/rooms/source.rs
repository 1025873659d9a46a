//! Reads as much of a Rust file as the test of the rooms needs: which paths it mentions, on which line, and whether
//! in test code. Not a parser: a scanner that drops comments and literals, and a walk over what is left.

/// One file below `src`.
pub(crate) struct Source {
    /// Relative to `src`, with `/`.
    pub(crate) path: String,
    pub(crate) lines: usize,
    pub(crate) mentions: Vec<Mention>,
    /// The modules that this file declares without a body.
    pub(crate) modules: Vec<String>,
}

/// A path of two or more names, or anything that stands in a `use`.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mention {
    pub(crate) path: Vec<String>,
    pub(crate) line: usize,
    pub(crate) in_test: bool,
    /// Whether it stands in a `use`.
    pub(crate) in_use: bool,
}

/// A name, or one character of anything else; `::` is one token.
#[derive(Debug, PartialEq)]
struct Token {
    text: String,
    line: usize,
}

impl Source {
    pub(crate) fn parse(path: &str, text: &str) -> Self {
        let tokens = tokens(&without_literals(text));
        let test_file = path.split('/').any(|part| part.trim_end_matches(".rs") == "tests");
        let tests = test_ranges(&tokens);
        let mut walk = Walk { tokens: &tokens, mentions: Vec::new(), at: 0 };
        walk.run();
        let mentions = walk.mentions.into_iter().map(|(index, path, in_use)| Mention {
            path,
            line: tokens[index].line,
            in_test: test_file || tests.iter().any(|range| range.contains(&index)),
            in_use,
        });
        let mentions = mentions.collect();
        let declared = tokens.windows(3).filter(|three| three[0].text == "mod" && three[2].text == ";");
        let modules = declared.map(|three| three[1].text.clone()).collect();
        Self { path: path.to_owned(), lines: text.lines().count(), mentions, modules }
    }

    /// The folders of the file and its own name.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').map(|name| name.trim_end_matches(".rs"))
    }

    /// The room that the file belongs to.
    pub(crate) fn room(&self) -> &str {
        self.names().next().unwrap_or_default()
    }

    /// The room that a path leads to, be it written from the root of the crate or climbing up to it.
    pub(crate) fn imported_room<'a>(&self, mention: &'a Mention, is_room: fn(&str) -> bool) -> Option<&'a str> {
        let first = mention.path.first()?.as_str();
        if first == "crate" || (first == "plimsoll" && self.path == "main.rs") {
            return mention.path.get(1).map(String::as_str);
        }
        // An inline module needs one `super` more; what it finds under the name of a room is that room's all the same.
        let climbed = mention.path.iter().take_while(|name| *name == "super").count();
        let next = mention.path.get(climbed)?;
        (climbed >= self.names().count() && is_room(next)).then_some(next)
    }
}

/// Collects paths, opening the braces of `use a::{b, c::d}`.
struct Walk<'a> {
    tokens: &'a [Token],
    /// The token where a path ends, the path, and whether it stands in a `use`.
    mentions: Vec<(usize, Vec<String>, bool)>,
    at: usize,
}

impl Walk<'_> {
    fn run(&mut self) {
        while self.at < self.tokens.len() {
            let in_use = self.at > 0 && self.tokens[self.at - 1].text == "use";
            if self.is_visibility() {
                self.at += 3;
                while !matches!(self.text(), ")" | "") {
                    self.at += 1;
                }
            } else if self.is_name() {
                self.path(&[], in_use);
            } else {
                self.at += 1;
            }
        }
    }

    /// Whether `pub(in path)` begins here, which names a module without using it.
    fn is_visibility(&self) -> bool {
        let next = self.tokens[self.at..].iter().map(|token| token.text.as_str()).take(3);
        next.eq(["pub", "(", "in"])
    }

    fn text(&self) -> &str {
        self.tokens.get(self.at).map_or("", |token| token.text.as_str())
    }

    fn is_name(&self) -> bool {
        self.text().starts_with(|first: char| first.is_alphabetic() || first == '_')
    }

    /// A path from here on, behind what the braces around it stand for.
    fn path(&mut self, prefix: &[String], in_use: bool) {
        let mut path = prefix.to_vec();
        let mut end = self.at;
        loop {
            if self.text() == "{" {
                return self.group(&path);
            }
            if !self.is_name() {
                break;
            }
            end = self.at;
            path.push(self.text().to_owned());
            self.at += 1;
            if self.text() != "::" {
                break;
            }
            self.at += 1;
        }
        if in_use || path.len() > 1 {
            self.mentions.push((end, path, in_use));
        }
    }

    /// `{a, b::c as d, *}` behind a prefix.
    fn group(&mut self, prefix: &[String]) {
        self.at += 1;
        while !matches!(self.text(), "}" | "") {
            let new_item = matches!(self.tokens[self.at - 1].text.as_str(), "{" | ",");
            if new_item && self.is_name() {
                self.path(prefix, true);
            } else {
                self.at += 1;
            }
        }
        self.at += 1;
    }
}

/// What stands under `#[cfg(test)]`, as ranges of tokens.
fn test_ranges(tokens: &[Token]) -> Vec<std::ops::Range<usize>> {
    const ATTRIBUTE: [&str; 7] = ["#", "[", "cfg", "(", "test", ")", "]"];
    let is_attribute = |start: &usize| {
        let window = tokens[*start..].iter().map(|token| token.text.as_str());
        window.take(ATTRIBUTE.len()).eq(ATTRIBUTE)
    };
    (0..tokens.len()).filter(is_attribute).map(|start| start..item_end(tokens, start + ATTRIBUTE.len())).collect()
}

/// Where the item that begins at `start` ends: at its `;`, or at the brace that closes its body.
fn item_end(tokens: &[Token], start: usize) -> usize {
    let mut depth = 0;
    for (index, token) in tokens.iter().enumerate().skip(start) {
        match token.text.as_str() {
            "{" => depth += 1,
            "}" if depth == 1 => return index,
            "}" => depth -= 1,
            ";" if depth == 0 => return index,
            _ => {}
        }
    }
    tokens.len()
}

fn tokens(code: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut line = 1;
    let mut rest = code;
    while let Some(first) = rest.chars().next() {
        let name = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        let length = match first {
            _ if name > 0 => name,
            ':' if rest.starts_with("::") => 2,
            other => other.len_utf8(),
        };
        if !first.is_whitespace() {
            tokens.push(Token { text: rest[..length].to_owned(), line });
        }
        line += usize::from(first == '\n');
        rest = &rest[length..];
    }
    tokens
}

/// The text with comments, strings and characters taken out; lines stay where they are.
fn without_literals(text: &str) -> String {
    let mut code = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let skipped = literal(rest);
        if skipped == 0 {
            code.push(first);
            rest = &rest[first.len_utf8()..];
        } else {
            code.push(' ');
            code.extend(rest[..skipped].chars().filter(|c| *c == '\n'));
            rest = &rest[skipped..];
        }
    }
    code
}

/// The length of the comment or literal that `text` begins with, 0 if it begins with neither.
fn literal(text: &str) -> usize {
    let length_to = |end: &str, from: usize| text[from..].find(end).map_or(text.len(), |at| from + at + end.len());
    let raw = text.strip_prefix('r').map(|raw| raw.trim_start_matches('#'));
    match text.as_bytes() {
        [b'/', b'/', ..] => text.find('\n').unwrap_or(text.len()),
        [b'/', b'*', ..] => length_to("*/", 2),
        [b'"', ..] => escaped(text, '"'),
        [b'\'', b'\\', ..] => escaped(text, '\''),
        [b'\'', ..] if text.chars().nth(2) == Some('\'') => escaped(text, '\''),
        [b'r', b'"' | b'#', ..] if raw.is_some_and(|raw| raw.starts_with('"')) => {
            let hashes = text.len() - raw.unwrap_or_default().len() - 1;
            length_to(&format!("\"{}", "#".repeat(hashes)), hashes + 2)
        }
        _ => 0,
    }
}

/// The length of a literal that ends at the next `quote` without a backslash before it.
fn escaped(text: &str, quote: char) -> usize {
    let mut characters = text.char_indices().skip(1);
    while let Some((at, character)) = characters.next() {
        if character == '\\' {
            characters.next();
        } else if character == quote {
            return at + 1;
        }
    }
    text.len()
}

#[track_caller]
fn check(text: &str, expected: &[(&str, usize, bool)]) {
    let mentions = Source::parse("plan.rs", text).mentions;
    let found: Vec<_> = mentions.iter().map(|m| (m.path.join("::"), m.line, m.in_test)).collect();
    let expected: Vec<_> = expected.iter().map(|(path, line, test)| ((*path).to_owned(), *line, *test)).collect();
    assert_eq!(found, expected, "{text}");
}

#[test]
fn paths_are_found_wherever_they_stand() {
    check("use crate::a;\npub use b;", &[("crate::a", 1, false), ("b", 2, false)]);
    check(
        "use x::{\n  a,\n  b::{self, C as D},\n  *,\n};",
        &[("x::a", 2, false), ("x::b::self", 3, false), ("x::b::C", 3, false)],
    );
    check("pub(in super::super) fn f() { for a in b::c {} }", &[("b::c", 1, false)]);
    check("fn f<'a>(x: &'a T) -> a::B<c::D> { e::<F>() }", &[("a::B", 1, false), ("c::D", 1, false)]);
    check(
        "#[derive(a::B)] #[cfg(test)] mod t { use c; } use d;",
        &[("a::B", 1, false), ("c", 1, true), ("d", 1, false)],
    );
}

#[test]
fn comments_and_literals_are_not_code() {
    check("// a::b\n/* c::d\n */ e::f", &[("e::f", 3, false)]);
    check(r#""a::b \" c::d" e::f '"' g::h '\'' i::j"#, &[("e::f", 1, false), ("g::h", 1, false), ("i::j", 1, false)]);
    check("r#\"a::b \" c::d\"# e::f", &[("e::f", 1, false)]);
}
