//! Parses the path and query of a request into a question about the fleet.

use std::fmt::{self, Display, Formatter};

use hyper::Uri;

use crate::config::Shard;
use crate::explain::{self, MAX_HEADROOM_ROWS, Question, RESOURCES_PER_PAGE, Sort, Wanted};

/// The prefix of the paths of the JSON API.
const API: &str = "/api/v1";

/// How many levels `/headroom` lists without `count`.
const HEADROOM_ROWS: usize = 10;

/// How many databases a page lists without `limit`: more are on further pages.
const ROWS_OF_A_PAGE: usize = 100;

/// The format of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Representation {
    /// For programs.
    Json,
    /// For browsers.
    Html {
        /// Whether the page loads itself anew each minute.
        reloads: bool,
    },
}

/// The format of a list of levels, which has no page for browsers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LevelsFormat {
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
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
    let query = uri.query().unwrap_or_default();
    let (path, representation) = match uri.path().strip_prefix(API) {
        Some(path) => (path, Representation::Json),
        None => (uri.path(), Representation::Html { reloads: reloads(query) }),
    };
    let is_page = matches!(representation, Representation::Html { .. });
    let usual = Wanted { limit: if is_page { ROWS_OF_A_PAGE } else { RESOURCES_PER_PAGE }, ..Wanted::default() };
    let question = match path {
        "/resources" => wanted(query, &usual).map(Question::Resources),
        "/headroom" => least_headroom(query),
        _ => {
            let name = decode(path.strip_prefix("/resources/")?)?;
            metric(query).map(|metric| Question::Resource { name, metric })
        }
    };
    Some((question, representation))
}

/// Whose levels are to be listed, and in which format; `None` for another path.
pub(super) fn levels(uri: &Uri) -> Option<(Result<Wanted, BadParameter>, LevelsFormat)> {
    let format = match uri.path().strip_prefix(API)? {
        "/levels" => LevelsFormat::Json,
        "/levels.csv" => LevelsFormat::Csv,
        _ => return None,
    };
    Some((wanted(uri.query().unwrap_or_default(), &Wanted::default()), format))
}

/// What the landing page shows, and whether it reloads.
pub(super) fn landing(uri: &Uri) -> (Result<Wanted, BadParameter>, bool) {
    let query = uri.query().unwrap_or_default();
    let usual = Wanted { sort: Sort::Headroom, limit: ROWS_OF_A_PAGE, ..Wanted::default() };
    (wanted(query, &usual), reloads(query))
}

/// The shard of the page that a scrape wants, of as many as are configured; `None` for the whole page.
pub(super) fn shard(uri: &Uri, shards: u8) -> Result<Option<u8>, BadParameter> {
    let Some(text) = value(uri.query().unwrap_or_default(), "shard")? else { return Ok(None) };
    let is_one = |shard: &Shard| shard.count() == u32::from(shards);
    let shard = text.parse().ok().filter(is_one).and_then(|shard: Shard| u8::try_from(shard.index()).ok());
    let must_be = || match shards {
        0 => "absent, because the page is not split: set `shards` in [web], or scrape the whole page".to_owned(),
        1 => "0/1, as `shards` in [web] has it".to_owned(),
        _ => format!("one of 0/{shards} to {}/{shards}, as `shards` in [web] has it", shards - 1),
    };
    shard.map(Some).ok_or_else(|| BadParameter { name: "shard", must_be: must_be() })
}

/// Whether a page loads itself anew: without `refresh=off`.
fn reloads(query: &str) -> bool {
    !query.split('&').any(|pair| pair == "refresh=off")
}

fn wanted(query: &str, usual: &Wanted) -> Result<Wanted, BadParameter> {
    let text = |name| value(query, name).map(Option::unwrap_or_default);
    let bad_sort = || {
        let names: Vec<&str> = Sort::names().collect();
        BadParameter { name: "sort", must_be: format!("one of {}", names.join(", ")) }
    };
    let sort = match value(query, "sort")?.filter(|name| !name.is_empty()) {
        Some(name) => Sort::named(&name).ok_or_else(bad_sort)?,
        None => usual.sort,
    };
    Ok(Wanted {
        account: text("account")?,
        region: text("region")?,
        engine: text("engine")?,
        tag: tag(text("tag")?)?,
        text: text("text")?,
        sort,
        after: text("after")?,
        limit: count(query, "limit", RESOURCES_PER_PAGE)?.unwrap_or(usual.limit),
    })
}

/// A tag as `key=value`; empty for any.
fn tag(text: String) -> Result<String, BadParameter> {
    let is_tag = text.is_empty() || text.contains('=');
    if is_tag { Ok(text) } else { Err(BadParameter { name: "tag", must_be: "key=value".to_owned() }) }
}

/// A number of rows, from 1.
fn count(query: &str, name: &'static str, most: usize) -> Result<Option<usize>, BadParameter> {
    let bad = || BadParameter { name, must_be: format!("a whole number from 1 to {most}") };
    let is_number = |text: &String| text.bytes().all(|byte| byte.is_ascii_digit());
    let read = |text: String| Some(text).filter(is_number)?.parse().ok().filter(|count| (1..=most).contains(count));
    value(query, name)?.map(|text| read(text).ok_or_else(bad)).transpose()
}

fn least_headroom(query: &str) -> Read {
    let count = count(query, "count", MAX_HEADROOM_ROWS)?.unwrap_or(HEADROOM_ROWS);
    Ok(Question::LeastHeadroom { count, metric: metric(query)? })
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
    let mut pairs = query.split('&').map(|pair| pair.split_once('=').unwrap_or((pair, "")));
    let found = pairs.find(|(key, _)| *key == name);
    let bad = || BadParameter { name, must_be: "percent-encoded UTF-8".to_owned() };
    // Forms write a space as `+`: <https://url.spec.whatwg.org/#urlencoded-serializing>.
    found.map(|(_, value)| decode(&value.replace('+', " ")).ok_or_else(bad)).transpose()
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
        Question::Resources(Wanted::after(after))
    }

    /// What a page asks for.
    const HTML: Representation = Representation::Html { reloads: true };

    #[test]
    fn filters_order_and_format_are_read() {
        let orders = Wanted {
            account: "pro duction".to_owned(),
            tag: "team=pay+ments=a".to_owned(),
            text: "Ord".to_owned(),
            sort: Sort::Headroom,
            limit: 5,
            ..Wanted::default()
        };
        let query = "account=pro+duction&region=&tag=team%3Dpay%2Bments%3Da&text=Ord&sort=headroom&limit=5";
        check(&format!("/api/v1/resources?{query}"), &Question::Resources(orders.clone()), Representation::Json);
        check(
            &format!("/resources?{query}&refresh=off"),
            &Question::Resources(orders.clone()),
            Representation::Html { reloads: false },
        );
        for (path, format) in [("/levels", LevelsFormat::Json), ("/levels.csv", LevelsFormat::Csv)] {
            let address = format!("/api/v1{path}?{query}").parse().unwrap();
            assert_eq!((levels(&address), read(&address)), (Some((Ok(orders.clone()), format)), None));
        }
        let usual = Wanted { sort: Sort::Headroom, limit: ROWS_OF_A_PAGE, ..Wanted::default() };
        assert_eq!(landing(&"/?account=&sort=".parse().unwrap()), (Ok(usual), true));
        for no_page in ["/levels", "/levels.csv"] {
            let address = no_page.parse().unwrap();
            assert_eq!((read(&address), levels(&address)), (None, None), "there is no such page");
        }
    }

    #[test]
    fn addresses_are_read_as_questions() {
        let arn = "arn:aws:rds:eu-west-1:123456789012:db:orders";
        let cpu = resource("orders", Some("CPUUtilization"));
        check(&format!("/api/v1/resources/{arn}"), &resource(arn, None), Representation::Json);
        check(&format!("/resources/{}", arn.replace(':', "%3A")), &resource(arn, None), HTML);
        check("/api/v1/resources/orders?metric=CPUUtilization", &cpu, Representation::Json);
        check("/resources", &Question::Resources(Wanted { limit: ROWS_OF_A_PAGE, ..Wanted::default() }), HTML);
        check("/api/v1/resources?after=a%2Fb", &list("a/b"), Representation::Json);
        check("/headroom", &Question::LeastHeadroom { count: HEADROOM_ROWS, metric: None }, HTML);
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
        check("/resources/%3Cscript%3E", &resource("<script>", None), HTML);
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
        check(
            "/resources?sort=size",
            "`sort` must be one of arn, headroom, crossed, issues, muted, unwatched, id, engine, account, status",
        );
        check("/api/v1/resources?limit=1001", "`limit` must be a whole number from 1 to 1000");
        let (of_levels, _) = levels(&"/api/v1/levels?tag=team".parse().unwrap()).unwrap();
        assert_eq!(of_levels.unwrap_err().to_string(), "the parameter `tag` must be key=value");
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
