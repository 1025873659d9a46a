//! Paths and queries to questions about the fleet. Whatever a client writes is a question or nothing.

use hyper::Uri;

use crate::explain::{MAX_NEAR, Question};

/// What programs ask.
const API: &str = "/api/v1";

/// How many levels are ranked when nobody says.
const NEAR: usize = 10;

/// What an answer looks like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// For programs.
    Json,
    /// For browsers.
    Html,
}

/// The question in an address, and the form of its answer.
pub(super) fn read(uri: &Uri) -> Option<(Question, Form)> {
    let (path, form) = match uri.path().strip_prefix(API) {
        Some(path) => (path, Form::Json),
        None => (uri.path(), Form::Html),
    };
    let value = |name| value(uri.query().unwrap_or_default(), name);
    let question = match path {
        "/resources" => Question::Resources { after: value("after").unwrap_or_default() },
        "/near" => {
            let count = value("count").map_or(Some(NEAR), |count| count.parse().ok())?;
            Question::Near { count: Some(count).filter(|count| *count <= MAX_NEAR)?, metric: value("metric") }
        }
        _ => Question::Resource { name: decode(path.strip_prefix("/resources/")?)?, metric: value("metric") },
    };
    Some((question, form))
}

fn value(query: &str, name: &str) -> Option<String> {
    let pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    pairs.into_iter().find(|(key, _)| *key == name).and_then(|(_, value)| decode(value))
}

/// Percent-encoding, by RFC 3986 §2.1; `None` for what is no text.
fn decode(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        if byte == b'%' {
            let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
            bytes.push(u8::try_from(digit(rest.next())? * 16 + digit(rest.next())?).ok()?);
        } else {
            bytes.push(byte);
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(address: &str, question: &Question, form: Form) {
        assert_eq!(read(&address.parse().unwrap()), Some((question.clone(), form)), "{address}");
    }

    fn one(name: &str, metric: Option<&str>) -> Question {
        Question::Resource { name: name.to_owned(), metric: metric.map(str::to_owned) }
    }

    fn list(after: &str) -> Question {
        Question::Resources { after: after.to_owned() }
    }

    #[test]
    fn addresses_are_questions() {
        let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
        let cpu = one("orders", Some("CPUUtilization"));
        check(&format!("/api/v1/resources/{arn}"), &one(arn, None), Form::Json);
        check(&format!("/resources/{}", arn.replace(':', "%3A")), &one(arn, None), Form::Html);
        check("/api/v1/resources/orders?metric=CPUUtilization", &cpu, Form::Json);
        check("/resources", &list(""), Form::Html);
        check("/api/v1/resources?after=a%2Fb", &list("a/b"), Form::Json);
        check("/near", &Question::Near { count: NEAR, metric: None }, Form::Html);
        check("/api/v1/near?count=3", &Question::Near { count: 3, metric: None }, Form::Json);
    }

    #[test]
    fn every_question_has_an_address_that_is_read_as_it() {
        let near = Question::Near { count: 3, metric: Some("EBSIOBalance%".to_owned()) };
        for question in [list("a&b=c"), one("../ü?%", None), one("orders", Some("a b")), near] {
            check(&question.address(), &question, Form::Json);
        }
    }

    #[test]
    fn climbing_paths_are_names_like_any_other() {
        check("/api/v1/resources/../../etc/passwd", &one("../../etc/passwd", None), Form::Json);
        check("/resources/%3Cscript%3E", &one("<script>", None), Form::Html);
    }

    #[test]
    fn what_cannot_be_read_is_no_question() {
        for address in [
            "/api/v1/resources/%",
            "/api/v1/resources/%2",
            "/api/v1/resources/%zz",
            "/api/v1/resources/%ff",
            "/api/v1/resources/%+1",
            "/api/v1/near?count=-1",
            "/api/v1/near?count=1001",
            "/api/v2/resources",
            "/api/v1",
            "/resourcesque",
        ] {
            assert_eq!(read(&address.parse().unwrap()), None, "{address}");
        }
    }
}
