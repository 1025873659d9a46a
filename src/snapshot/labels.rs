//! Label blocks: `a="1",b="2"`, escaped once at discovery and copied into every line since.
//!
//! It knows the text format's escapes, not which labels a series has.

/// The most characters of a label value: tags are at most 256, ARNs a few hundred; no scraper's limit is lower than
/// what a user would notice first.
pub const MAX_VALUE_CHARS: usize = 1024;

/// Appends one label to a block, which stands without braces; an empty value is left out, since to Prometheus it is the
/// same as no label.
///
/// `name` must be a label name already. The value is cut at [`MAX_VALUE_CHARS`].
pub fn push(block: &mut String, name: &str, value: &str) {
    if value.is_empty() {
        return;
    }
    if !block.is_empty() {
        block.push(',');
    }
    block.push_str(name);
    block.push_str("=\"");
    for character in value.chars().take(MAX_VALUE_CHARS) {
        push_escaped(block, character);
    }
    block.push('"');
}

/// Escapes: <https://prometheus.io/docs/instrumenting/exposition_formats/#comments-help-text-and-type-information>.
fn push_escaped(block: &mut String, character: char) {
    match character {
        '\\' => block.push_str(r"\\"),
        '"' => block.push_str(r#"\""#),
        '\n' => block.push_str(r"\n"),
        _ => block.push(character),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(labels: &[(&str, &str)], expected: &str) {
        let mut block = String::new();
        for (name, value) in labels {
            push(&mut block, name, value);
        }
        assert_eq!(block, expected);
    }

    #[test]
    fn labels_stand_in_the_order_given() {
        check(&[], "");
        check(&[("region", "eu-west-1")], r#"region="eu-west-1""#);
        check(&[("b", "1"), ("a", "2")], r#"b="1",a="2""#);
    }

    #[test]
    fn an_empty_value_is_no_label() {
        check(&[("dimension_Role", "")], "");
        check(&[("a", ""), ("b", "2")], r#"b="2""#);
    }

    #[test]
    fn backslash_quote_and_line_feed_are_escaped_and_nothing_else() {
        check(&[("a", "C:\\x \"y\"\nz\té")], "a=\"C:\\\\x \\\"y\\\"\\nz\té\"");
    }

    #[test]
    fn a_long_value_is_cut_between_characters() {
        check(&[("a", &"é".repeat(2000))], &format!("a=\"{}\"", "é".repeat(MAX_VALUE_CHARS)));
    }
}
