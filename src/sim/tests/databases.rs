//! Listings, and roles in another account.

use super::*;

#[tokio::test]
async fn every_page_of_databases_is_listed_with_its_tags() {
    let mut fleet = Fleet::seeded(3, 250);
    fleet.instance("db-000001").unwrap().tags.insert("Team:Owner".to_owned(), "A & <B> ü".to_owned());
    let (sim, _) = start(fleet).await;
    let client = rds::Client::new(&sdk(&sim, "eu-west-1").await);
    let pages: Vec<_> = client.describe_db_instances().into_paginator().items().send().collect().await;
    let all: Vec<_> = pages.into_iter().map(Result::unwrap).collect();
    assert_eq!(all.len(), 250);
    let owner = all[1].tag_list().iter().find(|tag| tag.key() == Some("Team:Owner")).and_then(|tag| tag.value());
    assert_eq!(owner, Some("A & <B> ü"));
    let ids: std::collections::BTreeSet<_> = all.iter().map(|instance| instance.dbi_resource_id().unwrap()).collect();
    assert_eq!(ids.len(), 250);
    assert_eq!(sim.counts().of("DescribeDBInstances").calls, 3);
    let small = client.describe_db_instances().max_records(20).into_paginator().send().collect::<Vec<_>>().await;
    assert_eq!(small.len(), 13);
    let error = client.describe_db_instances().max_records(10).send().await.unwrap_err();
    assert_eq!(error.code(), Some("InvalidParameterValue"));
    let error = client.describe_db_instances().db_instance_identifier("nobody").send().await.unwrap_err();
    assert!(error.into_service_error().is_db_instance_not_found_fault());
}

#[tokio::test]
async fn the_demo_fleet_is_described_as_aws_does() {
    let (sim, _) = start(Fleet::demo()).await;
    let client = rds::Client::new(&sdk(&sim, "eu-west-1").await);
    let instances = client.describe_db_instances().send().await.unwrap().db_instances.unwrap();
    let find = |id: &str| instances.iter().find(|instance| instance.db_instance_identifier() == Some(id)).unwrap();
    assert_eq!(find("orders").db_instance_arn(), Some("arn:aws:rds:eu-west-1:123456789012:db:orders"));
    assert_eq!(find("orders").max_allocated_storage(), Some(500));
    assert!(find("orders").latest_restorable_time().is_some());
    assert!(find("orders").automatic_restart_time().is_none() && find("archive").automatic_restart_time().is_some());
    let pending = |id: &str| find(id).pending_modified_values().and_then(|values| values.db_instance_class());
    assert_eq!((pending("orders"), pending("shop")), (None, Some("db.t3.large")));
    assert_eq!(find("orders-replica").read_replica_source_db_instance_identifier(), Some("orders"));
    assert_eq!(find("orders-replica").status_infos()[0].status(), Some("replicating"));
    assert!(find("orders").status_infos().is_empty());
    assert_eq!(find("ledger").additional_storage_volumes()[0].allocated_storage(), Some(300));
    assert_eq!(find("ledger").processor_features()[0].value(), Some("1"));
    let newborn = find("newborn");
    assert!(
        newborn.instance_create_time().is_none()
            && newborn.endpoint().is_none()
            && newborn.certificate_details().is_none()
    );
    assert_eq!(find("scratch").tag_list().len(), 0);
}

#[tokio::test]
async fn clusters_name_their_writer_and_filters_narrow() {
    let (sim, _) = start(Fleet::demo()).await;
    let client = rds::Client::new(&sdk(&sim, "eu-west-1").await);
    let clusters = client.describe_db_clusters().send().await.unwrap().db_clusters.unwrap();
    let names: Vec<_> = clusters.iter().filter_map(|cluster| cluster.db_cluster_identifier()).collect();
    assert_eq!(names, ["documents", "events", "graph", "web"]);
    let writers: Vec<_> =
        clusters[3].db_cluster_members().iter().map(rds::types::DbClusterMember::is_cluster_writer).collect();
    assert_eq!(writers, [Some(true), Some(false)]);
    assert_eq!(clusters[3].backtrack_window(), Some(86400));
    assert_eq!(
        clusters[1]
            .serverless_v2_scaling_configuration()
            .and_then(rds::types::ServerlessV2ScalingConfigurationInfo::max_capacity),
        Some(8.0)
    );
    let filter = rds::types::Filter::builder().name("engine").values("aurora-mysql").build();
    let found = client.describe_db_instances().filters(filter).send().await.unwrap().db_instances.unwrap();
    assert_eq!(found.len(), 2);
}

#[tokio::test]
async fn a_role_gives_access_to_its_account_only() {
    let mut fleet = yace_fleet();
    fleet.region(OTHER, REGION).instances.insert("theirs".to_owned(), Instance::of("mysql"));
    fleet.external_ids.insert(OTHER.to_owned(), "example-id".to_owned());
    let sim = Sim::start(fleet, Options::default()).await.unwrap();
    let home = sdk(&sim, REGION).await;
    let role = |external_id: Option<&str>| {
        let builder = AssumeRoleProvider::builder(format!("arn:aws:iam::{OTHER}:role/reader"))
            .session_name("test")
            .configure(&home);
        if let Some(id) = external_id { builder.external_id(id) } else { builder }
    };
    let names = async |config: &aws_config::SdkConfig| {
        let answer = rds::Client::new(config).describe_db_instances().send().await.map_err(rds::Error::from)?;
        let ids =
            answer.db_instances.unwrap_or_default().into_iter().filter_map(|instance| instance.db_instance_identifier);
        Ok::<_, rds::Error>(ids.collect::<Vec<_>>())
    };
    assert_eq!(names(&home).await.unwrap().len(), 6);
    let with =
        |provider| home.clone().into_builder().credentials_provider(SharedCredentialsProvider::new(provider)).build();
    assert_eq!(names(&with(role(Some("example-id")).build().await)).await.unwrap(), ["theirs"]);
    assert!(names(&with(role(None).build().await)).await.is_err());
    assert_eq!(sim.counts().in_scope(OTHER, REGION, "DescribeDBInstances").calls, 1);
    assert_eq!(sim.counts().of("AssumeRole").failed, 1);
    assert_eq!(names(&sdk(&sim, "us-east-1").await).await.unwrap().len(), 0, "another region has other resources");
}
