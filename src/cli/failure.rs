//! The text of the error that ends the program.

use crate::config::file::Problems;

/// The error with its sources in one line. The mistakes of a configuration file have a line each, which begins with their
/// position so that editors find it, and a last line that counts them.
#[must_use]
pub fn failure_text(error: &anyhow::Error) -> String {
    match error.downcast_ref::<Problems>() {
        Some(problems) => {
            let errors = if problems.0.len() == 1 { "error" } else { "errors" };
            format!("{problems}\nplimsoll: {} {errors} in the configuration", problems.0.len())
        }
        None => format!("plimsoll: {error:#}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::file::parse;

    #[test]
    fn each_mistake_begins_with_its_position_and_the_last_line_counts_them() {
        let check = |text: &str, count: usize, last: &str| {
            let error = anyhow::Error::from(parse(text, "plimsoll.toml").unwrap_err());
            let text = failure_text(&error);
            let lines: Vec<&str> = text.lines().collect();
            assert_eq!(lines.len(), count + 1, "{text}");
            assert!(lines[..count].iter().all(|line| line.starts_with("plimsoll.toml:")), "{text}");
            assert_eq!(lines[count], last);
        };
        check("a = 1", 1, "plimsoll: 1 error in the configuration");
        check("a = 1\nb = 2\n[polling]\nslow = 1", 3, "plimsoll: 3 errors in the configuration");
        check("=", 1, "plimsoll: 1 error in the configuration");
    }

    #[test]
    fn other_errors_are_one_line_with_their_sources() {
        let error = anyhow::anyhow!("no such file").context("cannot read plimsoll.toml");
        assert_eq!(failure_text(&error), "plimsoll: cannot read plimsoll.toml: no such file");
    }
}
