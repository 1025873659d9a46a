//! Scrapes of one shard of the page.

use super::*;

#[test]
fn a_scrape_of_a_shard_gets_its_part_and_own_metrics_stand_in_the_first() {
    let split = |shard: u8| {
        let scope = ScopeSnapshot { shards: [shard].into(), ..ScopeSnapshot::clone(&snapshot()) };
        Arc::new(Renderer::with_shards(4).render(&[Arc::new(scope)], Timestamp::default()))
    };
    let serving = |page, now| Handlers { pages: watch::channel(page).1, shards: 4, ..handlers(now) };
    let server = Server::start(serving(Some(split(2)), 0), patient());
    let check = |server: &Server, query: &str, expected: &str| {
        let path = format!("/metrics{query}");
        let (plain, head) = (server.request(&format!("GET {path}"), ""), server.request(&format!("HEAD {path}"), ""));
        assert_eq!((plain.status, plain.text()), (200, expected), "{query}");
        assert_eq!(plain.field("content-length"), Some(expected.len().to_string().as_str()), "{query}");
        let length = plain.field("content-length").filter(|_| !expected.is_empty());
        assert_eq!((head.status, head.field("content-length"), head.text()), (200, length, ""), "{query}");
        let gzip = server.request(&format!("GET {path}"), "Accept-Encoding: gzip\r\n");
        let mut text = String::new();
        GzDecoder::new(gzip.body.as_slice()).read_to_string(&mut text).unwrap();
        assert_eq!((gzip.field("content-encoding"), text.as_str()), (Some("gzip"), expected), "{query}");
    };
    check(&server, "", &format!("{FLEET}own Served\n"));
    check(&server, "?shard=0/4", "own Served\n");
    check(&server, "?shard=1/4", "");
    check(&server, "?x=1&shard=2%2F4", FLEET);
    let withheld = Server::start(serving(Some(split(2)), VALID_UNTIL + 61), patient());
    check(&withheld, "?shard=0/4", "own Withheld\n");
    check(&withheld, "?shard=2/4", "");
    let early = Server::start(serving(None, 0), patient());
    check(&early, "?shard=0/4", "own NotYet\n");
    check(&early, "?shard=2/4", "");
}

#[test]
fn a_scrape_of_a_shard_that_is_not_configured_is_refused() {
    let check = |shards, query: &str, expected: &str| {
        let server = Server::start(Handlers { shards, ..handlers(0) }, patient());
        let response = server.request(&format!("GET /metrics?{query}"), "");
        assert_eq!(
            (response.status, response.text()),
            (400, format!("the parameter `shard` must be {expected}\n").as_str())
        );
    };
    let unset = "absent, because the page is not split: set `shards` in [web], or scrape the whole page";
    check(0, "shard=0/4", unset);
    check(0, "shard=0/1", unset);
    check(0, "shard", unset);
    let wanted = "one of 0/4 to 3/4, as `shards` in [web] has it";
    for query in ["shard=4/4", "shard=0/2", "shard=0", "shard=-1/4", "shard=", "shard=a/4", "shard=0/65", "x&shard=%30"]
    {
        check(4, query, wanted);
    }
    check(4, "shard=%ff", "percent-encoded UTF-8");
    check(1, "shard=0/4", "0/1, as `shards` in [web] has it");
}
