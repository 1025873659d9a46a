//! `GetMetricData`: values, order, delay, limits and pages.

use super::*;

#[tokio::test]
async fn the_newest_points_come_first_aligned_and_after_the_delay() {
    let (sim, clock) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    // At 12:00:30, with a delay of two minutes, the minute of 11:57 is the newest.
    assert_eq!(
        ages(&client, cpu("a"), 299).await,
        [(210, 12.5), (270, 12.5), (330, 12.5)],
        "the start is rounded down"
    );
    clock.set(NOON + 30);
    assert_eq!(ages(&client, cpu("a"), 270).await[0].0, 150);
    let call = client.get_metric_data().metric_data_queries(cpu("a")).scan_by(ScanBy::TimestampAscending);
    let call = call.start_time(DateTime::from_secs(NOON - 270)).end_time(DateTime::from_secs(NOON - 150));
    let answer = call.send().await.unwrap().metric_data_results.unwrap();
    let times: Vec<i64> = points(&answer[0]).iter().map(|(at, _)| NOON - at).collect();
    assert_eq!(times, [270, 210], "the start belongs to the range, the end does not");
    assert_eq!(answer[0].label(), Some("CPUUtilization"));
}

#[tokio::test]
async fn a_period_is_made_of_minutes() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let of = |stat, period| query("a", &[("DBInstanceIdentifier", "ledger")], "CPUUtilization", stat, period);
    for (stat, expected) in [("Sum", 62.5), ("SampleCount", 5.0), ("Average", 12.5), ("p90", 12.5), ("tm90", 12.5)] {
        // The period of 11:50 is the last one whose five minutes are all there; that of 11:55 still waits for two.
        let points = ages(&client, of(stat, 300), 900).await;
        assert_eq!(points.last(), Some(&(930, expected)), "{stat}");
        assert_eq!(points.iter().map(|(age, _)| *age).collect::<Vec<_>>(), [330, 630, 930], "{stat}");
    }
    assert_eq!(ages(&client, of("Sum", 300), 900).await[0], (330, 37.5));
}

#[tokio::test]
async fn dimensions_must_match_exactly() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let value = async |dimensions: &[(&str, &str)], metric| {
        let results = get_points(&client, vec![query("a", dimensions, metric, "Average", 60)], 570, 0).await.unwrap();
        assert_eq!(results[0].status_code().map(cloudwatch::types::StatusCode::as_str), Some("Complete"));
        points(&results[0]).first().map(|(_, value)| *value)
    };
    assert_eq!(value(&[], "CPUUtilization").await, Some(17.0));
    assert_eq!(value(&[("Role", "WRITER"), ("DBClusterIdentifier", "web")], "CPUUtilization").await, Some(20.0));
    assert_eq!(value(&[("EngineName", "aurora-mysql")], "CPUUtilization").await, Some(15.0));
    assert_eq!(value(&[("Role", "WRITER")], "CPUUtilization").await, None);
    assert_eq!(value(&[("DBInstanceIdentifier", "ledger")], "EBSIOBalance%").await, Some(99.0));
    assert_eq!(
        value(&[("DBInstanceIdentifier", "ledger")], "FreeableMemory").await,
        None,
        "the fleet lists all metrics of this database"
    );
    assert_eq!(value(&[("DBInstanceIdentifier", "nobody")], "CPUUtilization").await, None);
}

#[tokio::test]
async fn limits_are_enforced_as_aws_does() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let refused = async |queries, from, to| {
        let error = get_points(&client, queries, from, to).await.unwrap_err();
        error.code().map(str::to_owned).unwrap_or_default()
    };
    let many = |count: usize| (0..count).map(|n| cpu(&format!("q{n}"))).collect::<Vec<_>>();
    assert_eq!(refused(many(501), 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("a"), cpu("a")], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("A")], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu(&"a".repeat(256))], 570, 0).await, "ValidationError");
    assert_eq!(refused(vec![cpu("a")], 0, 600).await, "ValidationError");
    let odd = |stat, period| vec![query("a", &[], "CPUUtilization", stat, period)];
    assert_eq!(refused(odd("Average", 90), 570, 0).await, "ValidationError");
    assert_eq!(refused(odd("Mean", 60), 570, 0).await, "ValidationError");
    assert_eq!(get_points(&client, many(500), 570, 0).await.unwrap().len(), 500);
    assert_eq!(sim.counts().of("GetMetricData").failed, 7);
}

#[tokio::test]
async fn pages_add_up_and_a_token_is_valid_only_for_its_request() {
    let (sim, clock) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let call = |most| {
        let queries = vec![cpu("a"), cpu("hidden"), cpu("b")];
        let hide = |query: MetricDataQuery| {
            if query.id() == Some("hidden") { hidden(query) } else { query }
        };
        let call = client.get_metric_data().set_metric_data_queries(Some(queries.into_iter().map(hide).collect()));
        call.start_time(DateTime::from_secs(NOON - 1170)).end_time(DateTime::from_secs(NOON)).max_datapoints(most)
    };
    let whole = call(1000).send().await.unwrap().metric_data_results.unwrap();
    assert_eq!(whole.iter().map(|result| result.id().unwrap()).collect::<Vec<_>>(), ["a", "b"]);
    let mut pages = call(7).into_paginator().send();
    let (mut parts, mut statuses) = (vec![Vec::new(), Vec::new()], Vec::new());
    while let Some(page) = pages.next().await {
        for result in page.unwrap().metric_data_results.unwrap() {
            statuses.push(format!("{} {}", result.id().unwrap(), result.status_code().unwrap().as_str()));
            parts[usize::from(result.id() == Some("b"))].extend(points(&result));
        }
        clock.set(NOON + 60);
    }
    assert_eq!(parts, [points(&whole[0]), points(&whole[1])], "samples that come meanwhile change nothing");
    let expected = ["a PartialData", "a PartialData", "a Complete", "b PartialData", "b PartialData", "b Complete"];
    assert_eq!(statuses, expected);
    let token = call(7).send().await.unwrap().next_token.unwrap();
    for (most, token) in [(8, token.as_str()), (7, "junk")] {
        let error = cloudwatch::Error::from(call(most).next_token(token).send().await.unwrap_err());
        assert_eq!(error.code(), Some("InvalidNextToken"));
    }
}

fn hidden(query: MetricDataQuery) -> MetricDataQuery {
    MetricDataQuery::builder().set_id(query.id).set_metric_stat(query.metric_stat).return_data(false).build()
}

#[tokio::test]
async fn an_answer_holds_no_more_than_100_800_datapoints() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let queries = ["a", "b", "c", "d", "e"].map(cpu).to_vec();
    let call = client.get_metric_data().set_metric_data_queries(Some(queries));
    // More than is kept: fifteen days of minutes are 21,600 points for each query.
    let call = call.start_time(DateTime::from_secs(0)).end_time(DateTime::from_secs(NOON));
    let mut pages = call.into_paginator().send();
    let mut sizes = Vec::new();
    while let Some(page) = pages.next().await {
        sizes.push(page.unwrap().metric_data_results().iter().map(|result| result.values().len()).sum::<usize>());
    }
    // The newest three minutes are not published yet.
    assert_eq!(sizes, [100_800, 5 * (21_600 - 2) - 100_800]);
}
