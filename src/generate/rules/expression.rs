//! Expressions compared by their tokens: Prometheus returns them with other spaces, quotes, numbers and durations than it
//! read, and with the matchers of a selector sorted.
//!
//! Only tokens: the meaning of an expression is Prometheus' own business.

use std::time::Duration;

/// Whether two expressions are the same but for their form.
pub(super) fn is_same(one: &str, other: &str) -> bool {
    canonical(one) == canonical(other)
}

/// The tokens of an expression, in one form of the many that each can have, and matchers in order.
fn canonical(text: &str) -> Vec<String> {
    let (mut tokens, mut selector) = (Vec::new(), None);
    for token in tokens_of(text) {
        match (token.as_str(), &mut selector) {
            ("{", None) => selector = Some(vec![String::new()]),
            ("}", Some(matchers)) => {
                matchers.sort();
                matchers.retain(|matcher| !matcher.is_empty());
                tokens.extend(std::mem::take(matchers));
                selector = None;
            }
            (",", Some(matchers)) => matchers.push(String::new()),
            (_, Some(matchers)) => matchers.last_mut().into_iter().for_each(|matcher| matcher.push_str(&token)),
            _ => tokens.push(token),
        }
    }
    tokens.extend(selector.into_iter().flatten());
    tokens
}

fn tokens_of(text: &str) -> Vec<String> {
    let (mut tokens, mut rest) = (Vec::new(), text);
    while let Some(first) = rest.chars().next() {
        let (token, length) = token(rest, first);
        tokens.extend(token);
        rest = &rest[length..];
    }
    tokens
}

/// The token at the start of a text, if there is one, and the number of bytes that it takes.
fn token(text: &str, first: char) -> (Option<String>, usize) {
    match first {
        '#' => (None, text.find('\n').unwrap_or(text.len())),
        '"' | '\'' | '`' => string(text, first),
        _ if first.is_whitespace() => (None, first.len_utf8()),
        _ if first.is_ascii_digit() => number(text),
        _ if first.is_ascii_alphabetic() || first == '_' => {
            let length = length(text, |one| one.is_ascii_alphanumeric() || "_:".contains(one));
            (Some(text[..length].to_owned()), length)
        }
        _ => (Some(first.to_string()), first.len_utf8()),
    }
}

/// The length of the start of a text in which all characters belong together.
fn length(text: &str, belongs: impl Fn(char) -> bool) -> usize {
    text.find(|one| !belongs(one)).unwrap_or(text.len())
}

fn string(text: &str, quote: char) -> (Option<String>, usize) {
    let (mut content, mut characters) = (String::from('"'), text.char_indices().skip(1));
    while let Some((at, character)) = characters.next() {
        match character {
            _ if character == quote => return (Some(content + "\""), at + 1),
            // Without escapes, a backslash stands for itself.
            '\\' if quote == '`' => content.push_str("\\\\"),
            '\\' => content.push_str(&escaped(characters.next())),
            _ => content.push(character),
        }
    }
    (Some(content), text.len())
}

/// What an escape stands for: a quote for itself, anything else for what both sides write the same.
fn escaped(next: Option<(usize, char)>) -> String {
    match next {
        Some((_, quote @ ('"' | '\'' | '`'))) => quote.to_string(),
        Some((_, other)) => format!("\\{other}"),
        None => String::new(),
    }
}

/// A number, also one with an exponent, or a duration.
fn number(text: &str) -> (Option<String>, usize) {
    let end = length(text, |one| one.is_ascii_alphanumeric() || one == '.');
    let signed = text[..end].ends_with(['e', 'E']) && text[end..].starts_with(['+', '-']);
    let end = if signed { end + 1 + length(&text[end + 1..], |one| one.is_ascii_digit()) } else { end };
    let written = &text[..end];
    let number = written.parse::<f64>().ok().map(|number| number.to_string());
    let token = number.or_else(|| duration(written).map(|time| format!("{} ms", time.as_millis())));
    (Some(token.unwrap_or_else(|| written.to_owned())), end)
}

/// Reads a duration as Prometheus writes it: `1h30m`, `0s`, `0`.
///
/// <https://prometheus.io/docs/prometheus/latest/querying/basics/#float-literals-and-time-durations>
pub(super) fn duration(text: &str) -> Option<Duration> {
    if text == "0" {
        return Some(Duration::ZERO);
    }
    let (mut sum, mut rest) = (Duration::ZERO, text);
    while !rest.is_empty() {
        let (count, after) = rest.split_at(length(rest, |one| one.is_ascii_digit()));
        let (unit, after) = after.split_at(length(after, |one| one.is_ascii_alphabetic()));
        sum = sum.checked_add(Duration::from_millis(count.parse::<u64>().ok()?.checked_mul(milliseconds(unit)?)?))?;
        rest = after;
    }
    (!text.is_empty()).then_some(sum)
}

fn milliseconds(unit: &str) -> Option<u64> {
    Some(match unit {
        "ms" => 1,
        "s" => 1000,
        "m" => 60_000,
        "h" => 3_600_000,
        "d" => 86_400_000,
        "w" => 604_800_000,
        "y" => 31_536_000_000,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn form_makes_no_difference_but_content_does() {
        let check = |one: &str, other: &str, same| assert_eq!(is_same(one, other), same, "{one} and {other}");
        check("max by (a) (x[2m30s])\n  > 90", "max by(a)(x[150s]) > 9e+01 # at last", true);
        check(r#"x{a="b\"c",d='e'} or y"#, r#"x{a='b"c', d="e"} or y"#, true);
        check(r#"x{a=~"b\\.c"}"#, "x{a=~`b\\.c`}", true);
        check("a:b[1h:15s] offset 1d", "a:b[60m:15s] offset 24h", true);
        check("x > 31536000", "x > 3.1536e+07", true);
        check("x{b='c',a!='d',}", "x{a!=\"d\", b=\"c\"}", true);
        check("x{a='b',c='d'}", "x{a='d',c='b'}", false);
        check("max by (b, a) (x)", "max by (a, b) (x)", false);
        check("x > 90", "x > 91", false);
        check("x[1m]", "x[2m]", false);
        check("x{a=\"b c\"}", "x{a=\"bc\"}", false);
        check("a > b", "ab", false);
        check("", "x", false);
    }

    #[test]
    fn durations_are_read_as_prometheus_writes_them() {
        let check = |text, seconds: Option<u64>| assert_eq!(duration(text), seconds.map(Duration::from_secs), "{text}");
        check("0s", Some(0));
        check("0", Some(0));
        check("2m30s", Some(150));
        check("1d", Some(86_400));
        check("", None);
        check("5", None);
        check("m", None);
        check("99999999999999999999y", None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_has_tokens(text in ".*") {
            proptest::prop_assert!(is_same(&text, &text));
        }
    }
}
