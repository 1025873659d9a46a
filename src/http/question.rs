//! Parses the path and query of a request into a question about the fleet.

use std::fmt::{self, Display, Formatter};

use hyper::Uri;

use crate::explain::{self, MAX_HEADROOM_ROWS, Question};

/// The prefix of the paths of the JSON API.
const API: &str = "/api/v1";

/// How many levels `/headroom` lists without `count`.
const HEADROOM_ROWS: usize = 10;

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// For programs.
    Json,
    /// For browsers.
    Html,
}

/// A parameter with an invalid value, and which values are valid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct BadParameter {
    name: &'static str,
    must_be: String,
}

impl Display for BadParameter {
    fn fmt(&self, text: &mut Formatter<'_>) -> fmt::Result {
        write!(text, "the parameter `{}` must be {}", self.name, self.must_be)
    }
}

/// The question in an address, or the parameter that is invalid.
pub(super) type Read = Result<Question, BadParameter>;

/// The question in an address, and the format of its answer; `None` for an unknown path.
pub(super) fn read(uri: &Uri) -> Option<(Read, Representation)> {
    let (path, representation) = match uri.path().strip_prefix(API) {
        Some(path) => (path, Representation::Json),
        None => (uri.path(), Representation::Html),
    };
    let query = uri.query().unwrap_or_default();
    let question = match path {
        "/resources" => value(query, "after").map(|after| Question::Resources { after: after.unwrap_or_default() }),
        "/headroom" => least_headroom(query),
        _ => {
            let name = decode(path.strip_prefix("/resources/")?)?;
            metric(query).map(|metric| Question::Resource { name, metric })
        }
    };
    Some((question, representation))
}

fn least_headroom(query: &str) -> Read {
    let bad = || BadParameter { name: "count", must_be: format!("a whole number from 1 to {MAX_HEADROOM_ROWS}") };
    let count = value(query, "count")?.map_or(Ok(HEADROOM_ROWS), |count| count.parse().map_err(|_| bad()))?;
    let metric = metric(query)?;
    if (1..=MAX_HEADROOM_ROWS).contains(&count) { Ok(Question::LeastHeadroom { count, metric }) } else { Err(bad()) }
}

fn metric(query: &str) -> Result<Option<String>, BadParameter> {
    match value(query, "metric")? {
        Some(name) if !explain::is_metric(&name) => {
            Err(BadParameter { name: "metric", must_be: format!("a metric: {}", explain::suggestion(&name)) })
        }
        metric => Ok(metric),
    }
}

fn value(query: &str, name: &'static str) -> Result<Option<String>, BadParameter> {
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let found = pairs.find(|(key, _)| *key == name);
    let bad = || BadParameter { name, must_be: "percent-encoded UTF-8".to_owned() };
    found.map(|(_, value)| decode(value).ok_or_else(bad)).transpose()
}

/// Decodes percent-encoding, by RFC 3986 §2.1; `None` for what is no UTF-8.
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
    fn check(address: &str, question: &Question, representation: Representation) {
        assert_eq!(read(&address.parse().unwrap()), Some((Ok(question.clone()), representation)), "{address}");
    }

    fn resource(name: &str, metric: Option<&str>) -> Question {
        Question::Resource { name: name.to_owned(), metric: metric.map(str::to_owned) }
    }

    fn list(after: &str) -> Question {
        Question::Resources { after: after.to_owned() }
    }

    #[test]
    fn addresses_are_read_as_questions() {
        let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
        let cpu = resource("orders", Some("CPUUtilization"));
        check(&format!("/api/v1/resources/{arn}"), &resource(arn, None), Representation::Json);
        check(&format!("/resources/{}", arn.replace(':', "%3A")), &resource(arn, None), Representation::Html);
        check("/api/v1/resources/orders?metric=CPUUtilization", &cpu, Representation::Json);
        check("/resources", &list(""), Representation::Html);
        check("/api/v1/resources?after=a%2Fb", &list("a/b"), Representation::Json);
        check("/headroom", &Question::LeastHeadroom { count: HEADROOM_ROWS, metric: None }, Representation::Html);
        check("/api/v1/headroom?count=3", &Question::LeastHeadroom { count: 3, metric: None }, Representation::Json);
    }

    #[test]
    fn every_question_has_an_address_that_is_read_as_it() {
        let least_headroom = Question::LeastHeadroom { count: 3, metric: Some("EBSIOBalance%".to_owned()) };
        for question in [
            list("a&b=c"),
            resource("../ü?%", None),
            resource("orders", Some("aws_rds_cpuutilization")),
            least_headroom,
        ] {
            check(&question.address(), &question, Representation::Json);
        }
    }

    #[test]
    fn dots_and_slashes_in_a_path_are_part_of_a_name() {
        check("/api/v1/resources/../../etc/passwd", &resource("../../etc/passwd", None), Representation::Json);
        check("/resources/%3Cscript%3E", &resource("<script>", None), Representation::Html);
    }

    #[test]
    fn a_parameter_that_cannot_be_read_is_named() {
        let check = |address: &str, expected: &str| {
            let (read, _) = read(&address.parse().unwrap()).unwrap();
            assert_eq!(read.unwrap_err().to_string(), format!("the parameter {expected}"), "{address}");
        };
        for count in ["abc", "0", "-1", "1001", "", "1e3", "99999999999999999999999"] {
            check(&format!("/api/v1/headroom?count={count}"), "`count` must be a whole number from 1 to 1000");
        }
        check("/headroom?metric=CPU%20Utilisation", "`metric` must be a metric: did you mean `CPUUtilization`?");
        check(
            "/api/v1/resources/orders?metric=Foo",
            "`metric` must be a metric: write it as CloudWatch does, such as CPUUtilization",
        );
        check("/headroom?metric=%zz", "`metric` must be percent-encoded UTF-8");
        check("/api/v1/resources/orders?metric=%ff", "`metric` must be percent-encoded UTF-8");
        check("/api/v1/resources?after=%", "`after` must be percent-encoded UTF-8");
    }

    #[test]
    fn an_unknown_path_is_no_question() {
        for address in [
            "/api/v1/resources/%",
            "/api/v1/resources/%2",
            "/api/v1/resources/%zz",
            "/api/v1/resources/%ff",
            "/api/v1/resources/%+1",
            "/api/v2/resources",
            "/api/v1",
            "/resourcesque",
        ] {
            assert_eq!(read(&address.parse().unwrap()), None, "{address}");
        }
    }
}
