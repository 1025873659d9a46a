//! Faults, as the SDKs report them.

use super::*;

#[tokio::test]
async fn faults_look_like_aws() {
    let (sim, _) = start(yace_fleet()).await;
    let (metrics, databases) = (cloudwatch_of(&sim).await, rds::Client::new(&sdk(&sim, REGION).await));
    for (effect, metrics_code, databases_code) in [
        (Effect::Throttle, Some("Throttling"), Some("Throttling")),
        (Effect::Denied, Some("AccessDenied"), Some("AccessDenied")),
        (Effect::Expired, Some("ExpiredToken"), Some("ExpiredToken")),
        (Effect::ServerError500, Some("InternalServiceError"), Some("InternalServiceError")),
        (Effect::Html503, None, None),
    ] {
        let id = sim.fault(Fault::new(effect).region(REGION));
        let error = get_points(&metrics, vec![cpu("a")], 570, 0).await.unwrap_err();
        assert_eq!(error.code(), metrics_code, "{effect:?}");
        let error = databases.describe_db_instances().send().await.unwrap_err();
        assert_eq!(error.code(), databases_code, "{effect:?}");
        sim.lift(id);
    }
    sim.fault(Fault::new(Effect::Disconnect).times(1));
    assert!(databases.describe_db_instances().send().await.is_err());
    assert!(databases.describe_db_instances().send().await.is_ok());
}

#[tokio::test]
async fn clients_need_a_timeout_for_a_server_that_hangs() {
    let (sim, _) = start(yace_fleet()).await;
    let timeouts = aws_config::timeout::TimeoutConfig::builder().operation_timeout(Duration::from_millis(50)).build();
    let config = sdk(&sim, REGION).await.into_builder().timeout_config(timeouts).build();
    let client = cloudwatch::Client::new(&config);
    for effect in [Effect::Hang, Effect::Stall] {
        let id = sim.fault(Fault::new(effect).operation("GetMetricData"));
        assert!(get_points(&client, vec![cpu("a")], 570, 0).await.is_err());
        sim.lift(id);
    }
    sim.stop().await;
}

#[tokio::test]
async fn one_batch_or_one_result_can_fail_alone() {
    let (sim, _) = start(yace_fleet()).await;
    let client = cloudwatch_of(&sim).await;
    let other = || query("b", &[("DBInstanceIdentifier", "bare")], "CPUUtilization", "Average", 60);
    sim.fault(Fault::new(Effect::ServerError500).dimension_value("ledger"));
    assert!(get_points(&client, vec![cpu("a"), other()], 570, 0).await.is_err());
    assert!(get_points(&client, vec![other()], 570, 0).await.is_ok());
    sim.clear();
    for (effect, code, left) in [
        (Effect::PartialData, "PartialData", 3),
        (Effect::InternalErrorResult, "InternalError", 0),
        (Effect::ForbiddenResult, "Forbidden", 0),
    ] {
        sim.fault(Fault::new(effect).dimension_value("ledger"));
        let results = get_points(&client, vec![cpu("a"), other()], 570, 0).await.unwrap();
        let found = results
            .iter()
            .map(|result| (result.status_code().unwrap().as_str(), result.values().len()))
            .collect::<Vec<_>>();
        assert_eq!(found, [(code, left), ("Complete", 7)]);
        sim.clear();
    }
}
