//! Escapes text from AWS, files and servers before it is printed, so that it cannot move the cursor, hide text, begin a
//! line or run a command of a CI system.
//!
//! Such a character is written as in a JSON string, such as `\n` or `\u001b`. This form is readable in a terminal and in
//! logfmt, and in JSON it means the same character.

use std::fmt::{self, Display, Formatter, Write};

/// Text as one line, or as a part of one.
///
/// A line that begins with `::` is a command of GitHub Actions, white space before it or not; `##[` is one anywhere in
/// a line, and so are `##vso[` of Azure Pipelines and `##teamcity[`. Source: `TryParseV2` and `TryParse` in
/// <https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs>.
#[derive(Debug, Clone, Copy)]
pub struct Line<'a>(pub &'a str);

impl Display for Line<'_> {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        // .NET ignores invisible characters when it compares texts, so that the first visible one decides.
        let first = self.0.find(|character: char| character.is_ascii_graphic());
        let mut before = None;
        for (at, character) in self.0.char_indices() {
            let is_command = match character {
                ':' => first == Some(at),
                '#' => before == Some('#'),
                _ => false,
            };
            let is_written = !is_command && !is_hidden(character);
            if is_written { text.write_char(character) } else { write(text, character) }?;
            before = Some(character);
        }
        Ok(())
    }
}

/// Escapes each line of a text and keeps its line ends.
#[must_use]
pub fn lines(text: &str) -> String {
    text.split_inclusive('\n').fold(String::with_capacity(text.len()), |mut all, line| {
        let (line, end) = line.strip_suffix('\n').map_or((line, ""), |line| (line, "\n"));
        // Writing to a string cannot fail.
        let _ = write!(all, "{}{end}", Line(line));
        all
    })
}

/// Whether a character is invisible: controls, line and paragraph separators, bidirectional formatting
/// (<https://www.unicode.org/reports/tr9/#Directional_Formatting_Characters>) and characters without width. All of them
/// are below U+10000.
#[must_use]
pub fn is_hidden(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{ad}'
                | '\u{61c}'
                | '\u{180e}'
                | '\u{200b}'..='\u{200f}'
                | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}'
                | '\u{feff}'
        )
}

/// Writes one character as a JSON string escapes it.
///
/// # Errors
/// `text` cannot be written to.
pub fn write(text: &mut impl Write, character: char) -> fmt::Result {
    match character {
        '\n' => text.write_str("\\n"),
        '\r' => text.write_str("\\r"),
        '\t' => text.write_str("\\t"),
        other => write!(text, "\\u{:04x}", u32::from(other)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{Line, is_hidden, lines};

    #[test]
    fn control_characters_and_ci_commands_are_escaped() {
        let check = |text: &str, expected: &str| assert_eq!(Line(text).to_string(), expected);
        check("plimsoll/CPUUtilization = 80/90 é", "plimsoll/CPUUtilization = 80/90 é");
        check("arn:aws:iam::123456789012:role/a#1", "arn:aws:iam::123456789012:role/a#1");
        check("\u{1b}[2J\u{9b}31m\u{7f}\0", "\\u001b[2J\\u009b31m\\u007f\\u0000");
        check("a\nb\r\tc\u{85}\u{2028}\u{2029}", "a\\nb\\r\\tc\\u0085\\u2028\\u2029");
        check("\u{202e}09/08\u{2066}\u{200f}\u{61c}\u{feff}", "\\u202e09/08\\u2066\\u200f\\u061c\\ufeff");
        check("::error::no", "\\u003a:error::no");
        check(" \u{a0}::error::no", " \u{a0}\\u003a:error::no");
        check("\u{ad}:\u{200b}:error::no", "\\u00ad\\u003a\\u200b:error::no");
        check("a ##[error]b ##vso[task] ###", "a #\\u0023[error]b #\\u0023vso[task] #\\u0023\\u0023");
    }

    #[test]
    fn line_ends_are_kept() {
        assert_eq!(lines("a\n::error::b\r\n\nc"), "a\n\\u003a:error::b\\r\n\nc");
    }

    proptest! {
        #[test]
        fn a_line_is_escaped_once_and_json_keeps_its_meaning(text in r"([\PC\pC]|::|##\[){0,20}") {
            let line = Line(&text).to_string();
            prop_assert!(!line.contains(is_hidden) && !line.contains("##"), "{line:?}");
            prop_assert!(!line.trim_start().starts_with("::"), "{line:?}");
            prop_assert_eq!(Line(&line).to_string(), &line[..]);
            let json = serde_json::to_string(&text).unwrap();
            prop_assert_eq!(serde_json::from_str::<String>(&Line(&json).to_string()).unwrap(), text);
        }
    }
}
